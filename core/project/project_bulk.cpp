// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/log.h"
#include "core/base/path_text.h"
#include "core/project/change_codec.h"
#include "core/project/history.h"
#include "core/project/project_impl.h"
#include "core/project/revisions.h"

#include <algorithm>
#include <chrono>
#include <unistd.h>

namespace trainyard {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds kHold = 15ms; ///< what a batch aims at, with its commit
constexpr std::chrono::nanoseconds kLeastForRows = 2ms;
constexpr std::size_t kPieceRows = 32; ///< between two looks at the clock

/// How a bulk revision goes on: where it is, and how long its commits take.
struct BulkPlace
{
    StoredRevision head;
    OnConflict onConflict = OnConflict::Fail;
    Revision revision = 0;
    std::int64_t batch = 0; ///< the newest one
    std::chrono::nanoseconds commitTime{5ms};

    [[nodiscard]] std::chrono::nanoseconds timeForRows() const
    {
        return std::max(kLeastForRows, kHold - commitTime);
    }
};

/// Writes rows until the time is used, and the batch that lists them. Gives how many. What conflicts and may
/// be skipped loses its fields.
Result<std::size_t> writePiece(Database& database, const WriteLock::Hold& hold, BulkPlace& place,
                               std::span<RowChange> rows)
{
    std::size_t end = 0;
    while (end < rows.size() && (end == 0 || hold.age() < place.timeForRows())) {
        const std::span<RowChange> piece = rows.subspan(end, std::min(rows.size() - end, kPieceRows));
        TRAINYARD_CHECK(place.onConflict == OnConflict::Skip ? writeFittingRows(database, piece)
                                                             : writeRows(database, piece));
        end += piece.size();
    }
    TRAINYARD_TRY(place.batch, insertBatch(database, place.revision,
                                           encodeChanges(withoutNewValues(rows.subspan(0, end)))));
    return end;
}

/// One transaction of a bulk revision; the first one makes and marks the revision.
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

Result<Revision> ProjectDocument::applyBulk(const std::string& verb, const std::string& text,
                                            const BatchSource& next, OnConflict onConflict)
{
    TRAINYARD_CHECK(checkWritable());
    TRAINYARD_CHECK(flush());
    StoredRevision head;
    head.verb = verb;
    head.text = text;
    return runBulk(std::move(head), next, onConflict);
}

Result<Revision> ProjectDocument::runBulk(StoredRevision head, const BatchSource& next, OnConflict onConflict)
{
    head.author = m_author;
    head.state = RevisionState::Open;
    head.holder = "process " + std::to_string(::getpid());
    Revision begun = 0;
    Result<Revision> written = writeBulk(std::move(head), next, onConflict, begun);
    if (written || begun == 0)
        return written;
    const std::string reason = written.error().message;
    const Result<void> undone = m_writer->run([&](Database& database, WriteLock& lock) -> Result<void> {
        Result<void> rolledBack = rollBackBulk(database, lock, begun, reason);
        lock.unmarkBulk(begun); // where it failed, the next start rolls back
        return rolledBack;
    });
    if (!undone) {
        logLine(LogLevel::Warning,
                displayText(m_place.folder.native()) + ": revision " + std::to_string(begun) +
                    " is rolled back when the project is opened again: " + undone.error().message);
    }
    if (const auto refreshed = readForeignRevisions(); !refreshed)
        logLine(LogLevel::Warning, refreshed.error().message);
    return written;
}

Result<Revision> ProjectDocument::writeBulk(StoredRevision head, const BatchSource& next,
                                            OnConflict onConflict, Revision& begun)
{
    const std::string verb = head.verb;
    BulkPlace place;
    place.head = std::move(head);
    place.onConflict = onConflict;
    std::int64_t rowCount = 0;
    while (true) {
        TRAINYARD_TRY(std::vector<RowChange> rows, next());
        if (rows.empty())
            break;
        TRAINYARD_CHECK(checkRowChanges(rows));
        std::size_t done = 0;
        while (done < rows.size()) {
            TRAINYARD_CHECK(m_writer->run([&](Database& database, WriteLock& lock) -> Result<void> {
                lock.stayAway();
                TRAINYARD_TRY(WriteLock::Hold hold, lock.acquire(verb));
                Result<std::size_t> end =
                    writeBatch(database, lock, hold, place, std::span(rows).subspan(done));
                if (!end && begun == 0 && place.revision != 0)
                    lock.unmarkBulk(place.revision);
                TRAINYARD_CHECK(end);
                begun = place.revision;
                done += *end;
                return {};
            }));
            m_ownBatches.insert(place.batch);
        }
        std::erase_if(rows, [](const RowChange& row) { return row.fields.empty(); });
        rowCount += static_cast<std::int64_t>(rows.size());
        showNewRows(rows);
    }
    if (begun == 0)
        return m_revision;
    TRAINYARD_CHECK(closeBulk(begun, rowCount));
    return begun;
}

Result<void> ProjectDocument::closeBulk(Revision number, std::int64_t rowCount)
{
    TRAINYARD_CHECK(m_writer->run([&](Database& database, WriteLock& lock) -> Result<void> {
        TRAINYARD_TRY(WriteLock::Hold hold, lock.acquire("close bulk"));
        TRAINYARD_TRY(Transaction transaction, Transaction::begin(database));
        TRAINYARD_TRY(StoredRevision revision, readRevision(database, number));
        revision.state = RevisionState::Closed;
        revision.rowCount = rowCount;
        TRAINYARD_CHECK(replaceRevision(database, revision));
        TRAINYARD_CHECK(transaction.commit());
        lock.unmarkBulk(number);
        return {};
    }));
    m_ownRevisions.insert(number);
    m_revision = std::max(m_revision, number);
    return {};
}

} // namespace trainyard
