// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/log.h"
#include "core/base/path_text.h"
#include "core/project/bulk.h"
#include "core/project/project_impl.h"

#include <algorithm>

namespace trainyard {

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
    BulkPlace place;
    place.head = bulkHead(std::move(head), m_author);
    place.onConflict = onConflict;
    Result<Revision> written = writeBulk(place, next);
    if (written || !place.isBegun)
        return written;
    const std::string reason = written.error().message;
    const Result<void> undone = m_writer->run([&](Database& database, WriteLock& lock) {
        return giveUpBulk(database, lock, place.revision, reason);
    });
    if (!undone) {
        logLine(LogLevel::Warning,
                displayText(m_place.folder.native()) + ": revision " + std::to_string(place.revision) +
                    " is rolled back when the project is opened again: " + undone.error().message);
    }
    if (const auto refreshed = readForeignRevisions(); !refreshed)
        logLine(LogLevel::Warning, refreshed.error().message);
    return written;
}

Result<Revision> ProjectDocument::writeBulk(BulkPlace& place, const BatchSource& next)
{
    std::int64_t rowCount = 0;
    while (true) {
        TRAINYARD_TRY(std::vector<RowChange> rows, next());
        if (rows.empty())
            break;
        TRAINYARD_CHECK(checkRowChanges(rows));
        std::size_t done = 0;
        while (done < rows.size()) {
            TRAINYARD_CHECK(m_writer->run([&](Database& database, WriteLock& lock) -> Result<void> {
                TRAINYARD_TRY(const std::size_t end,
                              writeBulkBatch(database, lock, place, std::span(rows).subspan(done)));
                done += end;
                return {};
            }));
            m_ownBatches.insert(place.batch);
        }
        std::erase_if(rows, [](const RowChange& row) { return row.fields.empty(); });
        rowCount += static_cast<std::int64_t>(rows.size());
        showNewRows(rows);
    }
    if (!place.isBegun)
        return m_revision;
    TRAINYARD_CHECK(m_writer->run([&](Database& database, WriteLock& lock) {
        return closeBulkRevision(database, lock, place.revision, rowCount);
    }));
    m_ownRevisions.insert(place.revision);
    m_revision = std::max(m_revision, place.revision);
    return place.revision;
}

} // namespace trainyard
