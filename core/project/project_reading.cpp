// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/project/class_choice.h"
#include "core/project/history.h"
#include "core/project/item_rows.h"
#include "core/project/project_impl.h"
#include "core/project/revisions.h"

#include <algorithm>
#include <bit>
#include <map>

namespace trainyard {

namespace {

template <typename T>
void sortById(std::vector<T>& values)
{
    std::sort(values.begin(), values.end(), [](const T& a, const T& b) { return a.id < b.id; });
}

} // namespace

Result<Item> ProjectDocument::item(ItemId id)
{
    settle();
    TRAINYARD_TRY(Row row, view().row(Table::Items, id));
    if (!row.isAlive())
        return fail(ErrorCode::NotFound, "there is no item #" + std::to_string(id));
    return itemFrom(row);
}

Result<std::vector<ItemId>> ProjectDocument::itemIds(const std::string& filter)
{
    settle();
    const ClassByName classNamed = [this](std::string_view name) -> std::optional<ClassId> {
        const ItemClass* known = classByName(name);
        return known == nullptr ? std::nullopt : std::optional(known->id);
    };
    TRAINYARD_TRY(ItemFilter parsed, parseItemFilter(filter, classNamed));
    std::optional<ClassChoice> choice;
    if (parsed.classId) {
        TRAINYARD_TRY(choice, ClassChoice::of(*this, *parsed.classId));
    }
    const auto accepts = [&](const ItemColumns& columns) {
        return parsed.acceptsColumns(columns) && (!choice || choice->accepts(columns));
    };
    std::vector<ItemId> ids;
    if (!parsed.needsPath()) {
        for (const ItemColumns& columns : m_columns.all()) {
            if (accepts(columns))
                ids.push_back(columns.id);
        }
        return ids;
    }
    TRAINYARD_CHECK(view().forEach(Table::Items, {}, [&](const Row& row) {
        if (accepts(columnsFrom(row)) && parsed.acceptsPath(row.bytes(item_field::Path)))
            ids.push_back(row.id);
    }));
    std::sort(ids.begin(), ids.end());
    return ids;
}

Result<std::vector<Item>> ProjectDocument::items(const std::string& filter)
{
    TRAINYARD_TRY(std::vector<ItemId> ids, itemIds(filter));
    std::vector<Item> found;
    found.reserve(ids.size());
    constexpr std::size_t kScanShare = 8; ///< from one in eight on, one pass over the table is faster
    if (ids.size() * kScanShare < m_columns.all().size()) {
        for (const ItemId id : ids) {
            const Result<Row> row = view().row(Table::Items, id);
            if (row && row->isAlive())
                found.push_back(itemFrom(*row));
            else if (!row && row.error().code != ErrorCode::CorruptFile)
                return fail(row.error());
        }
        return found;
    }
    TRAINYARD_CHECK(view().forEach(Table::Items, {}, [&](const Row& row) {
        if (std::binary_search(ids.begin(), ids.end(), row.id))
            found.push_back(itemFrom(row));
    }));
    sortById(found);
    return found;
}

Result<std::optional<ItemId>> ProjectDocument::itemByPath(RootId root, const std::string& path)
{
    settle();
    std::optional<ItemId> found;
    RowView::Query query{"root=? AND path=?", {storedNumber(root), storedText(path)}, [&](const Row& row) {
                             return row.integer(item_field::Root) == root &&
                                    row.bytes(item_field::Path) == path;
                         }};
    TRAINYARD_CHECK(view().forEach(
        Table::Items, query, [&](const Row& row) { found = found ? std::min(*found, row.id) : row.id; }));
    return found;
}

Result<std::vector<ItemId>> ProjectDocument::itemsByHash(std::uint64_t contentHash)
{
    settle();
    std::vector<ItemId> found;
    const auto stored = std::bit_cast<std::int64_t>(contentHash);
    RowView::Query query{"content_hash=?", {storedNumber(stored)}, [&](const Row& row) {
                             return row.integer(item_field::ContentHash) == stored;
                         }};
    TRAINYARD_CHECK(view().forEach(Table::Items, query, [&](const Row& row) { found.push_back(row.id); }));
    std::sort(found.begin(), found.end());
    return found;
}

Result<std::vector<Annotation>> ProjectDocument::annotations(ItemId item)
{
    return annotationsOf(std::span(&item, 1));
}

Result<std::vector<Annotation>> ProjectDocument::annotationsOf(std::span<const ItemId> items)
{
    settle();
    std::vector<Annotation> found;
    TRAINYARD_CHECK(view().forEachOf(Table::Annotations, annotation_field::Item, items, [&](const Row& row) {
        if (auto annotation = annotationFrom(row))
            found.push_back(std::move(*annotation));
        else
            noteDamage(Table::Annotations, row.id);
    }));
    return found;
}

Result<std::optional<Annotation>> ProjectDocument::annotationById(AnnotationId id)
{
    settle();
    TRAINYARD_TRY(Row row, view().row(Table::Annotations, id));
    return row.isAlive() ? annotationFrom(row) : std::nullopt;
}

const ItemClass* ProjectDocument::classById(ClassId id) const
{
    const auto found =
        std::find_if(m_classes.begin(), m_classes.end(), [&](const ItemClass& c) { return c.id == id; });
    return found == m_classes.end() ? nullptr : &*found;
}

const ItemClass* ProjectDocument::classByName(std::string_view name) const
{
    const auto found =
        std::find_if(m_classes.begin(), m_classes.end(), [&](const ItemClass& c) { return c.name == name; });
    return found == m_classes.end() ? nullptr : &*found;
}

Result<std::vector<Issue>> ProjectDocument::issues(std::optional<IssueKind> kind,
                                                   std::optional<IssueState> state)
{
    settle();
    std::vector<Issue> found;
    TRAINYARD_CHECK(view().forEach(Table::Issues, {}, [&](const Row& row) {
        const Issue issue = issueFrom(row);
        if ((!kind || issue.kind == *kind) && (!state || issue.state == *state))
            found.push_back(issue);
    }));
    sortById(found);
    return found;
}

Result<std::vector<RejectRow>> ProjectDocument::rejects()
{
    settle();
    std::vector<RejectRow> found;
    TRAINYARD_CHECK(
        view().forEach(Table::Rejects, {}, [&](const Row& row) { found.push_back(rejectFrom(row)); }));
    sortById(found);
    return found;
}

std::filesystem::path ProjectDocument::rootFolder(RootId root) const
{
    const auto found =
        std::find_if(m_roots.begin(), m_roots.end(), [&](const SourceRoot& r) { return r.id == root; });
    if (found == m_roots.end())
        return {};
    return found->isRelative ? (m_place.folder / found->path).lexically_normal()
                             : std::filesystem::path(found->path);
}

std::filesystem::path ProjectDocument::itemPath(const Item& item) const
{
    return rootFolder(item.root) / item.path;
}

Result<std::string> ProjectDocument::setting(const std::string& key)
{
    settle();
    TRAINYARD_TRY(Row row, view().row(Table::Settings, settingId(key)));
    return row.isAlive() ? row.bytes(setting_field::Value) : std::string();
}

Result<std::vector<FieldValue>> ProjectDocument::fieldValues(Table table, std::int64_t id,
                                                             std::span<const std::string_view> fields)
{
    return fieldValuesOf(table, std::span(&id, 1), fields);
}

Result<std::vector<FieldValue>> ProjectDocument::fieldValuesOf(Table table, std::span<const std::int64_t> ids,
                                                               std::span<const std::string_view> fields)
{
    settle();
    std::vector<std::size_t> numbers;
    for (const std::string_view field : fields) {
        const int number = fieldNumber(table, field);
        if (number < 0) {
            return fail(ErrorCode::InvalidArgument, std::string(tableSpec(table).name) +
                                                        ": there is no field '" + displayText(field) + "'");
        }
        numbers.push_back(static_cast<std::size_t>(number));
    }
    std::vector<FieldValue> values;
    values.reserve(ids.size() * fields.size());
    for (const std::int64_t id : ids) {
        TRAINYARD_TRY(const Row row, view().row(table, id));
        for (const std::size_t number : numbers)
            values.push_back(row.values[number]);
    }
    return values;
}

Result<std::vector<RevisionRow>> ProjectDocument::history(std::int64_t newest)
{
    settle();
    Database& database = *m_place.reader;
    TRAINYARD_TRY(auto revisions,
                  readRevisions(database, "revision>0 ORDER BY revision DESC LIMIT ?", newest, {}));
    std::vector<RevisionRow> rows;
    for (const StoredRevision& revision : revisions) {
        RevisionRow row{revision.revision, revision.utcMs,    revision.author, revision.verb,
                        revision.text,     revision.rowCount, revision.undoes, false};
        TRAINYARD_TRY(row.isUndone, isRevisionUndone(database, revision.revision));
        rows.push_back(std::move(row));
    }
    return rows;
}

Result<Edit> ProjectDocument::diff(Revision from, Revision to)
{
    TRAINYARD_CHECK(flush());
    return diffRevisions(*m_place.reader, from, to);
}

Result<ProjectStatus> ProjectDocument::status()
{
    settle();
    ProjectStatus status;
    std::map<ClassId, std::int64_t> perClass;
    for (const ItemColumns& columns : m_columns.all()) {
        ++status.items;
        status.excluded += columns.isExcluded ? 1 : 0;
        ++status.perFileState[static_cast<std::size_t>(columns.fileState) % 4];
        ++status.perReviewState[static_cast<std::size_t>(columns.reviewState) % 5];
        if (columns.isExcluded || columns.fileState == FileState::Damaged)
            continue;
        ++status.perSplit[static_cast<std::size_t>(columns.split) % 4];
        ++perClass[columns.classId];
    }
    status.perClass.assign(perClass.begin(), perClass.end());
    TRAINYARD_TRY(auto open, issues(std::nullopt, IssueState::Open));
    status.openIssues = static_cast<std::int64_t>(open.size());
    TRAINYARD_TRY(auto rejected, rejects());
    status.rejects = static_cast<std::int64_t>(rejected.size());
    status.revision = m_revision;
    return status;
}

Result<void> ProjectDocument::verify()
{
    TRAINYARD_CHECK(flush());
    Database& database = *m_place.reader;
    TRAINYARD_CHECK(database.fullCheck());
    std::string found;
    for (const TableSpec& table : allTables()) {
        TRAINYARD_TRY(Statement rows, database.prepare(selectSql(table.table)));
        while (true) {
            TRAINYARD_TRY(bool hasRow, rows.step());
            if (!hasRow)
                break;
            const Row row = rowAt(rows, table.table);
            if (row.isIntact)
                continue;
            noteDamage(row.table, row.id);
            found += (found.empty() ? "" : ", ") + rowName(row.table, row.id);
        }
    }
    TRAINYARD_TRY(
        auto revisions, readRevisions(database, "revision>? ORDER BY revision", 0, [&](Revision revision) {
            found += (found.empty() ? "" : ", ") + std::string("revision ") + std::to_string(revision);
        }));
    for (const StoredRevision& revision : revisions) {
        if (const auto changes = changesOf(database, revision); !changes)
            found +=
                (found.empty() ? "" : ", ") + std::string("revision ") + std::to_string(revision.revision);
    }
    if (!found.empty()) {
        return fail(ErrorCode::CorruptFile, displayText(database.path().native()) + ": damaged: " + found +
                                                "; " + backupAdvice(m_place.folder));
    }
    return {};
}

} // namespace trainyard
