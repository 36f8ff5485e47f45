// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cleaning/picture_hashes.h"

#include "core/imaging/perceptual_hash.h"
#include "core/imaging/thumbnail_store.h"
#include "core/labels/facts.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <unordered_map>

namespace trainyard {

namespace {

constexpr std::size_t kUnderWay = 16;

/// What comes back from the decoders, in the order in which it comes.
struct Arrivals
{
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::pair<ItemId, Result<DecodedPicture>>> pictures;
};

} // namespace

Result<void> decodeItems(Project& project, DecoderPool& decoders, const std::vector<ItemId>& items,
                         int minimumEdge, const Cancellation& cancellation,
                         const std::function<void(ItemId item, const DecodedPicture& picture)>& take)
{
    const auto arrivals = std::make_shared<Arrivals>();
    std::size_t next = 0;
    std::size_t underWay = 0;
    std::optional<Error> failure;
    while (next < items.size() || underWay > 0) {
        if (cancellation.isCancelled())
            failure = Error{ErrorCode::Cancelled, "the check was cancelled", {}};
        if (failure && underWay == 0)
            return fail(*failure);
        while (!failure && next < items.size() && underWay < kUnderWay) {
            const ItemId id = items[next++];
            auto item = project.item(id);
            if (!item) {
                failure = item.error();
                break;
            }
            DecodeRequest request;
            request.path = project.itemPath(*item);
            request.minimumEdge = minimumEdge;
            ++underWay;
            decoders.decodeAsync(std::move(request), cancellation,
                                 [arrivals, id](Result<DecodedPicture> picture) {
                                     const std::lock_guard lock(arrivals->mutex);
                                     arrivals->pictures.emplace_back(id, std::move(picture));
                                     arrivals->changed.notify_one();
                                 });
        }
        if (underWay == 0)
            continue;
        std::unique_lock lock(arrivals->mutex);
        arrivals->changed.wait(lock, [&] { return !arrivals->pictures.empty(); });
        auto [id, picture] = std::move(arrivals->pictures.front());
        arrivals->pictures.pop_front();
        lock.unlock();
        --underWay;
        if (picture)
            take(id, *picture);
        else if (picture.error().code == ErrorCode::Internal)
            failure = picture.error();
    }
    if (failure)
        return fail(*failure);
    return {};
}

Result<std::vector<PictureHash>> perceptualHashes(Project& project, DecoderPool& decoders,
                                                  std::span<const ItemColumns> items,
                                                  const Cancellation& cancellation,
                                                  const ProgressObserver& progress)
{
    FactStore store = perceptualHashFacts(project.folder());
    TRAINYARD_TRY(const auto facts, store.readAll());
    std::vector<PictureHash> hashes;
    std::vector<ItemId> missing;
    std::unordered_map<ItemId, std::uint64_t> contents;
    auto fact = facts.begin();
    for (const ItemColumns& item : items) {
        fact = std::lower_bound(fact, facts.end(), item.id,
                                [](const FactRow& row, ItemId id) { return row.item < id; });
        if (fact != facts.end() && fact->item == item.id && fact->contentHash == item.contentHash) {
            hashes.push_back({item.id, static_cast<std::uint64_t>(fact->integer)});
        } else {
            missing.push_back(item.id);
            contents[item.id] = item.contentHash;
        }
    }
    std::vector<FactRow> measured;
    TRAINYARD_CHECK(
        decodeItems(project, decoders, missing, kThumbnailEdge, cancellation,
                    [&](ItemId item, const DecodedPicture& picture) {
                        const std::uint64_t hash = perceptualHash(picture.image);
                        measured.push_back({item, contents[item], static_cast<std::int64_t>(hash), {}});
                        hashes.push_back({item, hash});
                        if (progress)
                            progress({"measuring pictures", std::ssize(measured), std::ssize(missing)});
                    }));
    std::sort(measured.begin(), measured.end(), [](const auto& a, const auto& b) { return a.item < b.item; });
    TRAINYARD_CHECK(store.append(measured));
    std::sort(hashes.begin(), hashes.end(), [](const auto& a, const auto& b) { return a.item < b.item; });
    return hashes;
}

} // namespace trainyard
