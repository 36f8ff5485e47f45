// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancellation.h"
#include "core/base/json.h"
#include "core/base/progress.h"
#include "core/imaging/decoder_pool.h"
#include "core/labels/label_set.h"
#include "core/project/project.h"

#include <filesystem>
#include <optional>
#include <string>

namespace trainyard {

/// What becomes of the pictures that an exported dataset speaks of.
enum class ExportedPictures {
    Copy, ///< the bytes as they are, with their EXIF
    Link, ///< symbolic links to where they are
    None  ///< label files alone
};
std::string_view exportedPicturesName(ExportedPictures pictures); ///< "copy", "link", "none"
std::optional<ExportedPictures> exportedPicturesFromName(std::string_view name);

struct ExportRequest
{
    std::filesystem::path folder;
    std::string format;
    /// As Project::items(). Excluded, damaged, missing and unlabelled items are left out, unless the filter
    /// speaks of `excluded`, `state` or `review`.
    std::string filter;
    ExportedPictures pictures = ExportedPictures::Copy;

    bool operator==(const ExportRequest&) const = default;
};
Json exportRequestToJson(const ExportRequest& request);
Result<ExportRequest> exportRequestFromJson(const Json& json);
/// "coco, pascal-voc, ...": what an export can write.
std::string exportFormatNames();

struct ExportResult
{
    std::int64_t pictures = 0; ///< that the export holds
    std::int64_t labels = 0;   ///< that it holds, whole or in part
    std::int64_t leftOut = 0;  ///< items
    std::int64_t files = 0;    ///< written or linked, with the pictures
    LossReport losses;
};
Json exportResultToJson(const ExportResult& result);

/// What an export would do.
struct ExportPlan
{
    ExportResult result;
    std::int64_t replaced = 0; ///< files of an earlier export that would be removed
};
Json exportPlanToJson(const ExportPlan& plan);
/// InvalidFile where a figure is missing.
Result<ExportPlan> exportPlanFromJson(const Json& json);

/// The labels of a project as an exchange format gets them: upright sizes and shapes, the classes with the
/// numbers and unknown keys that an import of this format brought. Predictions that nobody reviewed and
/// second opinions (labels/annotation.h) are left out, with a note.
struct ProjectLabels
{
    LabelSet labels;
    std::vector<std::filesystem::path> files; ///< of each picture
    std::int64_t leftOut = 0;
};
Result<ProjectLabels> projectLabels(Project& project, std::string_view format, const std::string& filter,
                                    const Cancellation& cancellation, const ProgressObserver& progress);

/// Writes a dataset into a folder that is empty, does not exist, or holds an earlier export, whose files are
/// removed first (those that its trainyard-export.json lists, nothing else). What can be known before is
/// looked at before that: Refused for other folders, and where pictures of the project lie in it or a link
/// leads out of it; InvalidArgument for unknown formats, NotFound for pictures that are missing and
/// where the filter chooses nothing, Refused where the format can hold none of the labels. NoSpace, IoError,
/// Cancelled; a later export can take the place of one that failed.
Result<ExportResult> exportDataset(Project& project, DecoderPool& decoders, const ExportRequest& request,
                                   const Cancellation& cancellation, const ProgressObserver& progress);

/// The figures and losses that exportDataset() would give; nothing is written and no picture is read. Fails
/// as that does for the format, the filter and the folder.
Result<ExportPlan> planExport(Project& project, const ExportRequest& request,
                              const Cancellation& cancellation, const ProgressObserver& progress);

} // namespace trainyard
