// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancellation.h"
#include "core/base/json.h"
#include "core/base/progress.h"
#include "core/imaging/decoder_pool.h"
#include "core/labels/label_file.h"
#include "core/project/project.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace trainyard {

/// The format is found out.
inline constexpr std::string_view kAutoFormat = "auto";
/// "auto, coco, ...": what --format takes.
std::string importFormatNames();

/// What becomes of labels of pictures that the project has labels of already, where the two differ.
enum class MergeRule {
    Keep,   ///< the project's labels stay as they are
    Theirs, ///< the source's labels replace them
    Both    ///< the source's labels are added to them
};
std::string_view mergeRuleName(MergeRule rule); ///< "keep", "theirs", "both"
std::optional<MergeRule> mergeRuleFromName(std::string_view name);

struct ImportRequest
{
    std::filesystem::path source;
    std::string format{kAutoFormat}; ///< a key of labelFormats()
    bool copiesFiles = false;        ///< into media/, else pictures stay where they are
    bool cropsBoxes = false;         ///< each labelled box becomes a picture in media/crops and an item
    std::int64_t perClass =
        0; ///< with crops: the first N boxes of each class in the order of XXH3(seed, picture, box); 0: all
    std::uint64_t seed = 0;
    std::optional<int> vocBase;    ///< 0 or 1 where the user answered; else recognised
    Json answers = Json::object(); ///< by the question's key; "merge" names a MergeRule
    DecodeLimits limits;

    bool operator==(const ImportRequest&) const = default;
};
Json importRequestToJson(const ImportRequest& request);
Result<ImportRequest> importRequestFromJson(const Json& json);

/// A question that headers and names cannot settle, with its default and the flag that answers it.
struct ImportQuestion
{
    std::string key; ///< "voc-base"
    std::string text;
    std::vector<std::string> choices;
    std::string preset;
    std::string flag;    ///< "--voc-base"
    bool mustAsk = true; ///< false: the preset counts where nobody answers

    bool operator==(const ImportQuestion&) const = default;
};

/// What becomes of labels: counted for the project's labels and those of the source together.
struct LabelCounts
{
    std::int64_t read = 0;  ///< of the source: added + changed + same + left + suggested + rejected
    std::int64_t added = 0; ///< new ones
    std::int64_t changed = 0;
    std::int64_t same = 0;      ///< the project has them already
    std::int64_t left = 0;      ///< not taken, because the picture's own labels were kept
    std::int64_t suggested = 0; ///< predictions: they become suggestions, not labels
    std::int64_t rejected = 0;  ///< bad records, and labels whose picture is not there
    std::int64_t removed = 0;   ///< of the project's, replaced by the source's

    bool operator==(const LabelCounts&) const = default;
};

/// What an import would do, found from names and headers alone.
struct ImportPlan
{
    std::string format;      ///< key
    std::string formatTitle; ///< for people
    std::int64_t pictures = 0;
    std::int64_t labelFiles = 0;
    std::int64_t boxes = 0; ///< shapes of all kinds that crops could be cut from
    std::vector<std::pair<std::string, std::int64_t>> shapes;  ///< labels of each kind: "polygon"
    std::vector<std::pair<std::string, std::int64_t>> classes; ///< labels of each class
    std::vector<std::string> newClasses;                       ///< that the project does not have yet
    std::int64_t newItems = 0;                                 ///< pictures at paths that are no item yet
    std::int64_t knownItems = 0;
    std::int64_t differingItems = 0; ///< known ones whose labels differ from the source's
    LabelCounts labels;              ///< under the merge rule that was answered, else under its preset
    std::vector<std::pair<Split, std::int64_t>> splits; ///< the source's own splits
    std::int64_t bytesNeeded = 0;                       ///< on the project's disk
    std::int64_t bytesFree = 0;
    std::vector<ImportQuestion> questions;
    std::vector<std::string> notes;
};
/// Changes nothing. `decoders` read masks; pictures are not decoded.
Result<ImportPlan> planImport(Project& project, DecoderPool& decoders, const ImportRequest& request,
                              const Cancellation& cancellation, const ProgressObserver& progress);
Json importPlanToJson(const ImportPlan& plan);

/// accepted + leftOut + rejected = read.
struct ImportResult
{
    std::int64_t read = 0;
    std::int64_t accepted = 0; ///< new, changed, moved and unchanged items
    std::int64_t leftOut = 0;
    std::int64_t rejected = 0;
    std::int64_t added = 0;
    std::int64_t unchanged = 0;
    std::int64_t changed = 0;
    std::int64_t moved = 0;
    std::int64_t damaged = 0;    ///< accepted as damaged items
    std::int64_t duplicates = 0; ///< exact-duplicate issues made
    LabelCounts labels;
    LossReport losses;
    std::vector<Rejection> rejections; ///< the first 1,000; all are in the table of rejects
    Revision revision = 0;
};
Json labelCountsToJson(const LabelCounts& counts);
LabelCounts labelCountsFromJson(const Json& json);
Json importResultToJson(const ImportResult& result);

/// Imports a source. Matches by path first; a known hash at a new path is a move when the old path is gone,
/// else a second item with an exact-duplicate issue; changed bytes keep the item and mark it. Writes in
/// batches, so a cancelled or killed import keeps what it has and goes on when it is run again. Makes
/// thumbnails and hash facts on the way.
Result<ImportResult> importSource(Project& project, DecoderPool& decoders, const ImportRequest& request,
                                  const Cancellation& cancellation, const ProgressObserver& progress);

struct RelocateResult
{
    std::int64_t found = 0;
    std::int64_t missing = 0;
    std::int64_t differing = 0; ///< other size than known
};
/// Points source roots at or below `from` to `to` and says how many items are there.
Result<RelocateResult> relocate(Project& project, const std::filesystem::path& from,
                                const std::filesystem::path& to);

/// Marks items whose file is gone as missing (and back), without reading pictures.
Result<std::int64_t> updateFileStates(Project& project, const Cancellation& cancellation);

} // namespace trainyard
