// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/demo_planting.h"

#include "core/base/random.h"
#include "core/imaging/decoder_pool.h"
#include "core/imaging/own_jpeg.h"
#include "core/imaging/resize.h"
#include "core/imaging/thumbnail.h"
#include "core/imaging/thumbnail_store.h"
#include "core/project/edits.h"
#include "core/storage/atomic_file.h"
#include "core/storage/hash.h"
#include "core/storage/read_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <sys/stat.h>

namespace trainyard::cli {

namespace {

DecodeRequest requestFor(const std::filesystem::path& file, bool wantsContentHash = false)
{
    DecodeRequest request;
    request.path = file;
    request.wantsContentHash = wantsContentHash;
    return request;
}

/// How a near copy differs from its original.
struct Variant
{
    double scale;
    int quality;
};
constexpr std::array kVariants{Variant{1.0, 80}, Variant{1.0, 70}, Variant{0.95, 90}, Variant{1.05, 90},
                               Variant{0.9, 92}};

/// The pictures of a project, decoded and written beside each other.
class Planter
{
public:
    Planter(Project& project, DecoderPool& decoders, ThumbnailStore& thumbnails)
        : m_project(project), m_decoders(decoders), m_thumbnails(thumbnails)
    {
    }

    /// A copy of the item's file as it is.
    Result<ItemId> addExactCopy(const Item& original)
    {
        TRAINYARD_TRY(const std::string bytes, readFile(m_project.itemPath(original)));
        return addCopy(original, "-copy", bytes);
    }

    Result<ItemId> addNearCopy(const Item& original, const Variant& variant)
    {
        TRAINYARD_TRY(const DecodedPicture picture,
                      m_decoders.decode(requestFor(m_project.itemPath(original))));
        const auto scaled = [&](int edge) {
            return std::max(8, static_cast<int>(std::lround(edge * variant.scale)));
        };
        const Image image = variant.scale == 1.0 ? picture.image
                                                 : resizeImage(picture.image, scaled(picture.image.width),
                                                               scaled(picture.image.height));
        TRAINYARD_TRY(const std::string bytes, encodeJpeg(image, variant.quality));
        return addCopy(original, "-again", bytes);
    }

private:
    Result<ItemId> addCopy(const Item& original, const std::string& suffix, const std::string& bytes)
    {
        const std::filesystem::path relative(original.path);
        Item copy = original;
        copy.path =
            (relative.parent_path() / (relative.stem().string() + suffix + relative.extension().string()))
                .string();
        const std::filesystem::path file = m_project.rootFolder(copy.root) / copy.path;
        TRAINYARD_CHECK(writeFileAtomically(posixIo(), file, bytes));
        TRAINYARD_TRY(const DecodedPicture picture, m_decoders.decode(requestFor(file, true)));
        copy.size = picture.fileBytes;
        copy.timeNs = picture.fileTimeNs;
        copy.contentHash = picture.contentHash;
        copy.width = picture.fullWidth;
        copy.height = picture.fullHeight;
        TRAINYARD_TRY(copy.id, m_project.newId());
        Annotation label;
        TRAINYARD_TRY(label.id, m_project.newId());
        label.item = copy.id;
        label.classId = copy.classId;
        label.source = AnnotationSource::Import;
        label.sourceName = "pascal-voc";
        Edit edit{"import", "Imported a copy of a crop", {rowForNewItem(copy), rowForNewAnnotation(label)}};
        TRAINYARD_CHECK(m_project.applyNow(edit));
        TRAINYARD_TRY(const std::string thumbnail, makeThumbnail(picture.image));
        TRAINYARD_CHECK(m_thumbnails.put(copy.id, copy.contentHash, thumbnail));
        return copy.id;
    }

    Project& m_project;
    DecoderPool& m_decoders;
    ThumbnailStore& m_thumbnails;
};

/// Cuts the file off after 60 % of its bytes.
Result<void> truncateInPlace(const std::filesystem::path& file)
{
    TRAINYARD_TRY(const std::string bytes, readFile(file));
    return writeFileAtomically(posixIo(), file, std::string_view(bytes).substr(0, bytes.size() * 6 / 10));
}

using ItemPair = std::pair<ItemId, ItemId>;

ItemPair ordered(ItemId a, ItemId b)
{
    return {std::min(a, b), std::max(a, b)};
}

} // namespace

Result<Json> plantFaults(Project& project, const PlantCounts& counts, std::uint64_t seed)
{
    const auto decoders = DecoderPool::create(helperProgram("trainyard-decode"), 1);
    TRAINYARD_TRY(const auto thumbnails, ThumbnailStore::open(project.folder() / "cache" / "thumbnails"));
    Planter planter(project, *decoders, *thumbnails);
    TRAINYARD_TRY(const auto items, project.items("state=ok"));
    const auto needed = static_cast<std::size_t>(counts.exactCopies + counts.nearCopies + counts.truncated +
                                                 counts.swappedLabels);
    if (items.size() < needed * 2 || project.classes().size() < 2)
        return fail(ErrorCode::Refused,
                    "the sample is too small to plant faults in: " + std::to_string(items.size()) + " items");

    const auto order = permutation(static_cast<std::uint32_t>(items.size()), seed, RandomPurpose::Plant, 0);
    std::size_t next = 0;
    Json truth{{"duplicate", Json::array()},
               {"near-duplicate", Json::array()},
               {"damaged", Json::array()},
               {"wrong-label", Json::array()}};
    for (int i = 0; i < counts.exactCopies; ++i) {
        const Item& original = items[order[next++]];
        TRAINYARD_TRY(const ItemId copy, planter.addExactCopy(original));
        truth["duplicate"].push_back({original.id, copy});
    }
    for (int i = 0; i < counts.nearCopies; ++i) {
        const Item& original = items[order[next++]];
        TRAINYARD_TRY(
            const ItemId copy,
            planter.addNearCopy(original, kVariants[static_cast<std::size_t>(i) % kVariants.size()]));
        truth["near-duplicate"].push_back({original.id, copy});
    }
    TRAINYARD_CHECK(thumbnails->flush());
    for (int i = 0; i < counts.truncated; ++i) {
        const Item& item = items[order[next++]];
        TRAINYARD_CHECK(truncateInPlace(project.itemPath(item)));
        truth["damaged"].push_back(item.id);
    }
    for (int i = 0; i < counts.swappedLabels; ++i) {
        const Item& item = items[order[next++]];
        const auto& classes = project.classes();
        std::vector<ClassId> others;
        for (const ItemClass& itemClass : classes) {
            if (itemClass.id != item.classId)
                others.push_back(itemClass.id);
        }
        CounterRandom random(seed, RandomPurpose::Plant, 1, static_cast<std::uint64_t>(i));
        const std::array swapped{item.id};
        TRAINYARD_TRY(const Edit edit, makeSetClass(project, swapped, others[random.below(others.size())]));
        TRAINYARD_CHECK(project.applyNow(edit));
        truth["wrong-label"].push_back(item.id);
    }
    return truth;
}

Result<Json> judgeChecks(Project& project, const Json& truth)
{
    std::set<ItemPair> pairs[2];
    const char* pairKinds[2] = {"duplicate", "near-duplicate"};
    for (int i = 0; i < 2; ++i) {
        for (const Json& pair : truth.at(pairKinds[i]))
            pairs[i].insert(ordered(pair[0].get<ItemId>(), pair[1].get<ItemId>()));
    }
    std::set<ItemId> singles[2];
    const char* singleKinds[2] = {"damaged", "wrong-label"};
    for (int i = 0; i < 2; ++i)
        singles[i] = truth.at(singleKinds[i]).get<std::set<ItemId>>();

    Json verdict{{"planted", Json::object()}, {"found", Json::object()}, {"false", Json::object()}};
    const auto judge = [&](const char* kindName, std::size_t planted, const auto& isPlanted) -> Result<void> {
        TRAINYARD_TRY(const auto issues, project.issues(issueKindFromName(kindName), IssueState::Open));
        const auto found = std::count_if(issues.begin(), issues.end(), isPlanted);
        verdict["planted"][kindName] = planted;
        verdict["found"][kindName] = found;
        verdict["false"][kindName] = static_cast<std::int64_t>(issues.size()) - found;
        return {};
    };
    for (int i = 0; i < 2; ++i) {
        TRAINYARD_CHECK(judge(pairKinds[i], pairs[i].size(), [&](const Issue& issue) {
            return pairs[i].contains(ordered(issue.item, issue.other));
        }));
        TRAINYARD_CHECK(judge(singleKinds[i], singles[i].size(),
                              [&](const Issue& issue) { return singles[i].contains(issue.item); }));
    }
    return verdict;
}

} // namespace trainyard::cli
