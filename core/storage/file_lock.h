// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace trainyard {

/// An exclusive flock on a file, held until the object goes. The file keeps one line that says who holds it.
/// The descriptor is O_CLOEXEC unless keepAcrossExec() was called.
class FileLock
{
public:
    /// Waits at most `patience` (zero: one try); whoever only looks by holder() is no holder.
    /// `holder` is written into the file once locked. Conflict with
    /// the present holder's line where it stays taken.
    static Result<FileLock> acquire(const std::filesystem::path& path, std::chrono::milliseconds patience,
                                    std::string_view holder);
    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&& other) noexcept;
    ~FileLock();

    /// Takes over a lock that keepAcrossExec() let through an exec: `fd` must be open on `path` and hold its
    /// lock.
    static Result<FileLock> adopt(int fd, const std::filesystem::path& path);

    /// The line of whoever holds the lock now; nothing where it is free.
    static std::optional<std::string> holder(const std::filesystem::path& path);
    /// Lets the descriptor survive exec, so that a helper that replaces this process goes on holding it.
    Result<int> keepAcrossExec();

private:
    explicit FileLock(int fd) : m_fd(fd) {}
    int m_fd = -1;
};

} // namespace trainyard
