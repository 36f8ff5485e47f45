// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/project.h"

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

namespace trainyard {

/// A copy of project.trainyard in backups/, named "project.<utc>.r<revision>.trainyard". Each is whole,
/// checked, and a file of its own.
struct BackupCopy
{
    std::filesystem::path path;
    std::int64_t utcMs = 0;
    Revision revision = 0;
};

/// Newest first.
std::vector<BackupCopy> listBackups(const std::filesystem::path& projectFolder);
/// The newest copy that opens and passes its check; NotFound where there is none.
Result<BackupCopy> newestGoodBackup(const std::filesystem::path& projectFolder);
/// "the newest good copy is backups/... (revision 41); restore it" or that there is none, for messages.
std::string backupAdvice(const std::filesystem::path& projectFolder);

/// Opens the newest good copy read-only; notice() says which one and that later changes are missing. Nothing
/// on the disk changes.
Result<std::unique_ptr<Project>> openNewestBackup(const std::filesystem::path& projectFolder,
                                                  std::string author);

/// Puts the newest good copy in the place of project.trainyard. What was there is kept beside it as
/// "project.trainyard.damaged-<utc>" (with its -wal). Conflict where somebody has the project open for
/// writing. Gives the copy that was used.
Result<std::filesystem::path> restoreNewestBackup(const std::filesystem::path& projectFolder);

/// Makes copies from a thread of its own: some seconds after its start, or at its end where that comes first,
/// if something changed since the newest copy, then ten minutes after a change; two copies lie at least ten
/// minutes apart, and the last five stay.
class BackupKeeper
{
public:
    explicit BackupKeeper(std::filesystem::path projectFolder);
    ~BackupKeeper(); ///< a copy under way, or due, may take at most two seconds
    BackupKeeper(const BackupKeeper&) = delete;
    BackupKeeper& operator=(const BackupKeeper&) = delete;

private:
    void loop();
    bool mayGoOn();
    Result<void> copyWhereDue();
    std::filesystem::path m_folder;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_isClosing = false;
    std::chrono::steady_clock::time_point m_closingSince;
    std::thread m_thread;
};

} // namespace trainyard
