// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace trainyard {

/// The right to write a project's database: an exclusive flock on project.lock, taken for one transaction or
/// one checkpoint at a time. SQLite before 3.51.3 can corrupt a WAL database when two connections write and
/// checkpoint at the same instant; under this lock the two never meet.
///
/// flock is not fair, so who waits keeps a shared flock on project.waiting, and a bulk writer stays away for
/// at least as long as it held the lock, and longer while somebody waits.
///
/// One thread. Both files are opened O_CLOEXEC and hold one line that says who had the lock last.
class WriteLock
{
public:
    static Result<std::unique_ptr<WriteLock>> open(const std::filesystem::path& folder);
    ~WriteLock();
    WriteLock(const WriteLock&) = delete;
    WriteLock& operator=(const WriteLock&) = delete;

    class Hold
    {
    public:
        explicit Hold(WriteLock* lock) : m_lock(lock), m_since(std::chrono::steady_clock::now()) {}
        Hold(Hold&& other) noexcept : m_lock(std::exchange(other.m_lock, nullptr)), m_since(other.m_since) {}
        Hold& operator=(Hold&&) = delete;
        ~Hold() { release(); }
        void release();
        [[nodiscard]] std::chrono::nanoseconds age() const
        {
            return std::chrono::steady_clock::now() - m_since;
        }

    private:
        WriteLock* m_lock;
        std::chrono::steady_clock::time_point m_since;
    };

    /// Waits until the lock is ours. After two seconds one warning names who holds it.
    Result<Hold> acquire(std::string_view verb);
    /// For bulk writers, between two batches: stays away as long as the last hold took, and at most a quarter
    /// of a second longer while others wait.
    void stayAway();
    /// A bulk revision is marked while its writer lives: a lock on one byte of the lock file that goes with
    /// the process. Called within a hold.
    void markBulk(std::int64_t revision);
    void unmarkBulk(std::int64_t revision);
    /// True where somebody else's mark is there.
    [[nodiscard]] bool isBulkMarked(std::int64_t revision) const;
    /// True where no other process has the project open for writing (asked once, before this one says that it
    /// has).
    [[nodiscard]] bool wasAlone() const { return m_wasAlone; }

private:
    WriteLock() = default;
    void noteHolder(std::string_view verb);
    std::filesystem::path m_path;
    int m_lockFd = -1;
    int m_waitingFd = -1;
    bool m_wasAlone = true;
    std::string m_holder;
    std::chrono::steady_clock::time_point m_releasedAt;
    std::chrono::nanoseconds m_lastHold{0};
};

} // namespace trainyard
