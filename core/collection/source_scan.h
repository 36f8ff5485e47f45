// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/collection/folder_walk.h"
#include "core/collection/import.h"
#include "core/labels/formats.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace trainyard {

/// A picture of the source with what names and label files say of it.
struct SourcePicture
{
    std::string path; ///< relative to SourceScan::folder
    std::int64_t size = 0;
    std::int64_t timeNs = 0;
    Split split = Split::None;
    std::optional<std::size_t> labels; ///< into SourceScan::labels.pictures
};

/// What a source holds, found without opening a picture (but masks, where the format keeps labels in them).
struct SourceScan
{
    std::filesystem::path folder; ///< absolute, without links
    std::string name;             ///< of the source, for media/<name>
    const FormatSpec* format = nullptr;
    FormatAnswers answers;                 ///< that it was read with
    std::vector<ImportQuestion> questions; ///< of the format, that nobody answered
    std::vector<SourcePicture> pictures;   ///< by the bytes of their path
    LabelSet labels;                       ///< rejections and label files with absolute paths
    std::int64_t labelFiles = 0;
    std::vector<Rejection> rejections; ///< folders and label files that cannot be used, bad records
    std::int64_t unmatched = 0;        ///< annotations whose picture is not there or is described twice
    std::vector<std::string> notes;

    [[nodiscard]] std::filesystem::path absolute(const SourcePicture& picture) const
    {
        return folder / picture.path;
    }
    /// Whether its pictures lie inside of files (embedded_pictures.h).
    [[nodiscard]] bool hasEmbedded() const
    {
        return std::any_of(labels.pictures.begin(), labels.pictures.end(),
                           [](const LabelledPicture& picture) { return picture.embedded.has_value(); });
    }
    [[nodiscard]] const LabelledPicture* labelsOf(const SourcePicture& picture) const
    {
        return picture.labels ? &labels.pictures[*picture.labels] : nullptr;
    }
};

/// Refuses combinations that mean nothing for the format: InvalidArgument names the option.
Result<void> checkImportRequest(const ImportRequest& request, const SourceScan& scan);

/// Fails with NotFound, InvalidArgument (the format was asked for and is not there), InvalidFile (an answer
/// that is none), IoError or Cancelled. `decoders` read masks.
Result<SourceScan> scanSource(const ImportRequest& request, DecoderPool& decoders,
                              const Cancellation& cancellation, const ProgressObserver& progress);

/// The request's answers as texts, with the one of --voc-base.
Result<FormatAnswers> importAnswers(const ImportRequest& request);

/// planImport() and importSource() of a source that was scanned with this request already.
Result<ImportPlan> planScanned(Project& project, const ImportRequest& request, const SourceScan& scan,
                               const Cancellation& cancellation, const ProgressObserver& progress);
Result<ImportResult> importScanned(Project& project, DecoderPool& decoders, const ImportRequest& request,
                                   const SourceScan& scan, const Cancellation& cancellation,
                                   const ProgressObserver& progress);

} // namespace trainyard
