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

enum class SourceFormat { Auto, ImageFolder, PascalVoc };
std::string_view sourceFormatName(SourceFormat format); ///< "auto", "image-folder", "pascal-voc"
std::optional<SourceFormat> sourceFormatFromName(std::string_view name);

struct ImportRequest
{
    std::filesystem::path source;
    SourceFormat format = SourceFormat::Auto;
    bool copiesFiles = false; ///< into media/, else pictures stay where they are
    bool cropsBoxes = false;  ///< each labelled box becomes a picture in media/crops and an item
    std::int64_t perClass =
        0; ///< with crops: the first N boxes of each class in the order of XXH3(seed, picture, box); 0: all
    std::uint64_t seed = 0;
    std::optional<int> vocBase; ///< 0 or 1 where the user answered; else recognised
    Json answers = Json::object();
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
    std::string flag; ///< "--voc-base"
};

/// What an import would do, found from names and headers alone.
struct ImportPlan
{
    SourceFormat format = SourceFormat::ImageFolder;
    std::int64_t pictures = 0;
    std::int64_t labelFiles = 0;
    std::int64_t boxes = 0;
    std::vector<std::pair<std::string, std::int64_t>> classes; ///< pictures or boxes of each class
    std::vector<std::pair<Split, std::int64_t>> splits;        ///< the source's own splits
    std::int64_t bytesNeeded = 0;                              ///< on the project's disk
    std::int64_t bytesFree = 0;
    std::vector<ImportQuestion> questions;
    std::vector<std::string> notes;
};
Result<ImportPlan> planImport(const Project& project, const ImportRequest& request,
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
    LossReport losses;
    std::vector<Rejection> rejections; ///< the first 1,000; all are in the table of rejects
    Revision revision = 0;
};
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
