// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/history.h"

#include "core/base/log.h"
#include "core/base/path_text.h"
#include "core/project/change_codec.h"
#include "core/project/edits.h"
#include "core/project/rows.h"

#include <algorithm>
#include <set>

namespace trainyard {

namespace {

using RowKey = std::pair<Table, std::int64_t>;

/// The newest revision that the statement gives (numbers, newest first) and that is not undone; 0 for none.
Result<Revision> newestNotUndone(Database& database, const char* sql, const std::string& author)
{
    std::int64_t below = INT64_MAX;
    while (true) {
        Revision candidate = 0;
        {
            TRAINYARD_TRY(Statement statement, database.prepare(sql));
            statement.bind(1, author).bind(2, below);
            TRAINYARD_TRY(bool hasRow, statement.step());
            if (!hasRow)
                return 0;
            candidate = statement.integer(0);
        }
        TRAINYARD_TRY(bool isUndone, isRevisionUndone(database, candidate));
        if (!isUndone)
            return candidate;
        below = candidate;
    }
}

std::string revisionWords(const StoredRevision& revision)
{
    return "revision " + std::to_string(revision.revision) + " ('" + displayText(revision.text) + "')";
}

/// Refused where a revision of somebody else, later than this one, touched one of the rows.
Result<void> checkNobodyElse(Database& database, const StoredRevision& target, const std::string& author,
                             const std::vector<RowChange>& rows, const char* verb)
{
    std::set<RowKey> touched;
    for (const RowChange& row : rows)
        touched.emplace(row.table, row.id);
    TRAINYARD_TRY(auto later, readRevisions(database, "revision>? ORDER BY revision", target.revision, {}));
    for (const StoredRevision& other : later) {
        if (other.author == author)
            continue;
        TRAINYARD_TRY(auto otherRows, changesOf(database, other));
        const auto met = std::find_if(otherRows.begin(), otherRows.end(), [&](const RowChange& row) {
            return touched.contains({row.table, row.id});
        });
        if (met != otherRows.end()) {
            return fail(ErrorCode::Refused, std::string("cannot ") + verb + " " + revisionWords(target) +
                                                ": " + displayText(other.author) + " changed " +
                                                rowName(met->table, met->id) + " later, in " +
                                                revisionWords(other));
        }
    }
    return {};
}

const char* verbOf(bool isUndo)
{
    return isUndo ? "undo" : "redo";
}

Result<HistoryStep> invert(Database& database, const StoredRevision& target, const std::string& author,
                           bool isUndo)
{
    HistoryStep step;
    TRAINYARD_TRY(step.rows, inverseRows(database, target, author, isUndo));
    TRAINYARD_TRY(step.revision, writeRevision(database, inverseHead(target, author, isUndo), step.rows));
    return step;
}

/// The inverse of a batch, as far as the rows still are what the batch made them; the rest stays and is
/// counted.
Result<std::vector<RowChange>> inverseOfBatch(Database& database, const std::vector<RowChange>& rows,
                                              std::int64_t& left)
{
    Edit edit = inverted(Edit{{}, {}, rows});
    std::reverse(edit.rows.begin(), edit.rows.end());
    for (RowChange& change : edit.rows) {
        TRAINYARD_TRY(Row row, readRow(database, change.table, change.id));
        left += static_cast<std::int64_t>(std::erase_if(change.fields, [&](const FieldChange& field) {
            const int number = fieldNumber(change.table, field.field);
            return !row.isIntact ||
                   !isSameValue(number, row.values[static_cast<std::size_t>(number)], field.before);
        }));
    }
    std::erase_if(edit.rows, [](const RowChange& change) { return change.fields.empty(); });
    return edit.rows;
}

Result<void> closeRevision(Database& database, Revision number)
{
    TRAINYARD_TRY(StoredRevision revision, readRevision(database, number));
    revision.state = RevisionState::Closed;
    return replaceRevision(database, revision);
}

} // namespace

StoredRevision inverseHead(const StoredRevision& target, const std::string& author, bool isUndo)
{
    StoredRevision head;
    head.author = author;
    head.verb = verbOf(isUndo);
    head.text = head.verb + ": " + target.text;
    head.undoes = target.revision;
    return head;
}

Result<std::vector<RowChange>> inverseRows(Database& database, const StoredRevision& target,
                                           const std::string& author, bool isUndo)
{
    TRAINYARD_TRY(auto rows, changesOf(database, target));
    TRAINYARD_CHECK(checkNobodyElse(database, target, author, rows, verbOf(isUndo)));
    Edit edit = inverted(Edit{{}, {}, std::move(rows)});
    std::reverse(edit.rows.begin(), edit.rows.end());
    return std::move(edit.rows);
}

Result<StoredRevision> newestToUndo(Database& database, const std::string& author)
{
    TRAINYARD_TRY(
        Revision target,
        newestNotUndone(database,
                        "SELECT revision FROM revisions WHERE author=? AND revision<? AND undoes=0 AND "
                        "state=1 ORDER BY revision DESC LIMIT 1",
                        author));
    if (target == 0)
        return fail(ErrorCode::NotFound, "there is nothing to undo for " + displayText(author));
    return readRevision(database, target);
}

Result<StoredRevision> newestToRedo(Database& database, const std::string& author)
{
    TRAINYARD_TRY(
        Revision target,
        newestNotUndone(database,
                        "SELECT revision FROM revisions WHERE author=? AND revision<? AND undoes<>0 AND "
                        "verb='undo' AND state=1 ORDER BY revision DESC LIMIT 1",
                        author));
    if (target == 0)
        return fail(ErrorCode::NotFound, "there is nothing to redo for " + displayText(author));
    TRAINYARD_TRY(Statement later,
                  database.prepare(
                      "SELECT revision FROM revisions WHERE author=? AND revision>? AND undoes=0 LIMIT 1"));
    later.bind(1, author).bind(2, target);
    TRAINYARD_TRY(bool isTooLate, later.step());
    if (isTooLate) {
        return fail(ErrorCode::NotFound, "there is nothing to redo for " + displayText(author) +
                                             ": revision " + std::to_string(later.integer(0)) +
                                             " came after the undo");
    }
    return readRevision(database, target);
}

Result<HistoryStep> undoNewest(Database& database, const std::string& author)
{
    TRAINYARD_TRY(const StoredRevision target, newestToUndo(database, author));
    return invert(database, target, author, true);
}

Result<HistoryStep> redoNewest(Database& database, const std::string& author)
{
    TRAINYARD_TRY(const StoredRevision target, newestToRedo(database, author));
    return invert(database, target, author, false);
}

Result<Edit> diffRevisions(Database& database, Revision from, Revision to)
{
    TRAINYARD_TRY(Revision newest, newestRevision(database));
    if (from < 0 || to < 0 || from > newest || to > newest) {
        return fail(ErrorCode::NotFound, "revisions run from 0 to " + std::to_string(newest) +
                                             ", asked for " + std::to_string(from) + " and " +
                                             std::to_string(to));
    }
    if (from > to) {
        TRAINYARD_TRY(Edit forward, diffRevisions(database, to, from));
        Edit backward = inverted(forward);
        std::reverse(backward.rows.begin(), backward.rows.end());
        return backward;
    }
    std::vector<Edit> edits;
    Result<void> damage;
    TRAINYARD_TRY(
        auto revisions, readRevisions(database, "revision>? ORDER BY revision", from, [&](Revision revision) {
            if (revision <= to)
                damage = fail(ErrorCode::CorruptFile, displayText(database.path().native()) + ", revision " +
                                                          std::to_string(revision) + ": its row is damaged");
        }));
    TRAINYARD_CHECK(damage);
    for (const StoredRevision& revision : revisions) {
        if (revision.revision > to)
            break;
        TRAINYARD_TRY(auto rows, changesOf(database, revision));
        edits.push_back(Edit{revision.verb, revision.text, std::move(rows)});
    }
    return merged("diff", "from revision " + std::to_string(from) + " to " + std::to_string(to), edits);
}

Result<void> rollBackBulk(Database& database, WriteLock& lock, Revision revision, const std::string& reason)
{
    TRAINYARD_TRY(auto batches, readBatches(database, "undone=0 AND revision=?", revision));
    Revision rollBack = 0;
    std::int64_t left = 0;
    std::reverse(batches.begin(), batches.end());
    for (const StoredBatch& batch : batches) {
        TRAINYARD_TRY(WriteLock::Hold hold, lock.acquire("roll-back"));
        TRAINYARD_TRY(Transaction transaction, Transaction::begin(database));
        if (rollBack == 0) {
            TRAINYARD_TRY(StoredRevision target, readRevision(database, revision));
            StoredRevision head;
            head.author = target.author;
            head.verb = "roll-back";
            head.text = "rolled back: " + target.text + " (" + reason + ")";
            head.state = RevisionState::Open;
            head.undoes = revision;
            TRAINYARD_TRY(rollBack, insertRevision(database, std::move(head)));
            lock.markBulk(rollBack);
        }
        TRAINYARD_TRY(auto rows, inverseOfBatch(database, batch.rows, left));
        TRAINYARD_CHECK(writeRows(database, rows));
        TRAINYARD_TRY(std::int64_t ignored, insertBatch(database, rollBack, encodeChanges(rows)));
        static_cast<void>(ignored);
        TRAINYARD_CHECK(markBatchUndone(database, batch.batch));
        TRAINYARD_CHECK(transaction.commit());
        hold.release();
        lock.stayAway();
    }
    TRAINYARD_TRY(WriteLock::Hold hold, lock.acquire("roll-back"));
    TRAINYARD_TRY(Transaction transaction, Transaction::begin(database));
    TRAINYARD_CHECK(closeRevision(database, revision));
    if (rollBack != 0)
        TRAINYARD_CHECK(closeRevision(database, rollBack));
    TRAINYARD_CHECK(transaction.commit());
    if (rollBack != 0)
        lock.unmarkBulk(rollBack);
    if (left > 0) {
        logLine(LogLevel::Warning, displayText(database.path().native()) + ": rolling back revision " +
                                       std::to_string(revision) + " left " + std::to_string(left) +
                                       " fields as they are, because they were changed since");
    }
    return {};
}

Result<int> rollBackInterrupted(Database& database, WriteLock& lock)
{
    int count = 0;
    TRAINYARD_TRY(auto open, readRevisions(database, "state=? ORDER BY revision DESC", 0, {}));
    for (const StoredRevision& revision : open) {
        if (lock.isBulkMarked(revision.revision))
            continue;
        if (revision.verb == "roll-back") {
            // A roll-back that was itself interrupted: what it did stays, the rest follows with its target.
            TRAINYARD_TRY(WriteLock::Hold hold, lock.acquire("roll-back"));
            TRAINYARD_TRY(Transaction transaction, Transaction::begin(database));
            TRAINYARD_CHECK(closeRevision(database, revision.revision));
            TRAINYARD_CHECK(transaction.commit());
            continue;
        }
        TRAINYARD_CHECK(
            rollBackBulk(database, lock, revision.revision, "its writer ended before it was done"));
        ++count;
    }
    return count;
}

} // namespace trainyard
