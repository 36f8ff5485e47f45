// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/write_lock.h"

#include "core/base/log.h"
#include "core/base/path_text.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <thread>
#include <unistd.h>

namespace trainyard {

namespace {

using namespace std::chrono_literals;

constexpr auto kFirstPause = 100us;
constexpr auto kLongPause = 2ms;
constexpr auto kNoteAfter = 2s;
constexpr auto kMostExtraPause = 250ms;

Result<int> openLockFile(const std::filesystem::path& path)
{
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd < 0) {
        const int code = errno;
        return fail(code == ENOSPC || code == EDQUOT ? ErrorCode::NoSpace : ErrorCode::IoError,
                    displayText(path.native()) + ": cannot open the lock file: " + std::strerror(code));
    }
    return fd;
}

constexpr off_t kOpenByte = 4096;    ///< locked shared by everybody who has the project open for writing
constexpr off_t kBulkByte = 1 << 20; ///< plus the revision: locked by who writes that bulk revision

/// A lock on one byte that belongs to the open file, goes with the process, and does not meet flock.
struct flock byteLock(short type, off_t byte)
{
    struct flock lock = {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    lock.l_start = byte;
    lock.l_len = 1;
    return lock;
}

bool isByteFree(int fd, off_t byte)
{
    struct flock others = byteLock(F_WRLCK, byte);
    return ::fcntl(fd, F_OFD_GETLK, &others) != 0 || others.l_type == F_UNLCK;
}

void setByte(int fd, short type, off_t byte)
{
    struct flock lock = byteLock(type, byte);
    ::fcntl(fd, F_OFD_SETLK, &lock);
}

std::string lineIn(int fd)
{
    char text[128] = {};
    const ssize_t size = ::pread(fd, text, sizeof text - 1, 0);
    std::string line(text, size > 0 ? static_cast<std::size_t>(size) : 0);
    return line.substr(0, line.find('\n'));
}

} // namespace

Result<std::unique_ptr<WriteLock>> WriteLock::open(const std::filesystem::path& folder)
{
    std::unique_ptr<WriteLock> lock(new WriteLock);
    lock->m_path = folder / "project.lock";
    TRAINYARD_TRY(lock->m_lockFd, openLockFile(lock->m_path));
    TRAINYARD_TRY(lock->m_waitingFd, openLockFile(folder / "project.waiting"));
    lock->m_wasAlone = isByteFree(lock->m_lockFd, kOpenByte);
    setByte(lock->m_lockFd, F_RDLCK, kOpenByte);
    return lock;
}

WriteLock::~WriteLock()
{
    if (m_waitingFd >= 0)
        ::close(m_waitingFd);
    if (m_lockFd >= 0)
        ::close(m_lockFd);
}

Result<WriteLock::Hold> WriteLock::acquire(std::string_view verb)
{
    const auto start = std::chrono::steady_clock::now();
    bool isWaiting = false;
    bool isNoted = false;
    while (::flock(m_lockFd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return fail(ErrorCode::IoError,
                        displayText(m_path.native()) + ": cannot lock: " + std::strerror(errno));
        }
        if (!isWaiting)
            isWaiting = ::flock(m_waitingFd, LOCK_SH | LOCK_NB) == 0;
        const auto waited = std::chrono::steady_clock::now() - start;
        if (waited > kNoteAfter && !isNoted) {
            isNoted = true;
            logLine(LogLevel::Warning,
                    displayText(m_path.native()) + ": waiting; held by " + lineIn(m_lockFd));
        }
        std::this_thread::sleep_for(waited < kNoteAfter ? kFirstPause : kLongPause);
    }
    if (isWaiting)
        ::flock(m_waitingFd, LOCK_UN);
    noteHolder(verb);
    return Hold(this);
}

void WriteLock::noteHolder(std::string_view verb)
{
    std::string line = "process " + std::to_string(::getpid()) + ", " + std::string(verb);
    if (line == m_holder && lineIn(m_lockFd) == line)
        return;
    m_holder = line;
    line += '\n';
    // The line is for people who wait; without it they only do not learn who holds the lock.
    if (::pwrite(m_lockFd, line.data(), line.size(), 0) != static_cast<ssize_t>(line.size()))
        m_holder.clear();
}

void WriteLock::Hold::release()
{
    if (m_lock == nullptr)
        return;
    m_lock->m_lastHold = age();
    m_lock->m_releasedAt = std::chrono::steady_clock::now();
    ::flock(m_lock->m_lockFd, LOCK_UN);
    m_lock = nullptr;
}

void WriteLock::markBulk(std::int64_t revision)
{
    setByte(m_lockFd, F_WRLCK, kBulkByte + revision);
}

void WriteLock::unmarkBulk(std::int64_t revision)
{
    setByte(m_lockFd, F_UNLCK, kBulkByte + revision);
}

bool WriteLock::isBulkMarked(std::int64_t revision) const
{
    return !isByteFree(m_lockFd, kBulkByte + revision);
}

void WriteLock::stayAway()
{
    std::this_thread::sleep_until(m_releasedAt + m_lastHold);
    const auto latest = m_releasedAt + m_lastHold + kMostExtraPause;
    while (std::chrono::steady_clock::now() < latest) {
        if (::flock(m_waitingFd, LOCK_EX | LOCK_NB) == 0) {
            ::flock(m_waitingFd, LOCK_UN);
            return;
        }
        std::this_thread::sleep_for(kFirstPause);
    }
}

} // namespace trainyard
