// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/opening.h"

#include "core/base/path_text.h"
#include "core/project/backups.h"
#include "core/project/edits.h"
#include "core/project/history.h"
#include "core/project/item_rows.h"
#include "core/project/rows.h"
#include "core/project/schema.h"
#include "core/storage/atomic_file.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace trainyard {

namespace {

/// The -wal file holds changes that the database file does not have yet.
bool hasLog(const std::filesystem::path& database)
{
    std::error_code absent;
    const auto size = std::filesystem::file_size(database.native() + "-wal", absent);
    return !absent && size > 0;
}

bool isWritable(const std::filesystem::path& folder)
{
    return ::access(folder.c_str(), W_OK) == 0 && ::access((folder / kProjectFile).c_str(), W_OK) == 0;
}

Result<void> checkExists(const std::filesystem::path& folder)
{
    std::error_code ignored;
    if (std::filesystem::is_regular_file(folder / kProjectFile, ignored))
        return {};
    return fail(ErrorCode::NotFound, displayText(folder.native()) + ": there is no project here (no " +
                                         std::string(kProjectFile) + ")");
}

/// Damage of the database gets the way out as its last words.
template <typename T>
Result<T> withAdvice(Result<T> result, const std::filesystem::path& folder)
{
    if (!result && result.error().code == ErrorCode::CorruptFile)
        result.error().message += "; " + backupAdvice(folder);
    return result;
}

Result<void> migrateAfterCopy(Database& database, std::int64_t version)
{
    if (version >= kSchemaVersion)
        return {};
    const std::filesystem::path copy = database.path().native() + ".v" + std::to_string(version) + ".bak";
    std::error_code ignored;
    if (!std::filesystem::exists(copy, ignored))
        TRAINYARD_CHECK(database.copyTo(copy));
    return migrate(database, version);
}

Result<void> prepare(Database& database, WriteLock& lock, bool isUnclean)
{
    {
        TRAINYARD_TRY(WriteLock::Hold hold, lock.acquire("open"));
        TRAINYARD_TRY(std::int64_t version, checkSchema(database, true));
        if (isUnclean)
            TRAINYARD_CHECK(database.quickCheck());
        TRAINYARD_CHECK(migrateAfterCopy(database, version));
        TRAINYARD_CHECK(database.exec("PRAGMA journal_mode=WAL"));
    }
    TRAINYARD_TRY(int rolledBack, rollBackInterrupted(database, lock));
    static_cast<void>(rolledBack);
    return {};
}

/// Keeps writers and checkpoints away while a copy is made; -1 where there is no lock file, and so no writer.
int lockForCopy(const std::filesystem::path& folder)
{
    const int fd = ::open((folder / "project.lock").c_str(), O_RDONLY | O_CLOEXEC);
    if (fd >= 0)
        ::flock(fd, LOCK_SH);
    return fd;
}

Result<void> copyDatabase(const std::filesystem::path& folder, const std::filesystem::path& to)
{
    const int lock = lockForCopy(folder);
    std::error_code failed;
    std::filesystem::copy_file(folder / kProjectFile, to / kProjectFile, failed);
    if (!failed)
        std::filesystem::copy_file((folder / kProjectFile).native() + "-wal",
                                   (to / kProjectFile).native() + "-wal", failed);
    if (lock >= 0)
        ::close(lock);
    if (failed) {
        return fail(failed == std::errc::no_space_on_device ? ErrorCode::NoSpace : ErrorCode::IoError,
                    displayText(folder.native()) + ": cannot copy the database to " +
                        displayText(to.native()) + ": " + failed.message());
    }
    // Read-only sources give read-only copies, and the log can only be read where the copy can be written.
    for (const char* ending : {"", "-wal"})
        std::filesystem::permissions((to / kProjectFile).native() + ending,
                                     std::filesystem::perms::owner_write, std::filesystem::perm_options::add,
                                     failed);
    return {};
}

Result<void> openReader(OpenPlace& place)
{
    const std::filesystem::path& folder = place.folder;
    const std::filesystem::path file = folder / kProjectFile;
    if (isWritable(folder)) {
        TRAINYARD_TRY(place.reader, Database::open(file, Database::Mode::ReadOnly));
        return {};
    }
    if (!hasLog(file)) {
        TRAINYARD_TRY(place.reader, Database::open(file, Database::Mode::Immutable));
        place.notice = "the folder cannot be written: the project is open for reading";
        return {};
    }
    TRAINYARD_TRY(place.cache, CacheFolder::make(folder));
    TRAINYARD_CHECK(copyDatabase(folder, place.cache->path()));
    TRAINYARD_TRY(place.reader, Database::open(place.cache->path() / kProjectFile, Database::Mode::ReadOnly));
    place.notice =
        "the folder cannot be written and its last writer did not finish: this is a copy of the project "
        "as it was when it was opened";
    return {};
}

} // namespace

Result<std::unique_ptr<CacheFolder>> CacheFolder::make(const std::filesystem::path& projectFolder)
{
    std::filesystem::path base;
    if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && cache[0] == '/')
        base = cache;
    else if (const char* home = std::getenv("HOME"); home != nullptr && home[0] == '/')
        base = std::filesystem::path(home) / ".cache";
    else
        base = std::filesystem::temp_directory_path();
    base /= "trainyard";
    TRAINYARD_CHECK(makeFolders(posixIo(), base));
    std::string name = (base / (projectFolder.filename().string() + "-XXXXXX")).string();
    if (::mkdtemp(name.data()) == nullptr)
        return fail(ErrorCode::IoError,
                    displayText(base.native()) + ": cannot make a folder: " + std::strerror(errno));
    return std::unique_ptr<CacheFolder>(new CacheFolder(name));
}

CacheFolder::~CacheFolder()
{
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
}

Result<void> createDatabase(const std::filesystem::path& folder, const std::string& task)
{
    TRAINYARD_CHECK(makeFolders(posixIo(), folder));
    const std::filesystem::path file = folder / kProjectFile;
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored))
        return fail(ErrorCode::Conflict, displayText(file.native()) + ": there is a project here already");
    AtomicFile staged(posixIo(), file);
    {
        TRAINYARD_TRY(auto database, Database::open(staged.stagingPath(), Database::Mode::Create));
        TRAINYARD_TRY(Transaction transaction, Transaction::begin(*database));
        TRAINYARD_CHECK(createSchema(*database));
        Row setting(Table::Settings, settingId("task"));
        setting.values = {std::int64_t{1}, std::string("task"), task};
        TRAINYARD_CHECK(insertRow(*database, setting));
        TRAINYARD_CHECK(transaction.commit());
        TRAINYARD_CHECK(database->exec("PRAGMA journal_mode=WAL"));
    }
    return staged.commit(AtomicMode::CreateOnly);
}

Result<OpenPlace> openForWriting(const std::filesystem::path& folder)
{
    TRAINYARD_CHECK(checkExists(folder));
    if (!isWritable(folder))
        return fail(ErrorCode::Refused,
                    displayText(folder.native()) + ": cannot be written; open it read-only");
    OpenPlace place;
    place.folder = folder;
    const std::filesystem::path file = folder / kProjectFile;
    TRAINYARD_TRY(place.lock, WriteLock::open(folder));
    const bool isUnclean = place.lock->wasAlone() && hasLog(file);
    TRAINYARD_TRY(place.writing, withAdvice(Database::open(file, Database::Mode::ReadWrite), folder));
    TRAINYARD_CHECK(withAdvice(prepare(*place.writing, *place.lock, isUnclean), folder));
    TRAINYARD_TRY(place.reader, Database::open(file, Database::Mode::ReadOnly));
    return place;
}

Result<OpenPlace> openForReading(const std::filesystem::path& folder)
{
    TRAINYARD_CHECK(checkExists(folder));
    OpenPlace place;
    place.folder = folder;
    TRAINYARD_CHECK(withAdvice(openReader(place), folder));
    TRAINYARD_TRY(std::int64_t version, withAdvice(checkSchema(*place.reader, false), folder));
    TRAINYARD_CHECK(showAsNewest(*place.reader, version));
    return place;
}

} // namespace trainyard
