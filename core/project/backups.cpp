// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/backups.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/base/path_text.h"
#include "core/project/opening.h"
#include "core/project/revisions.h"
#include "core/project/schema.h"
#include "core/project/write_lock.h"
#include "core/storage/io_env.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace trainyard {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kKeptCopies = 5;
constexpr auto kCopyEvery = 10min;
constexpr auto kLookEvery = 1min;
constexpr auto kStartPause = 5s; ///< whoever opens a project wants its pictures first
constexpr auto kClosingPatience = 2s;
constexpr std::string_view kPrefix = "project.";
constexpr std::string_view kSuffix = ".trainyard";

std::filesystem::path backupFolder(const std::filesystem::path& projectFolder)
{
    return projectFolder / "backups";
}

/// Nothing for other files.
std::optional<BackupCopy> copyFromName(const std::filesystem::path& path)
{
    const std::string name = path.filename().string();
    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    long long revision = 0;
    int used = 0;
    const int count = std::sscanf(name.c_str(), "project.%4d-%2d-%2dT%2d-%2d-%2d.r%lld%n", &year, &month,
                                  &day, &hour, &minute, &second, &revision, &used);
    if (count != 7 || name.substr(static_cast<std::size_t>(used)) != kSuffix)
        return std::nullopt;
    const auto date = std::chrono::year(year) / std::chrono::month(static_cast<unsigned>(month)) /
                      std::chrono::day(static_cast<unsigned>(day));
    if (!date.ok())
        return std::nullopt;
    const auto time = std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
                      std::chrono::seconds(second);
    return BackupCopy{path,
                      std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count(),
                      revision};
}

Result<void> checkCopy(const BackupCopy& copy)
{
    TRAINYARD_TRY(auto database, Database::open(copy.path, Database::Mode::Immutable));
    TRAINYARD_TRY(std::int64_t version, checkSchema(*database, false));
    static_cast<void>(version);
    return database->quickCheck();
}

void removeOldCopies(const std::filesystem::path& projectFolder)
{
    std::vector<BackupCopy> copies = listBackups(projectFolder);
    for (std::size_t i = kKeptCopies; i < copies.size(); ++i) {
        if (const auto removed = posixIo().unlink(copies[i].path); !removed)
            logLine(LogLevel::Warning, removed.error().message);
    }
}

Result<void> setAside(const std::filesystem::path& projectFolder)
{
    const std::string stamp = utcFolderText(systemClock().utcMilliseconds());
    for (const char* ending : {"", "-wal", "-shm"}) {
        const std::filesystem::path from = projectFolder / (std::string(kProjectFile) + ending);
        std::error_code ignored;
        if (!std::filesystem::exists(from, ignored))
            continue;
        const std::filesystem::path to =
            projectFolder / (std::string(kProjectFile) + ".damaged-" + stamp + ending);
        TRAINYARD_CHECK(posixIo().rename(from, to, IoEnv::Rename::CreateOnly));
    }
    return {};
}

} // namespace

std::vector<BackupCopy> listBackups(const std::filesystem::path& projectFolder)
{
    std::vector<BackupCopy> copies;
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator(backupFolder(projectFolder), failed)) {
        if (const auto copy = copyFromName(entry.path()))
            copies.push_back(*copy);
    }
    std::sort(copies.begin(), copies.end(), [](const BackupCopy& a, const BackupCopy& b) {
        return std::pair(a.utcMs, a.revision) > std::pair(b.utcMs, b.revision);
    });
    return copies;
}

Result<BackupCopy> newestGoodBackup(const std::filesystem::path& projectFolder)
{
    for (const BackupCopy& copy : listBackups(projectFolder)) {
        if (checkCopy(copy))
            return copy;
    }
    return fail(ErrorCode::NotFound,
                displayText(backupFolder(projectFolder).native()) + ": there is no good copy");
}

std::string backupAdvice(const std::filesystem::path& projectFolder)
{
    const Result<BackupCopy> copy = newestGoodBackup(projectFolder);
    if (!copy)
        return "there is no good copy in backups/";
    return "the newest good copy is backups/" + displayText(copy->path.filename().native()) + " (revision " +
           std::to_string(copy->revision) + "); open or restore that one";
}

Result<std::unique_ptr<Project>> openNewestBackup(const std::filesystem::path& projectFolder,
                                                  std::string author)
{
    TRAINYARD_TRY(BackupCopy copy, newestGoodBackup(projectFolder));
    OpenPlace place;
    place.folder = projectFolder;
    TRAINYARD_TRY(place.reader, Database::open(copy.path, Database::Mode::Immutable));
    place.notice = "this is the copy " + displayText(copy.path.filename().native()) + " of " +
                   utcText(copy.utcMs) + ": changes after revision " + std::to_string(copy.revision) +
                   " are missing";
    return openAt(std::move(place), std::move(author));
}

Result<std::filesystem::path> restoreNewestBackup(const std::filesystem::path& projectFolder)
{
    TRAINYARD_TRY(BackupCopy copy, newestGoodBackup(projectFolder));
    TRAINYARD_TRY(auto lock, WriteLock::open(projectFolder));
    if (!lock->wasAlone())
        return fail(ErrorCode::Conflict,
                    displayText(projectFolder.native()) + ": the project is open elsewhere");
    TRAINYARD_TRY(WriteLock::Hold hold, lock->acquire("restore"));
    const std::filesystem::path restored = projectFolder / (std::string(kProjectFile) + ".restored");
    std::error_code ignored;
    std::filesystem::remove(restored, ignored);
    {
        TRAINYARD_TRY(auto source, Database::open(copy.path, Database::Mode::Immutable));
        TRAINYARD_CHECK(source->copyTo(restored));
    }
    {
        TRAINYARD_TRY(auto fresh, Database::open(restored, Database::Mode::Create));
        TRAINYARD_CHECK(fresh->exec("PRAGMA journal_mode=WAL"));
    }
    TRAINYARD_CHECK(setAside(projectFolder));
    TRAINYARD_CHECK(posixIo().rename(restored, projectFolder / kProjectFile, IoEnv::Rename::CreateOnly));
    TRAINYARD_CHECK(posixIo().syncFolder(projectFolder));
    return copy.path;
}

BackupKeeper::BackupKeeper(std::filesystem::path projectFolder) : m_folder(std::move(projectFolder))
{
    m_thread = std::thread([this] { loop(); });
}

BackupKeeper::~BackupKeeper()
{
    {
        const std::lock_guard guard(m_mutex);
        m_isClosing = true;
        m_closingSince = std::chrono::steady_clock::now();
    }
    m_wake.notify_all();
    m_thread.join();
}

bool BackupKeeper::mayGoOn()
{
    const std::lock_guard guard(m_mutex);
    return !m_isClosing || std::chrono::steady_clock::now() - m_closingSince < kClosingPatience;
}

void BackupKeeper::loop()
{
    const auto isClosedWithin = [this](std::chrono::seconds pause) {
        std::unique_lock lock(m_mutex);
        return m_wake.wait_for(lock, pause, [this] { return m_isClosing; });
    };
    bool isClosing = isClosedWithin(kStartPause);
    do {
        if (const auto copied = copyWhereDue(); !copied && copied.error().code != ErrorCode::Cancelled)
            logLine(LogLevel::Warning, "no backup was made: " + copied.error().message);
        isClosing = isClosing || isClosedWithin(kLookEvery);
    } while (!isClosing);
}

Result<void> BackupKeeper::copyWhereDue()
{
    const std::vector<BackupCopy> copies = listBackups(m_folder);
    const std::int64_t now = systemClock().utcMilliseconds();
    const std::int64_t least = std::chrono::duration_cast<std::chrono::milliseconds>(kCopyEvery).count();
    if (!copies.empty() && now >= copies.front().utcMs && now - copies.front().utcMs < least)
        return {};
    TRAINYARD_TRY(auto database, Database::open(m_folder / kProjectFile, Database::Mode::ReadOnly));
    TRAINYARD_TRY(Revision revision, newestRevision(*database));
    if (revision == 0 || (!copies.empty() && copies.front().revision == revision))
        return {};
    TRAINYARD_CHECK(makeFolders(posixIo(), backupFolder(m_folder)));
    const std::string name =
        std::string(kPrefix) + utcFolderText(now) + ".r" + std::to_string(revision) + std::string(kSuffix);
    TRAINYARD_CHECK(database->copyTo(backupFolder(m_folder) / name, [this] { return mayGoOn(); }));
    removeOldCopies(m_folder);
    return {};
}

} // namespace trainyard
