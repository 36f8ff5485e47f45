// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancellation.h"
#include "core/base/progress.h"
#include "core/labels/label_file.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace trainyard {

struct WalkedFile
{
    std::string path; ///< relative to the folder, "/" between parts, bytes
    std::int64_t size = 0;
    std::int64_t timeNs = 0;
};

struct FolderWalk
{
    std::vector<WalkedFile> files;     ///< regular files, sorted by the bytes of their path
    std::vector<Rejection> rejections; ///< folders that could not be read
};

/// Lists a folder and everything below it without opening files. Names are bytes; hidden names are skipped;
/// links to files and folders are followed, but never into a folder that contains the link; pipes, sockets
/// and devices are skipped. A `folder` that is a regular file gives that one file, relative to its parent.
///
/// Fails with NotFound, IoError (the top folder cannot be read) or Cancelled.
Result<FolderWalk> walkFolder(const std::filesystem::path& folder, const Cancellation& cancellation,
                              const ProgressObserver& progress);

/// Absolute, without "." and ".."; links are resolved as far as the path exists.
std::filesystem::path plainPath(const std::filesystem::path& path);

/// Size and time of a regular file (links followed), nothing where there is none.
struct FileStamp
{
    std::int64_t size = 0;
    std::int64_t timeNs = 0;

    bool operator==(const FileStamp&) const = default;
};
std::optional<FileStamp> fileStamp(const std::filesystem::path& path);

} // namespace trainyard
