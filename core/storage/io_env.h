// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trainyard {

/// Every call by which user data reaches the disk, as an interface, so that tests can fail each of them once
/// and can forget what was not synced.
///
/// Any thread. Descriptors are plain integers that belong to the caller until close(). Every error carries
/// the operation, the path and errno in words; ENOSPC and EDQUOT become NoSpace, everything else IoError
/// (NotFound for a missing path, Conflict for EEXIST).
class IoEnv
{
public:
    virtual ~IoEnv() = default;

    enum class Create { Exclusive, Append, Existing };
    /// Exclusive: O_CREAT|O_EXCL|O_WRONLY. Append: O_CREAT|O_RDWR|O_APPEND. Existing: O_RDWR. All with
    /// O_NOFOLLOW|O_CLOEXEC.
    virtual Result<int> openForWriting(const std::filesystem::path& path, Create create) = 0;
    /// Writes everything (short writes and EINTR are repeated).
    virtual Result<void> write(int fd, std::span<const std::byte> bytes,
                               const std::filesystem::path& path) = 0;
    /// The same at a place of the file (not for descriptors opened with Append).
    virtual Result<void> writeAt(int fd, std::span<const std::byte> bytes, std::uint64_t offset,
                                 const std::filesystem::path& path) = 0;
    virtual Result<void> truncate(int fd, std::uint64_t size, const std::filesystem::path& path) = 0;
    virtual Result<void> sync(int fd, const std::filesystem::path& path) = 0;
    virtual Result<void> dataSync(int fd, const std::filesystem::path& path) = 0;
    virtual Result<void> close(int fd, const std::filesystem::path& path) = 0;
    enum class Rename { Replace, CreateOnly };
    virtual Result<void> rename(const std::filesystem::path& from, const std::filesystem::path& to,
                                Rename mode) = 0;
    virtual Result<void> unlink(const std::filesystem::path& path) = 0;
    /// Makes one folder; an existing one is fine.
    virtual Result<void> makeFolder(const std::filesystem::path& path) = 0;
    virtual Result<void> syncFolder(const std::filesystem::path& path) = 0;
    virtual Result<std::uint64_t> freeBytes(const std::filesystem::path& folder) = 0;
};

/// The kernel's calls.
IoEnv& posixIo();

/// The error of a failed call: "write /a/b: No space left on device", with the code that IoEnv promises.
Error ioError(std::string_view operation, const std::filesystem::path& path, int errorNumber);

/// Makes a folder and its parents, each synced into its parent.
Result<void> makeFolders(IoEnv& io, const std::filesystem::path& path);

} // namespace trainyard
