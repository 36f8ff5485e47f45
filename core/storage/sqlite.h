// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace trainyard {

class Database;

/// A prepared statement, borrowed from its Database until this object goes (then it is reset, so that no read
/// transaction stays open). A failure of a bind is kept and returned by step().
///
/// Bind indices start at 1, columns at 0, as in SQLite. Bytes are stored as TEXT where they are well-formed
/// UTF-8 without NUL, else as BLOB: the same bytes always give the same stored value, and people can read
/// most of it.
class Statement
{
public:
    Statement(Statement&& other) noexcept;
    Statement& operator=(Statement&& other) noexcept;
    ~Statement();

    Statement& bind(int index, std::int64_t value);
    Statement& bind(int index, double value);
    Statement& bind(int index, std::string_view bytes);
    Statement& bindBlob(int index, std::string_view bytes); ///< always a BLOB
    Statement& bindNull(int index);

    /// True: a row is there. False: done.
    Result<bool> step();
    /// step() for a statement that gives no rows.
    Result<void> run();
    void reset();

    enum class Type { Null, Integer, Real, Bytes };
    [[nodiscard]] Type type(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const; ///< 0 for NULL
    [[nodiscard]] double real(int column) const;
    [[nodiscard]] std::string_view
    bytes(int column) const; ///< valid until the next step(), reset() or the end

private:
    friend class Database;
    struct Entry;
    Statement(Database* database, std::shared_ptr<Entry> entry);
    void give(int code);
    Database* m_database = nullptr;
    std::shared_ptr<Entry> m_entry;
};

/// One connection to one SQLite file in the way Trainyard uses it: foreign keys on, synchronous=FULL, no
/// memory map, no automatic checkpoint and none at close. SQLite itself does not show.
///
/// One thread at a time. Statements are compiled once per text and must not outlive the connection.
///
/// Fails with NotFound, NoSpace, CorruptFile, IoError, Conflict (a constraint), OutOfMemory or Internal;
/// every message names the file.
class Database
{
public:
    enum class Mode {
        ReadOnly,
        Immutable, ///< read-only and nobody writes: takes no lock and ignores a -wal file
        ReadWrite,
        Create, ///< makes the file; this connection alone checkpoints at close, so that one file remains
    };
    static Result<std::unique_ptr<Database>> open(const std::filesystem::path& path, Mode mode);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const;
    Result<Statement> prepare(std::string_view sql);
    /// Runs statements without parameters, separated by semicolons.
    Result<void> exec(const std::string& sql);
    /// The first number of the first row of a query or pragma.
    Result<std::int64_t> number(const std::string& sql);
    [[nodiscard]] bool isInTransaction() const;

    enum class Checkpoint { Passive, Truncate };
    /// A checkpoint that readers keep from finishing is no error.
    Result<void> checkpoint(Checkpoint kind);
    [[nodiscard]] int walPages() const; ///< pages in the -wal file after this connection's last commit
    [[nodiscard]] std::int64_t changedRows() const; ///< by the last statement

    /// Copies the database as it is now into a new file (SQLite's backup API, one snapshot, piece by piece;
    /// `goOn` is asked between the pieces: Cancelled). The copy is checked, has no -wal, and is on the disk.
    Result<void> copyTo(const std::filesystem::path& path, const std::function<bool()>& goOn = {});
    /// PRAGMA quick_check: CorruptFile with SQLite's first finding in the context.
    Result<void> quickCheck();
    /// PRAGMA integrity_check: also that every index agrees with its table; several times as long.
    Result<void> fullCheck();

    struct Impl;

private:
    friend class Statement;
    Result<void> check(const char* pragma);
    explicit Database(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// BEGIN IMMEDIATE ... COMMIT; rolls back where commit() was not reached or failed.
class Transaction
{
public:
    static Result<Transaction> begin(Database& database);
    Transaction(Transaction&& other) noexcept;
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();
    Result<void> commit();

private:
    explicit Transaction(Database& database) : m_database(&database) {}
    Database* m_database;
};

} // namespace trainyard
