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
    Revision revision = 0;
    std::int64_t batch = 0; ///< the newest one
    std::chrono::nanoseconds commitTime{5ms};

    [[nodiscard]] std::chrono::nanoseconds timeForRows() const
    {
        return std::max(kLeastForRows, kHold - commitTime);
    }
};

/// Writes rows from `begin` on until the time is used, and the batch that lists them. Gives the new begin.
Result<std::size_t> writePiece(Database& database, const WriteLock::Hold& hold, BulkPlace& place,
                               const std::vector<RowChange>& rows, std::size_t begin)
{
    std::vector<RowChange> written;
    std::size_t end = begin;
    while (end < rows.size() && (end == begin || hold.age() < place.timeForRows())) {
        const std::size_t stop = std::min(rows.size(), end + kPieceRows);
        const std::vector<RowChange> piece(rows.begin() + static_cast<std::ptrdiff_t>(end),
                                           rows.begin() + static_cast<std::ptrdiff_t>(stop));
        TRAINYARD_CHECK(writeRows(database, piece));
        std::vector<RowChange> stored = withoutNewValues(piece);
        written.insert(written.end(), std::make_move_iterator(stored.begin()),
                       std::make_move_iterator(stored.end()));
        end = stop;
    }
    TRAINYARD_TRY(place.batch, insertBatch(database, place.revision, encodeChanges(written)));
    return end;
}

/// One transaction of a bulk revision; the first one makes and marks the revision.
Result<std::size_t> writeBatch(Database& database, WriteLock& lock, const WriteLock::Hold& hold,
                               BulkPlace& place, const std::vector<RowChange>& rows, std::size_t begin)
{
    TRAINYARD_TRY(Transaction transaction, Transaction::begin(database));
    if (place.revision == 0) {
        TRAINYARD_TRY(place.revision, insertRevision(database, place.head));
        lock.markBulk(place.revision);
    }
    TRAINYARD_TRY(std::size_t end, writePiece(database, hold, place, rows, begin));
    const auto beforeCommit = std::chrono::steady_clock::now();
    TRAINYARD_CHECK(transaction.commit());
    place.commitTime = std::chrono::steady_clock::now() - beforeCommit;
    return end;
}

} // namespace

Result<Revision> ProjectDocument::applyBulk(const std::string& verb, const std::string& text,
                                            const BatchSource& next)
{
    TRAINYARD_CHECK(checkWritable());
    TRAINYARD_CHECK(flush());
    Revision begun = 0;
    std::int64_t rowCount = 0;
    Result<Revision> written = writeBulk(verb, text, next, begun, rowCount);
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

Result<Revision> ProjectDocument::writeBulk(const std::string& verb, const std::string& text,
                                            const BatchSource& next, Revision& begun, std::int64_t& rowCount)
{
    BulkPlace place;
    place.head.author = m_author;
    place.head.verb = verb;
    place.head.text = text;
    place.head.state = RevisionState::Open;
    place.head.holder = "process " + std::to_string(::getpid());
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
                Result<std::size_t> end = writeBatch(database, lock, hold, place, rows, done);
                if (!end && begun == 0 && place.revision != 0)
                    lock.unmarkBulk(place.revision);
                TRAINYARD_CHECK(end);
                begun = place.revision;
                done = *end;
                return {};
            }));
            m_ownBatches.insert(place.batch);
        }
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
