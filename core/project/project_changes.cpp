// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/log.h"
#include "core/base/path_text.h"
#include "core/project/change_codec.h"
#include "core/project/history.h"
#include "core/project/item_rows.h"
#include "core/project/project_impl.h"
#include "core/project/revisions.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace trainyard {

namespace {

constexpr std::int64_t kIdBlock = 4096;
constexpr std::int64_t kManyRows = 500; ///< more than one transaction of 15 ms writes

const char* verbOf(bool isUndo)
{
    return isUndo ? "undo" : "redo";
}

bool fits(const FieldValue& value, FieldType type)
{
    switch (value.index()) {
    case 1:
        return type == FieldType::Integer;
    case 2:
        return type == FieldType::Real && std::isfinite(std::get<double>(value));
    case 3:
        return type == FieldType::Bytes;
    default:
        return true;
    }
}

/// True where the change makes or deletes the row.
const FieldChange* aliveChange(const RowChange& row)
{
    const auto found = std::find_if(row.fields.begin(), row.fields.end(),
                                    [](const FieldChange& change) { return change.field == "alive"; });
    return found == row.fields.end() ? nullptr : &*found;
}

/// Inside a transaction: the first of a block that is ours from then on.
Result<std::int64_t> reserveIds(Database& database)
{
    TRAINYARD_TRY(std::string next, metaValue(database, "next_id"));
    std::int64_t first = 0;
    const auto [end, error] = std::from_chars(next.data(), next.data() + next.size(), first);
    if (error != std::errc() || end != next.data() + next.size() || first < 1)
        return fail(ErrorCode::CorruptFile,
                    displayText(database.path().native()) + ": meta 'next_id' is damaged");
    TRAINYARD_CHECK(setMetaValue(database, "next_id", std::to_string(first + kIdBlock)));
    return first;
}

} // namespace

Result<void> checkRowChanges(const std::vector<RowChange>& rows)
{
    for (const RowChange& row : rows) {
        if (static_cast<std::size_t>(row.table) >= allTables().size())
            return fail(ErrorCode::InvalidArgument, "an edit names a table that does not exist");
        const std::string name = rowName(row.table, row.id);
        if (row.id < 1)
            return fail(ErrorCode::InvalidArgument, name + ": ids start at 1");
        for (const FieldChange& change : row.fields) {
            const int number = fieldNumber(row.table, change.field);
            if (number < 0) {
                return fail(ErrorCode::InvalidArgument,
                            name + ": there is no field '" + displayText(change.field) + "'");
            }
            const FieldType type = tableSpec(row.table).fields[static_cast<std::size_t>(number)].type;
            if (!fits(change.before, type) || !fits(change.after, type)) {
                return fail(ErrorCode::InvalidArgument,
                            name + ": a value of '" + change.field + "' has the wrong type or is not finite");
            }
        }
    }
    return {};
}

void ProjectDocument::setObserver(ProjectObserver* observer)
{
    if (m_writer != nullptr)
        m_writer->setObserver(observer);
}

Result<EditId> ProjectDocument::apply(const Edit& edit)
{
    TRAINYARD_CHECK(checkWritable());
    TRAINYARD_CHECK(checkRowChanges(edit.rows));
    settle();
    const EditId id = ++m_lastEdit;
    auto shared = std::make_shared<const Edit>(edit);
    m_pending.add(id, shared);
    showChanges(shared->rows);
    m_writer->queue(id, std::move(shared));
    return id;
}

Result<Revision> ProjectDocument::applyNow(const Edit& edit)
{
    TRAINYARD_TRY(EditId id, apply(edit));
    Result<Revision> revision = m_writer->waitFor(id);
    settle();
    return revision;
}

Result<void> ProjectDocument::flush()
{
    if (m_writer == nullptr)
        return {};
    Result<void> flushed = m_writer->flush();
    settle();
    return flushed;
}

void ProjectDocument::settle()
{
    if (m_writer == nullptr)
        return;
    for (const EditOutcome& outcome : m_writer->takeOutcomes()) {
        if (outcome.revision) {
            m_pending.finish(outcome.edit);
            m_ownRevisions.insert(*outcome.revision);
            m_revision = std::max(m_revision, *outcome.revision);
        } else if (const auto edit = m_pending.refuse(outcome.edit); edit != nullptr) {
            // At once, also where the disk that refused it cannot be read either.
            showChanges(inverted(*edit).rows);
            reloadRows(edit->rows);
        }
    }
}

void ProjectDocument::showChanges(const std::vector<RowChange>& rows)
{
    std::vector<RowChange> toReload;
    std::vector<ItemId> gone;
    for (const RowChange& row : rows) {
        if (row.table != Table::Items && row.table != Table::Classes && row.table != Table::Roots)
            continue;
        ItemColumns* columns = row.table == Table::Items ? m_columns.find(row.id) : nullptr;
        const FieldChange* alive = aliveChange(row);
        if (columns != nullptr && alive != nullptr && alive->after != FieldValue(std::int64_t{1})) {
            gone.push_back(row.id);
            continue;
        }
        if (columns == nullptr || alive != nullptr) {
            toReload.push_back(RowChange{row.table, row.id, {}});
            continue;
        }
        Row values(Table::Items, row.id);
        const auto set = [&](int field, std::int64_t value) {
            values.values[static_cast<std::size_t>(field)] = value;
        };
        set(item_field::ContentHash, static_cast<std::int64_t>(columns->contentHash));
        set(item_field::ClassId, columns->classId);
        set(item_field::FileState, static_cast<std::int64_t>(columns->fileState));
        set(item_field::ReviewState, static_cast<std::int64_t>(columns->reviewState));
        set(item_field::Split, static_cast<std::int64_t>(columns->split));
        set(item_field::Excluded, columns->isExcluded ? 1 : 0);
        for (const FieldChange& change : row.fields)
            values.values[static_cast<std::size_t>(fieldNumber(Table::Items, change.field))] = change.after;
        m_pending.lay(values);
        *columns = columnsFrom(values);
    }
    m_columns.update({}, std::move(gone));
    reloadRows(toReload);
}

void ProjectDocument::showNewRows(const std::vector<RowChange>& rows)
{
    std::vector<ItemColumns> present;
    std::vector<RowChange> others;
    std::vector<RowChange> changed;
    for (const RowChange& row : rows) {
        const FieldChange* alive = aliveChange(row);
        const bool isNewItem = row.table == Table::Items && alive != nullptr && row.fields.size() > 1 &&
                               alive->after == FieldValue(std::int64_t{1}) &&
                               m_columns.find(row.id) == nullptr;
        if (row.table == Table::Items && alive == nullptr)
            changed.push_back(row);
        else if (!isNewItem)
            others.push_back(RowChange{row.table, row.id, {}});
        if (!isNewItem)
            continue;
        Row values(Table::Items, row.id);
        for (const FieldChange& change : row.fields)
            values.values[static_cast<std::size_t>(fieldNumber(Table::Items, change.field))] = change.after;
        present.push_back(columnsFrom(values));
    }
    m_columns.update(std::move(present), {});
    showChanges(changed);
    reloadRows(others);
}

void ProjectDocument::reloadRows(const std::vector<RowChange>& rows)
{
    std::vector<ItemColumns> present;
    std::vector<ItemId> gone;
    std::set<Table> small;
    std::set<ItemId> done;
    for (const RowChange& change : rows) {
        if (change.table == Table::Classes || change.table == Table::Roots)
            small.insert(change.table);
        if (change.table != Table::Items || !done.insert(change.id).second)
            continue;
        const Result<Row> row = view().row(Table::Items, change.id);
        if (row && row->isAlive())
            present.push_back(columnsFrom(*row));
        else if (row || row.error().code == ErrorCode::CorruptFile)
            gone.push_back(change.id);
        else
            readLater(change, row.error());
    }
    m_columns.update(std::move(present), std::move(gone));
    for (const Table table : small) {
        if (const auto loaded = loadSmallTable(table); !loaded)
            readLater(RowChange{table, 0, {}}, loaded.error());
    }
}

/// A row that the disk did not give now is read with the next refresh().
void ProjectDocument::readLater(const RowChange& row, const Error& error)
{
    if (m_unread.empty())
        logLine(LogLevel::Warning, error.message);
    m_unread.push_back(RowChange{row.table, row.id, {}});
}

Result<bool> ProjectDocument::refresh()
{
    settle();
    TRAINYARD_TRY(std::int64_t version, m_place.reader->number("PRAGMA data_version"));
    const std::size_t unread = m_unread.size();
    reloadRows(std::exchange(m_unread, {}));
    m_rereads += m_unread.size() < unread ? 1 : 0;
    if (version == m_dataVersion)
        return false;
    TRAINYARD_TRY(const bool isForeign, readForeignRevisions());
    m_dataVersion = version; // after an error the next call reads it again
    return isForeign;
}

Result<bool> ProjectDocument::readForeignRevisions()
{
    Database& database = *m_place.reader;
    TRAINYARD_TRY(auto revisions,
                  readRevisions(database, "revision>? ORDER BY revision", m_seenRevision, {}));
    TRAINYARD_TRY(auto batches, readBatches(database, "batch>?", m_batch));
    settle(); // what our own writer committed meanwhile is not foreign
    std::vector<RowChange> rows;
    bool isForeign = false;
    Revision seen = m_seenRevision;
    for (const StoredRevision& revision : revisions) {
        seen = std::max(seen, revision.revision);
        if (m_ownRevisions.erase(revision.revision) > 0)
            continue;
        isForeign = true;
        if (revision.changes.empty())
            continue;
        TRAINYARD_TRY(auto changed, changesOf(database, revision));
        rows.insert(rows.end(), changed.begin(), changed.end());
    }
    for (const StoredBatch& batch : batches) {
        m_batch = std::max(m_batch, batch.batch);
        if (m_ownBatches.erase(batch.batch) > 0)
            continue;
        isForeign = true;
        rows.insert(rows.end(), batch.rows.begin(), batch.rows.end());
    }
    m_seenRevision = seen;
    m_revision = std::max(m_revision, seen);
    reloadRows(rows);
    return isForeign;
}

Result<std::int64_t> ProjectDocument::newId()
{
    TRAINYARD_CHECK(checkWritable());
    if (m_nextId == m_idEnd && m_spareIds != nullptr) {
        if (const std::int64_t first = m_spareIds->exchange(0); first != 0) {
            m_nextId = first;
            m_idEnd = first + kIdBlock;
            prepareIds();
        }
    }
    if (m_nextId == m_idEnd) {
        TRAINYARD_CHECK(m_writer->runInTransaction("reserve ids", [&](Database& database) -> Result<void> {
            TRAINYARD_TRY(m_nextId, reserveIds(database));
            m_idEnd = m_nextId;
            return {};
        }));
        m_idEnd = m_nextId + kIdBlock;
        if (m_spareIds != nullptr)
            prepareIds();
    }
    return m_nextId++;
}

void ProjectDocument::prepareIds()
{
    if (m_writer == nullptr)
        return;
    if (m_spareIds == nullptr)
        m_spareIds = std::make_shared<std::atomic<std::int64_t>>(0);
    m_writer->queueWork(0, [spare = m_spareIds](Database& database, WriteLock& lock) -> Result<Revision> {
        TRAINYARD_TRY(WriteLock::Hold hold, lock.acquire("reserve ids"));
        TRAINYARD_TRY(Transaction transaction, Transaction::begin(database));
        TRAINYARD_TRY(const std::int64_t first, reserveIds(database));
        TRAINYARD_CHECK(transaction.commit());
        *spare = first;
        return 0;
    });
}

Result<EditId> ProjectDocument::stepLater(bool isUndo)
{
    TRAINYARD_CHECK(checkWritable());
    const EditId id = ++m_lastEdit;
    m_writer->queueWork(id, [author = m_author, isUndo](Database& database, WriteLock& lock) {
        return stepInBatches(database, lock, author, isUndo);
    });
    return id;
}

void ProjectDocument::retry()
{
    if (m_writer != nullptr)
        m_writer->retry();
}

Result<Revision> ProjectDocument::undo()
{
    return stepHistory(true);
}

Result<Revision> ProjectDocument::redo()
{
    return stepHistory(false);
}

Result<Revision> ProjectDocument::stepHistory(bool isUndo)
{
    TRAINYARD_CHECK(checkWritable());
    TRAINYARD_CHECK(flush());
    Database& reader = *m_place.reader;
    TRAINYARD_TRY(const StoredRevision target,
                  isUndo ? newestToUndo(reader, m_author) : newestToRedo(reader, m_author));
    if (target.rowCount > kManyRows)
        return stepManyRows(target, isUndo);
    HistoryStep step;
    TRAINYARD_CHECK(m_writer->runInTransaction(verbOf(isUndo), [&](Database& database) -> Result<void> {
        TRAINYARD_TRY(step, isUndo ? undoNewest(database, m_author) : redoNewest(database, m_author));
        return {};
    }));
    m_ownRevisions.insert(step.revision);
    m_revision = std::max(m_revision, step.revision);
    reloadRows(step.rows);
    return step.revision;
}

/// So that who labels elsewhere never waits for the whole of it.
Result<Revision> ProjectDocument::stepManyRows(const StoredRevision& target, bool isUndo)
{
    TRAINYARD_TRY(std::vector<RowChange> rows, inverseRows(*m_place.reader, target, m_author, isUndo));
    const auto next = [&rows]() -> Result<std::vector<RowChange>> { return std::exchange(rows, {}); };
    Result<Revision> revision = runBulk(inverseHead(target, m_author, isUndo), next, OnConflict::Fail);
    if (!revision)
        return fail(stepRefused(revision.error(), target, isUndo));
    return revision;
}

} // namespace trainyard
