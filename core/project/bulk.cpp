// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/bulk.h"

#include "core/base/path_text.h"
#include "core/project/change_codec.h"
#include "core/project/history.h"

#include <algorithm>
#include <unistd.h>

namespace trainyard {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds kHold = 15ms; ///< what a batch aims at, with its commit
constexpr std::chrono::nanoseconds kLeastForRows = 2ms;
constexpr std::size_t kPieceRows = 32; ///< between two looks at the clock

/// Writes rows until the time is used, and the batch that lists them. Gives how many. What conflicts and may
/// be skipped loses its fields.
Result<std::size_t> writePiece(Database& database, const WriteLock::Hold& hold, BulkPlace& place,
                               std::span<RowChange> rows)
{
    const std::chrono::nanoseconds time = std::max(kLeastForRows, kHold - place.commitTime);
    std::size_t end = 0;
    while (end < rows.size() && (end == 0 || hold.age() < time)) {
        const std::span<RowChange> piece = rows.subspan(end, std::min(rows.size() - end, kPieceRows));
        TRAINYARD_CHECK(place.onConflict == OnConflict::Skip ? writeFittingRows(database, piece)
                                                             : writeRows(database, piece));
        end += piece.size();
    }
    TRAINYARD_TRY(place.batch, insertBatch(database, place.revision,
                                           encodeChanges(withoutNewValues(rows.subspan(0, end)))));
    return end;
}

/// One transaction; the first one makes and marks the revision.
Result<std::size_t> writeBatch(Database& database, WriteLock& lock, const WriteLock::Hold& hold,
                               BulkPlace& place, std::span<RowChange> rows)
{
    TRAINYARD_TRY(Transaction transaction, Transaction::begin(database));
    if (place.revision == 0) {
        TRAINYARD_TRY(place.revision, insertRevision(database, place.head));
        lock.markBulk(place.revision);
    }
    TRAINYARD_TRY(std::size_t end, writePiece(database, hold, place, rows));
    const auto beforeCommit = std::chrono::steady_clock::now();
    TRAINYARD_CHECK(transaction.commit());
    place.commitTime = std::chrono::steady_clock::now() - beforeCommit;
    return end;
}

} // namespace

StoredRevision bulkHead(StoredRevision head, const std::string& author)
{
    head.author = author;
    head.state = RevisionState::Open;
    head.holder = "process " + std::to_string(::getpid());
    return head;
}

Result<std::size_t> writeBulkBatch(Database& database, WriteLock& lock, BulkPlace& place,
                                   std::span<RowChange> rows)
{
    lock.stayAway();
    TRAINYARD_TRY(WriteLock::Hold hold, lock.acquire(place.head.verb));
    Result<std::size_t> end = writeBatch(database, lock, hold, place, rows);
    if (!end && !place.isBegun && place.revision != 0)
        lock.unmarkBulk(place.revision);
    place.isBegun = place.isBegun || end.has_value();
    return end;
}

Result<void> closeBulkRevision(Database& database, WriteLock& lock, Revision number, std::int64_t rowCount)
{
    TRAINYARD_TRY(WriteLock::Hold hold, lock.acquire("close bulk"));
    TRAINYARD_TRY(Transaction transaction, Transaction::begin(database));
    TRAINYARD_TRY(StoredRevision revision, readRevision(database, number));
    revision.state = RevisionState::Closed;
    revision.rowCount = rowCount;
    TRAINYARD_CHECK(replaceRevision(database, revision));
    TRAINYARD_CHECK(transaction.commit());
    lock.unmarkBulk(number);
    return {};
}

Result<void> giveUpBulk(Database& database, WriteLock& lock, Revision revision, const std::string& reason)
{
    Result<void> rolledBack = rollBackBulk(database, lock, revision, reason);
    lock.unmarkBulk(revision);
    return rolledBack;
}

Error stepRefused(const Error& conflict, const StoredRevision& target, bool isUndo)
{
    if (conflict.code != ErrorCode::Conflict)
        return conflict;
    return Error{ErrorCode::Refused,
                 std::string("cannot ") + (isUndo ? "undo" : "redo") + " '" + displayText(target.text) +
                     "': " + conflict.message,
                 conflict.context};
}

Result<Revision> stepInBatches(Database& database, WriteLock& lock, const std::string& author, bool isUndo)
{
    TRAINYARD_TRY(const StoredRevision target,
                  isUndo ? newestToUndo(database, author) : newestToRedo(database, author));
    TRAINYARD_TRY(std::vector<RowChange> rows, inverseRows(database, target, author, isUndo));
    BulkPlace place;
    place.head = bulkHead(inverseHead(target, author, isUndo), author);
    const auto write = [&]() -> Result<void> {
        std::size_t done = 0;
        do {
            TRAINYARD_TRY(const std::size_t end,
                          writeBulkBatch(database, lock, place, std::span(rows).subspan(done)));
            done += end;
        } while (done < rows.size());
        return closeBulkRevision(database, lock, place.revision, static_cast<std::int64_t>(rows.size()));
    };
    const Result<void> written = write();
    if (written)
        return place.revision;
    if (place.isBegun) {
        if (const auto rolledBack = giveUpBulk(database, lock, place.revision, written.error().message);
            !rolledBack)
            return fail(rolledBack.error());
    }
    return fail(stepRefused(written.error(), target, isUndo));
}

} // namespace trainyard
