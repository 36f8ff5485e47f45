// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/sqlite.h"

#include "core/base/path_text.h"
#include "core/storage/atomic_file.h"

#include <cerrno>
#include <cstring>
#include <sqlite3.h>
#include <unordered_map>
#include <utility>

namespace trainyard {

struct Statement::Entry
{
    sqlite3_stmt* statement = nullptr;
    bool isBusy = false;
    int bindError = SQLITE_OK;
    ~Entry() { sqlite3_finalize(statement); }
};

struct Database::Impl
{
    std::filesystem::path path;
    sqlite3* connection = nullptr;
    int walPages = 0;
    struct TextHash
    {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };
    std::unordered_map<std::string, std::shared_ptr<Statement::Entry>, TextHash, std::equal_to<>> statements;

    ~Impl()
    {
        statements.clear();
        sqlite3_close_v2(connection);
    }

    [[nodiscard]] Error error(int code, const char* doing) const;
};

namespace {

constexpr int kPatienceMs = 2000; ///< for programs that do not keep our lock
constexpr int kCopyPages = 1000;

ErrorCode codeOf(int code, int systemError)
{
    switch (code & 0xff) {
    case SQLITE_FULL:
        return ErrorCode::NoSpace;
    case SQLITE_IOERR:
        return systemError == ENOSPC || systemError == EDQUOT ? ErrorCode::NoSpace : ErrorCode::IoError;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
        return ErrorCode::CorruptFile;
    case SQLITE_CONSTRAINT:
        return ErrorCode::Conflict;
    case SQLITE_NOMEM:
        return ErrorCode::OutOfMemory;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return ErrorCode::IoError;
    default:
        return ErrorCode::Internal;
    }
}

int keepWalPages(void* impl, sqlite3*, const char*, int pages)
{
    static_cast<Database::Impl*>(impl)->walPages = pages;
    return SQLITE_OK;
}

/// Percent-encodes what a URI would read as syntax.
std::string fileUri(const std::filesystem::path& path, const char* options)
{
    static constexpr char kHex[] = "0123456789ABCDEF";
    std::string uri = "file:";
    for (const char c : path.native()) {
        const auto byte = static_cast<unsigned char>(c);
        const bool isPlain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                             (byte >= 'a' && byte <= 'z') || std::strchr("/._-~", byte) != nullptr;
        if (isPlain) {
            uri += c;
        } else {
            uri += '%';
            uri += kHex[byte >> 4];
            uri += kHex[byte & 15];
        }
    }
    return uri + options;
}

} // namespace

Error Database::Impl::error(int code, const char* doing) const
{
    int systemError = connection == nullptr ? 0 : sqlite3_system_errno(connection);
    if (systemError == 0 && (code & 0xff) == SQLITE_IOERR)
        systemError = errno; // a failed commit leaves SQLite's own number empty
    const int extended = connection == nullptr ? code : sqlite3_extended_errcode(connection);
    std::string message = displayText(path.native()) + ": " + doing + " failed: ";
    message += connection == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(connection);
    if (systemError != 0 && codeOf(code, systemError) == ErrorCode::IoError)
        message += std::string(" (") + std::strerror(systemError) + ")";
    std::string context = "SQLite result " + std::to_string(extended);
    if (systemError != 0)
        context +=
            std::string(", errno ") + std::to_string(systemError) + " (" + std::strerror(systemError) + ")";
    return Error{codeOf(code, systemError), std::move(message), std::move(context)};
}

// --- Statement ---

Statement::Statement(Database* database, std::shared_ptr<Entry> entry)
    : m_database(database), m_entry(std::move(entry))
{
    m_entry->isBusy = true;
    m_entry->bindError = SQLITE_OK;
}

Statement::Statement(Statement&& other) noexcept
    : m_database(other.m_database), m_entry(std::exchange(other.m_entry, nullptr))
{
}

Statement& Statement::operator=(Statement&& other) noexcept
{
    std::swap(m_database, other.m_database);
    std::swap(m_entry, other.m_entry);
    return *this;
}

Statement::~Statement()
{
    if (m_entry == nullptr)
        return;
    reset();
    sqlite3_clear_bindings(m_entry->statement);
    m_entry->isBusy = false;
}

void Statement::give(int code)
{
    if (m_entry->bindError == SQLITE_OK)
        m_entry->bindError = code;
}

Statement& Statement::bind(int index, std::int64_t value)
{
    give(sqlite3_bind_int64(m_entry->statement, index, value));
    return *this;
}

Statement& Statement::bind(int index, double value)
{
    give(sqlite3_bind_double(m_entry->statement, index, value));
    return *this;
}

Statement& Statement::bind(int index, std::string_view bytes)
{
    if (bytes.find('\0') != std::string_view::npos || !isUtf8(bytes))
        return bindBlob(index, bytes);
    const char* data = bytes.data() == nullptr ? "" : bytes.data();
    give(sqlite3_bind_text64(m_entry->statement, index, data, bytes.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
    return *this;
}

Statement& Statement::bindBlob(int index, std::string_view bytes)
{
    const char* data = bytes.data() == nullptr ? "" : bytes.data();
    give(sqlite3_bind_blob64(m_entry->statement, index, data, bytes.size(), SQLITE_TRANSIENT));
    return *this;
}

Statement& Statement::bindNull(int index)
{
    give(sqlite3_bind_null(m_entry->statement, index));
    return *this;
}

Result<bool> Statement::step()
{
    if (m_entry->bindError != SQLITE_OK)
        return fail(m_database->m_impl->error(m_entry->bindError, "binding a value"));
    const int code = sqlite3_step(m_entry->statement);
    if (code == SQLITE_ROW)
        return true;
    if (code == SQLITE_DONE)
        return false;
    const Error error = m_database->m_impl->error(
        code, sqlite3_stmt_readonly(m_entry->statement) != 0 ? "reading" : "writing");
    sqlite3_reset(m_entry->statement);
    return fail(error);
}

Result<void> Statement::run()
{
    TRAINYARD_TRY(bool hasRow, step());
    reset();
    if (hasRow)
        return fail(ErrorCode::Internal, "a statement that gives no rows gave one");
    return {};
}

void Statement::reset()
{
    sqlite3_reset(m_entry->statement);
}

Statement::Type Statement::type(int column) const
{
    switch (sqlite3_column_type(m_entry->statement, column)) {
    case SQLITE_INTEGER:
        return Type::Integer;
    case SQLITE_FLOAT:
        return Type::Real;
    case SQLITE_TEXT:
    case SQLITE_BLOB:
        return Type::Bytes;
    default:
        return Type::Null;
    }
}

std::int64_t Statement::integer(int column) const
{
    return sqlite3_column_int64(m_entry->statement, column);
}

double Statement::real(int column) const
{
    return sqlite3_column_double(m_entry->statement, column);
}

std::string_view Statement::bytes(int column) const
{
    const void* data = sqlite3_column_blob(m_entry->statement, column);
    const int size = sqlite3_column_bytes(m_entry->statement, column);
    return data == nullptr ? std::string_view() : std::string_view(static_cast<const char*>(data), size);
}

// --- Database ---

Database::Database(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& path, Mode mode)
{
    std::error_code ignored;
    if (mode != Mode::Create && !std::filesystem::exists(path, ignored))
        return fail(ErrorCode::NotFound, displayText(path.native()) + ": no such file");
    auto impl = std::make_unique<Impl>();
    impl->path = path;
    int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    flags |= mode == Mode::Create      ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
             : mode == Mode::ReadWrite ? SQLITE_OPEN_READWRITE
                                       : SQLITE_OPEN_READONLY;
    const std::string uri = fileUri(path, mode == Mode::Immutable ? "?immutable=1" : "");
    const int code = sqlite3_open_v2(uri.c_str(), &impl->connection, flags, nullptr);
    if (code != SQLITE_OK)
        return fail(impl->error(code, "opening"));
    sqlite3_busy_timeout(impl->connection, kPatienceMs);
    sqlite3_wal_hook(impl->connection, keepWalPages, impl.get());
    sqlite3_db_config(impl->connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, mode == Mode::Create ? 0 : 1,
                      nullptr);
    sqlite3_db_config(impl->connection, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(impl->connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    auto database = std::unique_ptr<Database>(new Database(std::move(impl)));
    TRAINYARD_CHECK(
        database->exec("PRAGMA foreign_keys=ON; PRAGMA synchronous=FULL; PRAGMA mmap_size=0;"
                       "PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-32768"));
    return database;
}

const std::filesystem::path& Database::path() const
{
    return m_impl->path;
}

Result<Statement> Database::prepare(std::string_view sql)
{
    auto found = m_impl->statements.find(sql);
    if (found != m_impl->statements.end() && !found->second->isBusy)
        return Statement(this, found->second);
    const std::string text(sql);
    auto entry = std::make_shared<Statement::Entry>();
    const int code = sqlite3_prepare_v3(m_impl->connection, text.c_str(), static_cast<int>(text.size() + 1),
                                        SQLITE_PREPARE_PERSISTENT, &entry->statement, nullptr);
    if (code != SQLITE_OK)
        return fail(m_impl->error(code, "preparing a statement"));
    if (found == m_impl->statements.end())
        m_impl->statements.emplace(text, entry);
    return Statement(this, std::move(entry));
}

Result<void> Database::exec(const std::string& sql)
{
    const int code = sqlite3_exec(m_impl->connection, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        return fail(m_impl->error(code, "a statement"));
    return {};
}

Result<std::int64_t> Database::number(const std::string& sql)
{
    TRAINYARD_TRY(Statement statement, prepare(sql));
    TRAINYARD_TRY(bool hasRow, statement.step());
    return hasRow ? statement.integer(0) : 0;
}

bool Database::isInTransaction() const
{
    return sqlite3_get_autocommit(m_impl->connection) == 0;
}

Result<void> Database::checkpoint(Checkpoint kind)
{
    const int mode = kind == Checkpoint::Passive ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE;
    int pages = 0;
    sqlite3_busy_timeout(m_impl->connection, 0);
    const int code = sqlite3_wal_checkpoint_v2(m_impl->connection, nullptr, mode, &pages, nullptr);
    sqlite3_busy_timeout(m_impl->connection, kPatienceMs);
    if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY)
        return fail(m_impl->error(code, "a checkpoint"));
    return {};
}

int Database::walPages() const
{
    return m_impl->walPages;
}

std::int64_t Database::changedRows() const
{
    return sqlite3_changes64(m_impl->connection);
}

Result<void> Database::quickCheck()
{
    return check("PRAGMA quick_check(1)");
}

Result<void> Database::fullCheck()
{
    return check("PRAGMA integrity_check(1)");
}

Result<void> Database::check(const char* pragma)
{
    TRAINYARD_TRY(Statement statement, prepare(pragma));
    TRAINYARD_TRY(bool hasRow, statement.step());
    if (!hasRow || statement.bytes(0) != "ok") {
        return fail(ErrorCode::CorruptFile, displayText(path().native()) + ": the database is damaged",
                    std::string(statement.bytes(0)));
    }
    return {};
}

namespace {

Result<void> copyPages(sqlite3* from, sqlite3* to, const std::function<bool()>& goOn, const std::string& name)
{
    sqlite3_backup* backup = sqlite3_backup_init(to, "main", from, "main");
    if (backup == nullptr)
        return fail(ErrorCode::IoError, name + ": the copy failed: " + sqlite3_errmsg(to));
    int code = SQLITE_OK;
    bool isWanted = true;
    while (code == SQLITE_OK && isWanted) {
        code = sqlite3_backup_step(backup, kCopyPages);
        isWanted = !goOn || goOn();
    }
    const int systemError = sqlite3_system_errno(to);
    sqlite3_backup_finish(backup);
    if (code == SQLITE_DONE)
        return {};
    if (code == SQLITE_OK)
        return fail(ErrorCode::Cancelled, name + ": the copy was stopped");
    return fail(codeOf(code, systemError), name + ": the copy failed: " + sqlite3_errstr(code));
}

} // namespace

Result<void> Database::copyTo(const std::filesystem::path& path, const std::function<bool()>& goOn)
{
    AtomicFile file(posixIo(), path);
    TRAINYARD_TRY(auto copy, open(file.stagingPath(), Mode::Create));
    // A read transaction of our own keeps one snapshot over all pieces.
    TRAINYARD_CHECK(exec("BEGIN"));
    const Result<std::int64_t> tables = number("SELECT count(*) FROM sqlite_schema");
    const Result<void> copied =
        tables ? copyPages(m_impl->connection, copy->m_impl->connection, goOn, displayText(path.native()))
               : Result<void>(fail(tables.error()));
    TRAINYARD_CHECK(exec("COMMIT"));
    TRAINYARD_CHECK(copied);
    TRAINYARD_CHECK(copy->exec("PRAGMA journal_mode=DELETE"));
    TRAINYARD_CHECK(copy->quickCheck());
    copy.reset();
    return file.commit();
}

// --- Transaction ---

Result<Transaction> Transaction::begin(Database& database)
{
    TRAINYARD_CHECK(database.exec("BEGIN IMMEDIATE"));
    return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept : m_database(std::exchange(other.m_database, nullptr))
{
}

Transaction::~Transaction()
{
    if (m_database == nullptr || !m_database->isInTransaction())
        return;
    if (auto undone = m_database->exec("ROLLBACK"); !undone) {
        // The connection rolls back by itself when it is closed or when the next BEGIN meets the failure.
        return;
    }
}

Result<void> Transaction::commit()
{
    TRAINYARD_CHECK(m_database->exec("COMMIT"));
    m_database = nullptr;
    return {};
}

} // namespace trainyard
