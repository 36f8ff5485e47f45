// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/collection/folder_walk.h"
#include "core/collection/import.h"
#include "core/labels/voc.h"

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
    std::string className; ///< of its folder
    Split split = Split::None;
    std::optional<std::size_t> labelFile; ///< into SourceScan::labelFiles
};

/// What a source holds, found without opening a picture.
struct SourceScan
{
    std::filesystem::path folder; ///< absolute, without links
    std::string name;             ///< of the source, for media/<name>
    SourceFormat format = SourceFormat::ImageFolder;
    std::vector<SourcePicture> pictures; ///< by the bytes of their path
    std::vector<VocFile> labelFiles;
    VocBase vocBase;
    std::vector<Rejection> rejections; ///< folders and label files that cannot be used
    std::vector<std::string> notes;

    [[nodiscard]] std::filesystem::path absolute(const SourcePicture& picture) const
    {
        return folder / picture.path;
    }
    /// The names of all classes, sorted by their bytes.
    [[nodiscard]] std::vector<std::string> classNames() const;
};

/// Refuses combinations that mean nothing for the format: InvalidArgument names the option.
Result<void> checkImportRequest(const ImportRequest& request, SourceFormat format);

/// Fails with NotFound, InvalidArgument (the format was asked for and is not there), IoError or Cancelled.
Result<SourceScan> scanSource(const ImportRequest& request, const Cancellation& cancellation,
                              const ProgressObserver& progress);

/// The base of Pascal VOC numbers: the user's answer, else what the files show, else 1; with the sentence for
/// the loss report.
Result<std::pair<int, std::string>> settledVocBase(const SourceScan& scan, const ImportRequest& request);

} // namespace trainyard
