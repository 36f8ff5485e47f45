// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/io_env.h"

#include "core/base/path_text.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <system_error>
#include <unistd.h>

namespace trainyard {

namespace {

ErrorCode codeOf(int errorNumber)
{
    switch (errorNumber) {
    case ENOSPC:
    case EDQUOT:
        return ErrorCode::NoSpace;
    case ENOENT:
    case ENOTDIR:
        return ErrorCode::NotFound;
    case EEXIST:
        return ErrorCode::Conflict;
    default:
        return ErrorCode::IoError;
    }
}

tl::unexpected<Error> failure(std::string_view operation, const std::filesystem::path& path)
{
    return fail(ioError(operation, path, errno));
}

tl::unexpected<Error> writeFailure(const std::filesystem::path& path, std::size_t missing)
{
    Error error = ioError("write", path, errno);
    error.message += " (" + std::to_string(missing) + " bytes were still to be written)";
    return fail(std::move(error));
}

/// Renames without replacing on file systems that lack RENAME_NOREPLACE: a second name, then the first one
/// goes.
int linkAndUnlink(const char* from, const char* to)
{
    if (::link(from, to) != 0)
        return -1;
    ::unlink(from);
    return 0;
}

int renameCreateOnly(const char* from, const char* to)
{
    if (::renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return 0;
    return errno == EINVAL || errno == ENOSYS ? linkAndUnlink(from, to) : -1;
}

class PosixIo final : public IoEnv
{
public:
    Result<int> openForWriting(const std::filesystem::path& path, Create create) override
    {
        int flags = O_NOFOLLOW | O_CLOEXEC;
        if (create == Create::Exclusive)
            flags |= O_CREAT | O_EXCL | O_WRONLY;
        else if (create == Create::Append)
            flags |= O_CREAT | O_RDWR | O_APPEND;
        else
            flags |= O_RDWR;
        for (;;) {
            const int fd = ::open(path.c_str(), flags, 0666);
            if (fd >= 0)
                return fd;
            if (errno != EINTR)
                return failure("open", path);
        }
    }

    Result<void> write(int fd, std::span<const std::byte> bytes, const std::filesystem::path& path) override
    {
        while (!bytes.empty()) {
            const ssize_t count = ::write(fd, bytes.data(), bytes.size());
            if (count < 0 && errno != EINTR)
                return writeFailure(path, bytes.size());
            if (count > 0)
                bytes = bytes.subspan(static_cast<std::size_t>(count));
        }
        return {};
    }

    Result<void> writeAt(int fd, std::span<const std::byte> bytes, std::uint64_t offset,
                         const std::filesystem::path& path) override
    {
        while (!bytes.empty()) {
            const ssize_t count = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
            if (count < 0 && errno != EINTR)
                return writeFailure(path, bytes.size());
            if (count > 0) {
                bytes = bytes.subspan(static_cast<std::size_t>(count));
                offset += static_cast<std::uint64_t>(count);
            }
        }
        return {};
    }

    Result<void> truncate(int fd, std::uint64_t size, const std::filesystem::path& path) override
    {
        while (::ftruncate(fd, static_cast<off_t>(size)) != 0) {
            if (errno != EINTR)
                return failure("truncate", path);
        }
        return {};
    }

    Result<void> sync(int fd, const std::filesystem::path& path) override
    {
        return ::fsync(fd) == 0 ? Result<void>() : failure("fsync", path);
    }

    Result<void> dataSync(int fd, const std::filesystem::path& path) override
    {
        return ::fdatasync(fd) == 0 ? Result<void>() : failure("fdatasync", path);
    }

    Result<void> close(int fd, const std::filesystem::path& path) override
    {
        // Linux frees the descriptor even where close() fails, so it is never called twice.
        if (::close(fd) != 0 && errno != EINTR)
            return failure("close", path);
        return {};
    }

    Result<void> rename(const std::filesystem::path& from, const std::filesystem::path& to,
                        Rename mode) override
    {
        const int status = mode == Rename::Replace ? ::rename(from.c_str(), to.c_str())
                                                   : renameCreateOnly(from.c_str(), to.c_str());
        return status == 0 ? Result<void>() : failure("rename to", to);
    }

    Result<void> unlink(const std::filesystem::path& path) override
    {
        return ::unlink(path.c_str()) == 0 ? Result<void>() : failure("unlink", path);
    }

    Result<void> makeFolder(const std::filesystem::path& path) override
    {
        if (::mkdir(path.c_str(), 0777) == 0)
            return {};
        const int reason = errno;
        struct stat status
        {
        };
        if (reason == EEXIST && ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode))
            return {};
        return fail(ioError("mkdir", path, reason));
    }

    Result<void> syncFolder(const std::filesystem::path& path) override
    {
        const std::filesystem::path folder = path.empty() ? std::filesystem::path(".") : path;
        const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
            return failure("open folder", folder);
        // Some file systems cannot sync a folder (EINVAL) and keep its entries durable by themselves.
        const bool isSynced = ::fsync(fd) == 0 || errno == EINVAL;
        const int reason = errno;
        ::close(fd);
        return isSynced ? Result<void>() : Result<void>(fail(ioError("fsync folder", folder, reason)));
    }

    Result<std::uint64_t> freeBytes(const std::filesystem::path& folder) override
    {
        struct statvfs status
        {
        };
        while (::statvfs(folder.c_str(), &status) != 0) {
            if (errno != EINTR)
                return failure("statvfs", folder);
        }
        return static_cast<std::uint64_t>(status.f_bavail) * status.f_frsize;
    }
};

} // namespace

Error ioError(std::string_view operation, const std::filesystem::path& path, int errorNumber)
{
    return Error{codeOf(errorNumber),
                 std::string(operation) + " " + displayText(path.native()) + ": " +
                     std::generic_category().message(errorNumber),
                 "errno " + std::to_string(errorNumber)};
}

IoEnv& posixIo()
{
    static PosixIo io;
    return io;
}

Result<void> makeFolders(IoEnv& io, const std::filesystem::path& path)
{
    std::error_code ignored;
    if (path.empty() || std::filesystem::is_directory(path, ignored))
        return {};
    std::filesystem::path clean = path.lexically_normal();
    if (!clean.has_filename())
        clean = clean.parent_path();
    const std::filesystem::path parent = clean.parent_path();
    TRAINYARD_CHECK(makeFolders(io, parent));
    TRAINYARD_CHECK(io.makeFolder(clean));
    return io.syncFolder(parent);
}

} // namespace trainyard
