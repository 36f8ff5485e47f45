// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/revisions.h"

#include "core/base/clock.h"
#include "core/base/path_text.h"
#include "core/project/change_codec.h"
#include "core/project/rows.h"
#include "core/storage/hash.h"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>

namespace trainyard {

namespace {

constexpr const char* kRevisionColumns =
    "revision, utc_ms, author, verb, text, state, undoes, row_count, holder, changes, sum";

void appendText(std::string& bytes, std::string_view text)
{
    bytes += std::to_string(text.size());
    bytes += ':';
    bytes += text;
}

std::int64_t sumOf(const StoredRevision& r)
{
    std::string bytes;
    for (const std::int64_t number :
         {r.revision, r.utcMs, static_cast<std::int64_t>(r.state), r.undoes, r.rowCount})
        appendText(bytes, std::to_string(number));
    for (const std::string* text : {&r.author, &r.verb, &r.text, &r.holder, &r.changes})
        appendText(bytes, *text);
    return std::bit_cast<std::int64_t>(xxh3(bytes));
}

std::int64_t batchSum(std::int64_t revision, std::string_view changes)
{
    return std::bit_cast<std::int64_t>(xxh3(changes, static_cast<std::uint64_t>(revision)));
}

struct CheckedRevision
{
    StoredRevision revision;
    bool isIntact = true;
};

CheckedRevision revisionAt(const Statement& row)
{
    CheckedRevision read;
    StoredRevision& r = read.revision;
    r.revision = row.integer(0);
    r.utcMs = row.integer(1);
    r.author = row.bytes(2);
    r.verb = row.bytes(3);
    r.text = row.bytes(4);
    r.state = static_cast<RevisionState>(row.integer(5));
    r.undoes = row.integer(6);
    r.rowCount = row.integer(7);
    r.holder = row.bytes(8);
    r.changes = row.bytes(9);
    read.isIntact = row.integer(10) == sumOf(r);
    return read;
}

std::string revisionName(Database& database, Revision revision)
{
    return displayText(database.path().native()) + ", revision " + std::to_string(revision);
}

Result<void> putRevision(Database& database, const StoredRevision& r)
{
    const std::string sql = std::string("INSERT OR REPLACE INTO revisions(") + kRevisionColumns +
                            ") VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    TRAINYARD_TRY(Statement statement, database.prepare(sql));
    statement.bind(1, r.revision).bind(2, r.utcMs).bind(3, r.author).bind(4, r.verb).bind(5, r.text);
    statement.bind(6, static_cast<std::int64_t>(r.state)).bind(7, r.undoes).bind(8, r.rowCount);
    statement.bind(9, r.holder).bindBlob(10, r.changes).bind(11, sumOf(r));
    return statement.run();
}

std::string valueText(const FieldValue& value)
{
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        return std::to_string(*integer);
    if (const auto* real = std::get_if<double>(&value))
        return std::to_string(*real);
    if (const auto* bytes = std::get_if<std::string>(&value))
        return "'" + displayText(bytes->substr(0, 80)) + "'";
    return "nothing";
}

Result<void> writeOneRow(Database& database, const RowChange& change)
{
    thread_local std::array<std::optional<Row>, 7> kept; // one a table: bulk revisions read many rows
    std::optional<Row>& place = kept.at(static_cast<std::size_t>(change.table));
    if (!place)
        place.emplace(change.table, change.id);
    Row& row = *place;
    TRAINYARD_CHECK(readRowAgain(database, row, change.id));
    if (!row.isIntact) {
        return fail(ErrorCode::CorruptFile, displayText(database.path().native()) + ": " +
                                                rowName(change.table, change.id) +
                                                " is damaged and is left as it is");
    }
    std::vector<int> written;
    for (const FieldChange& field : change.fields) {
        const int number = fieldNumber(change.table, field.field);
        FieldValue& value = row.values[static_cast<std::size_t>(number)];
        if (!isSameValue(number, value, field.before)) {
            return fail(ErrorCode::Conflict, rowName(change.table, change.id) + ": '" + field.field +
                                                 "' is " + valueText(value) +
                                                 " now, and the change expected " + valueText(field.before));
        }
        value = field.after;
        if (std::find(written.begin(), written.end(), number) == written.end())
            written.push_back(number);
    }
    if (row.exists)
        return updateRow(database, row, written);
    if (row.values[kAlive].index() == 0)
        row.values[kAlive] = std::int64_t{0};
    return insertRow(database, row);
}

Result<void> checkClassNames(Database& database, std::span<const RowChange> rows)
{
    for (const RowChange& change : rows) {
        if (change.table != Table::Classes)
            continue;
        TRAINYARD_TRY(Statement twice,
                      database.prepare("SELECT name FROM classes WHERE alive=1 GROUP BY name "
                                       "HAVING count(*)>1"));
        TRAINYARD_TRY(bool hasTwin, twice.step());
        if (hasTwin)
            return fail(ErrorCode::Conflict,
                        "there is a class '" + displayText(twice.bytes(0)) + "' already");
        return {};
    }
    return {};
}

Result<void> writeAllRows(Database& database, std::span<const RowChange> rows)
{
    for (const RowChange& change : rows)
        TRAINYARD_CHECK(writeOneRow(database, change));
    return checkClassNames(database, rows);
}

Result<void> writeAllFittingRows(Database& database, std::span<RowChange> rows)
{
    for (RowChange& change : rows) {
        const Result<void> written = writeOneRow(database, change);
        if (written)
            continue;
        if (written.error().code == ErrorCode::CorruptFile) {
            TRAINYARD_TRY(const Row row, readRow(database, change.table, change.id));
            if (row.isIntact)
                return written;
        } else if (written.error().code != ErrorCode::Conflict) {
            return written;
        }
        change.fields.clear();
    }
    return checkClassNames(database, rows);
}

/// All of it or nothing, inside a transaction.
template <typename Rows>
Result<void> inSavepoint(Database& database, Rows rows, Result<void> (*write)(Database&, Rows))
{
    TRAINYARD_CHECK(database.exec("SAVEPOINT edit"));
    Result<void> written = write(database, rows);
    if (!written && !database.isInTransaction())
        return written;
    TRAINYARD_CHECK(database.exec(written ? "RELEASE edit" : "ROLLBACK TO edit; RELEASE edit"));
    return written;
}

} // namespace

Result<Revision> insertRevision(Database& database, StoredRevision revision)
{
    TRAINYARD_TRY(Revision newest, newestRevision(database));
    revision.revision = newest + 1;
    if (revision.utcMs == 0)
        revision.utcMs = systemClock().utcMilliseconds();
    TRAINYARD_CHECK(putRevision(database, revision));
    return revision.revision;
}

Result<void> replaceRevision(Database& database, const StoredRevision& revision)
{
    return putRevision(database, revision);
}

Result<StoredRevision> readRevision(Database& database, Revision revision)
{
    TRAINYARD_TRY(Statement statement, database.prepare(std::string("SELECT ") + kRevisionColumns +
                                                        " FROM revisions WHERE revision=?"));
    statement.bind(1, revision);
    TRAINYARD_TRY(bool hasRow, statement.step());
    if (!hasRow)
        return fail(ErrorCode::NotFound, revisionName(database, revision) + ": there is no such revision");
    CheckedRevision read = revisionAt(statement);
    if (!read.isIntact)
        return fail(ErrorCode::CorruptFile, revisionName(database, revision) + ": its row is damaged");
    return std::move(read.revision);
}

Result<std::vector<StoredRevision>> readRevisions(Database& database, const std::string& where,
                                                  std::int64_t number,
                                                  const std::function<void(Revision)>& damaged)
{
    TRAINYARD_TRY(Statement statement, database.prepare(std::string("SELECT ") + kRevisionColumns +
                                                        " FROM revisions WHERE " + where));
    statement.bind(1, number);
    std::vector<StoredRevision> revisions;
    while (true) {
        TRAINYARD_TRY(bool hasRow, statement.step());
        if (!hasRow)
            return revisions;
        CheckedRevision read = revisionAt(statement);
        if (read.isIntact)
            revisions.push_back(std::move(read.revision));
        else if (damaged)
            damaged(read.revision.revision);
    }
}

Result<std::int64_t> insertBatch(Database& database, Revision revision, const std::string& changes)
{
    TRAINYARD_TRY(Statement statement,
                  database.prepare("INSERT INTO batches(revision, undone, changes, sum) VALUES(?, 0, ?, ?)"));
    statement.bind(1, revision).bindBlob(2, changes).bind(3, batchSum(revision, changes));
    TRAINYARD_CHECK(statement.run());
    return database.number("SELECT last_insert_rowid()");
}

Result<std::vector<StoredBatch>> readBatches(Database& database, const std::string& where,
                                             std::int64_t number)
{
    TRAINYARD_TRY(Statement statement,
                  database.prepare("SELECT batch, revision, undone, changes, sum FROM batches "
                                   "WHERE " +
                                   where + " ORDER BY batch"));
    statement.bind(1, number);
    std::vector<StoredBatch> batches;
    while (true) {
        TRAINYARD_TRY(bool hasRow, statement.step());
        if (!hasRow)
            return batches;
        StoredBatch batch{statement.integer(0), statement.integer(1), statement.integer(2) != 0, {}};
        const std::string name =
            revisionName(database, batch.revision) + ", batch " + std::to_string(batch.batch);
        if (statement.integer(4) != batchSum(batch.revision, statement.bytes(3)))
            return fail(ErrorCode::CorruptFile, name + ": its row is damaged");
        TRAINYARD_TRY(batch.rows, decodeChanges(statement.bytes(3), name));
        batches.push_back(std::move(batch));
    }
}

Result<void> markBatchUndone(Database& database, std::int64_t batch)
{
    TRAINYARD_TRY(Statement statement, database.prepare("UPDATE batches SET undone=1 WHERE batch=?"));
    return statement.bind(1, batch).run();
}

Result<std::vector<RowChange>> changesOf(Database& database, const StoredRevision& revision)
{
    if (!revision.changes.empty())
        return decodeChanges(revision.changes, revisionName(database, revision.revision));
    TRAINYARD_TRY(auto batches, readBatches(database, "revision=?", revision.revision));
    std::vector<RowChange> rows;
    for (StoredBatch& batch : batches)
        rows.insert(rows.end(), std::make_move_iterator(batch.rows.begin()),
                    std::make_move_iterator(batch.rows.end()));
    return rows;
}

Result<Revision> newestRevision(Database& database)
{
    return database.number("SELECT ifnull(max(revision), 0) FROM revisions");
}

Result<std::int64_t> newestBatch(Database& database)
{
    return database.number("SELECT ifnull(max(batch), 0) FROM batches");
}

Result<bool> isRevisionUndone(Database& database, Revision revision)
{
    std::vector<Revision> inverters;
    {
        TRAINYARD_TRY(Statement statement,
                      database.prepare("SELECT revision FROM revisions WHERE undoes=? AND undoes<>0"));
        statement.bind(1, revision);
        while (true) {
            TRAINYARD_TRY(bool hasRow, statement.step());
            if (!hasRow)
                break;
            inverters.push_back(statement.integer(0));
        }
    }
    for (const Revision inverter : inverters) {
        TRAINYARD_TRY(bool isUndone, isRevisionUndone(database, inverter));
        if (!isUndone)
            return true;
    }
    return false;
}

Result<void> writeRows(Database& database, std::span<const RowChange> rows)
{
    return inSavepoint(database, rows, writeAllRows);
}

Result<void> writeFittingRows(Database& database, std::span<RowChange> rows)
{
    return inSavepoint(database, rows, writeAllFittingRows);
}

Result<Revision> writeRevision(Database& database, StoredRevision head, const std::vector<RowChange>& rows)
{
    TRAINYARD_CHECK(writeRows(database, rows));
    head.rowCount = static_cast<std::int64_t>(rows.size());
    head.changes = encodeChanges(rows);
    return insertRevision(database, std::move(head));
}

} // namespace trainyard
