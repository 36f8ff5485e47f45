// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/file_lock.h"

#include "core/base/path_text.h"
#include "core/storage/io_env.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace trainyard {

namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

/// For how long others may share the lock because they look at it: microseconds, unless the machine is
/// overloaded.
constexpr auto kLookersPatience = 5s;
constexpr std::size_t kLongestHolder = 1024;

std::string firstLine(int fd)
{
    std::string text(kLongestHolder, '\0');
    const ssize_t count = ::pread(fd, text.data(), text.size(), 0);
    text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return displayText(text.substr(0, text.find('\n')));
}

void writeHolder(int fd, std::string_view holder)
{
    // The line is for people; the lock holds without it (a full disk), so a failure here changes nothing.
    const std::string line = std::string(holder.substr(0, kLongestHolder - 1)) + "\n";
    if (::ftruncate(fd, 0) == 0) [[maybe_unused]]
        const ssize_t count = ::pwrite(fd, line.data(), line.size(), 0);
}

/// Short waits first: most holders write for some milliseconds.
std::chrono::microseconds pauseAfter(SteadyClock::duration waited)
{
    return waited < 50ms ? 500us : waited < 1s ? 2000us : 10000us;
}

/// Whether nobody holds the lock and it is only shared for the moment by those who look. This descriptor then
/// looks, too.
bool isOnlyLookedAt(int fd)
{
    if (::flock(fd, LOCK_SH | LOCK_NB) != 0)
        return false;
    ::flock(fd, LOCK_UN);
    return true;
}

} // namespace

Result<FileLock> FileLock::acquire(const std::filesystem::path& path, std::chrono::milliseconds patience,
                                   std::string_view holder)
{
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd < 0)
        return fail(ioError("open", path, errno));
    FileLock lock(fd);
    const auto start = SteadyClock::now();
    while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        const int reason = errno;
        if (reason != EWOULDBLOCK && reason != EINTR)
            return fail(ioError("lock", path, reason));
        const auto waited = SteadyClock::now() - start;
        const auto limit =
            isOnlyLookedAt(fd) ? std::max<SteadyClock::duration>(patience, kLookersPatience) : patience;
        if (waited >= limit)
            return fail(ErrorCode::Conflict, displayText(path.native()) + " is locked by " + firstLine(fd));
        std::this_thread::sleep_for(pauseAfter(waited));
    }
    writeHolder(fd, holder);
    return lock;
}

Result<FileLock> FileLock::adopt(int fd, const std::filesystem::path& path)
{
    struct stat byDescriptor
    {
    };
    struct stat byPath
    {
    };
    if (::fstat(fd, &byDescriptor) != 0 || ::stat(path.c_str(), &byPath) != 0)
        return fail(ioError("take over the lock of", path, errno));
    if (byDescriptor.st_dev != byPath.st_dev || byDescriptor.st_ino != byPath.st_ino)
        return fail(ErrorCode::Conflict,
                    displayText(path.native()) + ": the inherited descriptor is another file");
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0)
        return fail(ErrorCode::Conflict, displayText(path.native()) + " is locked by " + firstLine(fd));
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    return FileLock(fd);
}

FileLock::FileLock(FileLock&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept
{
    if (this != &other) {
        if (m_fd >= 0)
            ::close(m_fd);
        m_fd = std::exchange(other.m_fd, -1);
    }
    return *this;
}

FileLock::~FileLock()
{
    if (m_fd >= 0)
        ::close(m_fd);
}

std::optional<std::string> FileLock::holder(const std::filesystem::path& path)
{
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return std::nullopt;
    const FileLock closer(fd);
    if (::flock(fd, LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK)
        return std::nullopt;
    return firstLine(fd);
}

Result<int> FileLock::keepAcrossExec()
{
    const int flags = ::fcntl(m_fd, F_GETFD);
    if (flags < 0 || ::fcntl(m_fd, F_SETFD, flags & ~FD_CLOEXEC) != 0)
        return fail(ErrorCode::IoError, "cannot keep a lock across exec", "errno " + std::to_string(errno));
    return m_fd;
}

} // namespace trainyard
