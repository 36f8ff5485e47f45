// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cleaning/duplicates.h"

#include "core/cleaning/picture_compare.h"
#include "core/cleaning/picture_hashes.h"
#include "core/imaging/perceptual_hash.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace trainyard {

namespace {

constexpr int kRadius = 10;
constexpr int kDecodeEdge = 64;

} // namespace

std::vector<DuplicatePair> exactDuplicates(std::span<const ItemColumns> items)
{
    std::unordered_map<std::uint64_t, ItemId> firsts;
    std::vector<DuplicatePair> pairs;
    for (const ItemColumns& item : items) {
        const auto [first, isNew] = firsts.emplace(item.contentHash, item.id);
        if (!isNew)
            pairs.push_back({first->second, item.id, 0});
    }
    return pairs;
}

Result<std::vector<DuplicatePair>> nearDuplicates(Project& project, DecoderPool& decoders,
                                                  std::span<const ItemColumns> items,
                                                  const Cancellation& cancellation,
                                                  const ProgressObserver& progress)
{
    std::unordered_set<std::uint64_t> seen;
    std::vector<ItemColumns> distinct;
    for (const ItemColumns& item : items)
        if (seen.insert(item.contentHash).second)
            distinct.push_back(item);
    TRAINYARD_TRY(const auto hashes, perceptualHashes(project, decoders, distinct, cancellation, progress));
    std::vector<std::uint64_t> codes;
    for (const PictureHash& hash : hashes)
        codes.push_back(hash.hash);
    const auto candidates = pairsWithin(codes, kRadius);

    std::vector<ItemId> wanted;
    for (const auto& [a, b] : candidates)
        wanted.insert(wanted.end(), {hashes[a].item, hashes[b].item});
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    std::unordered_map<ItemId, SmallLuma> lumas;
    TRAINYARD_CHECK(
        decodeItems(project, decoders, wanted, kDecodeEdge, cancellation,
                    [&](ItemId item, const DecodedPicture& picture) {
                        lumas[item] = smallLuma(picture.image, picture.fullWidth, picture.fullHeight);
                        if (progress)
                            progress({"comparing pictures", std::ssize(lumas), std::ssize(wanted)});
                    }));
    std::vector<DuplicatePair> pairs;
    for (const auto& [a, b] : candidates) {
        const auto first = lumas.find(hashes[a].item);
        const auto second = lumas.find(hashes[b].item);
        if (first == lumas.end() || second == lumas.end())
            continue;
        const Likeness alike = likeness(first->second, second->second);
        if (isNearDuplicate(alike))
            pairs.push_back({first->first, second->first, alike.meanDifference});
    }
    return pairs;
}

} // namespace trainyard
