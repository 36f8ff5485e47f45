// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/project.h"

#include "core/base/log.h"
#include "core/base/path_text.h"
#include "core/base/user.h"
#include "core/project/item_rows.h"
#include "core/project/project_impl.h"
#include "core/project/revisions.h"

#include <algorithm>
#include <future>
#include <unistd.h>

namespace trainyard {

namespace {

std::filesystem::path absoluteFolder(const std::filesystem::path& folder)
{
    std::error_code failed;
    std::filesystem::path found = std::filesystem::canonical(folder, failed);
    return failed ? std::filesystem::absolute(folder).lexically_normal() : found;
}

} // namespace

std::string authorName(std::string_view program)
{
    return userAtHost() + "/" + std::string(program);
}

Result<std::unique_ptr<Project>> Project::create(const std::filesystem::path& folder,
                                                 const CreateOptions& options)
{
    TRAINYARD_CHECK(createDatabase(folder, options.task));
    return open(folder, OpenMode::ReadWrite, options.author.empty() ? authorName("cli") : options.author);
}

Result<std::unique_ptr<Project>> Project::open(const std::filesystem::path& folder, OpenMode mode,
                                               std::string author)
{
    const std::filesystem::path place = absoluteFolder(folder);
    TRAINYARD_TRY(OpenPlace opened,
                  mode == OpenMode::ReadWrite ? openForWriting(place) : openForReading(place));
    return openAt(std::move(opened), std::move(author));
}

std::optional<std::filesystem::path> Project::find(const std::filesystem::path& start)
{
    std::filesystem::path folder = absoluteFolder(start);
    while (true) {
        std::error_code ignored;
        if (std::filesystem::is_regular_file(folder / kProjectFile, ignored))
            return folder;
        if (!folder.has_relative_path())
            return std::nullopt;
        folder = folder.parent_path();
    }
}

Result<std::unique_ptr<Project>> openAt(OpenPlace place, std::string author)
{
    const std::filesystem::path folder = place.folder;
    Result<std::unique_ptr<ProjectDocument>> project =
        ProjectDocument::load(std::move(place), std::move(author));
    if (project)
        return std::unique_ptr<Project>(std::move(*project));
    Error error = std::move(project.error());
    if (error.code == ErrorCode::CorruptFile)
        error.message += "; " + backupAdvice(folder);
    return fail(std::move(error));
}

namespace {

constexpr std::int64_t kManyItems = 20'000; ///< below that a second connection costs more than it brings

struct LoadedItems
{
    std::vector<ItemColumns> columns;
    std::vector<ItemId> damaged;
};

/// The living items with `from` <= id < `to`, by rising id.
Result<LoadedItems> readItems(Database& database, std::int64_t from, std::int64_t to)
{
    TRAINYARD_TRY(Statement rows,
                  database.prepare(selectSql(Table::Items) + "WHERE id>=? AND id<? ORDER BY id"));
    rows.bind(1, from).bind(2, to);
    LoadedItems items;
    for (Row row(Table::Items, 0);;) {
        TRAINYARD_TRY(bool hasRow, rows.step());
        if (!hasRow)
            return items;
        readRowAt(rows, row);
        if (!row.isIntact)
            items.damaged.push_back(row.id);
        else if (row.isAlive())
            items.columns.push_back(columnsFrom(row));
    }
}

/// The items from `from` on through a connection of its own; Conflict where that sees another moment than the
/// one with this newest revision and batch.
Result<LoadedItems> readItemsBeside(const std::filesystem::path& file, std::int64_t from, Revision revision,
                                    std::int64_t batch)
{
    TRAINYARD_TRY(const auto database, Database::open(file, Database::Mode::ReadOnly));
    TRAINYARD_CHECK(database->exec("BEGIN"));
    TRAINYARD_TRY(const Revision newest, newestRevision(*database));
    TRAINYARD_TRY(const std::int64_t newestOfBatches, newestBatch(*database));
    if (newest != revision || newestOfBatches != batch)
        return fail(ErrorCode::Conflict, displayText(file.native()) + ": changed while it was read");
    return readItems(*database, from, INT64_MAX);
}

} // namespace

ProjectDocument::ProjectDocument(OpenPlace place, std::string author)
    : m_place(std::move(place)), m_author(std::move(author))
{
}

ProjectDocument::~ProjectDocument()
{
    m_backups.reset();
    m_writer.reset();
}

Result<std::unique_ptr<ProjectDocument>> ProjectDocument::load(OpenPlace place, std::string author)
{
    std::unique_ptr<ProjectDocument> project(new ProjectDocument(std::move(place), std::move(author)));
    TRAINYARD_CHECK(project->loadMemory());
    OpenPlace& connections = project->m_place;
    if (connections.writing != nullptr) {
        project->m_writer =
            std::make_unique<Writer>(std::move(connections.writing), std::move(connections.lock),
                                     connections.folder, project->m_author);
        project->m_backups = std::make_unique<BackupKeeper>(connections.folder);
    }
    return project;
}

Result<void> ProjectDocument::loadMemory()
{
    Database& database = *m_place.reader;
    TRAINYARD_TRY(m_dataVersion, database.number("PRAGMA data_version"));
    // One read transaction, so that columns and revision are of the same moment.
    TRAINYARD_CHECK(database.exec("BEGIN"));
    const auto load = [&]() -> Result<void> {
        TRAINYARD_TRY(m_revision, newestRevision(database));
        m_seenRevision = m_revision;
        TRAINYARD_TRY(m_batch, newestBatch(database));
        TRAINYARD_CHECK(loadColumns());
        TRAINYARD_CHECK(loadSmallTable(Table::Classes));
        return loadSmallTable(Table::Roots);
    };
    Result<void> loaded = load();
    TRAINYARD_CHECK(database.exec("COMMIT"));
    return loaded;
}

/// Many rows are read by two connections at the same time.
Result<void> ProjectDocument::loadColumns()
{
    Database& database = *m_place.reader;
    TRAINYARD_TRY(const std::int64_t first, database.number("SELECT coalesce(min(id), 0) FROM items"));
    TRAINYARD_TRY(const std::int64_t last, database.number("SELECT coalesce(max(id), 0) FROM items"));
    std::int64_t middle = INT64_MAX;
    std::future<Result<LoadedItems>> others;
    if (last - first >= kManyItems && m_place.notice.empty()) {
        middle = first + (last - first) / 2;
        others =
            std::async(std::launch::async, readItemsBeside, database.path(), middle, m_revision, m_batch);
    }
    Result<LoadedItems> items = readItems(database, INT64_MIN, middle);
    Result<LoadedItems> rest = others.valid() ? others.get() : LoadedItems{};
    if (!rest) // another moment of the database, or no second connection to be had
        rest = readItems(database, middle, INT64_MAX);
    TRAINYARD_CHECK(items);
    TRAINYARD_CHECK(rest);
    m_columns.reserve(items->columns.size() + rest->columns.size());
    for (const LoadedItems* part : {&*items, &*rest}) {
        for (const ItemColumns& columns : part->columns)
            m_columns.append(columns);
        for (const ItemId damaged : part->damaged)
            noteDamage(Table::Items, damaged);
    }
    return {};
}

Result<void> ProjectDocument::loadSmallTable(Table table)
{
    std::vector<ItemClass> classes;
    std::vector<SourceRoot> roots;
    TRAINYARD_CHECK(view().forEach(table, {}, [&](const Row& row) {
        if (table == Table::Classes)
            classes.push_back(classFrom(row));
        else
            roots.push_back(rootFrom(row));
    }));
    const auto byId = [](const auto& a, const auto& b) { return a.id < b.id; };
    if (table == Table::Classes) {
        std::sort(classes.begin(), classes.end(), byId);
        m_classes = std::move(classes);
    } else {
        std::sort(roots.begin(), roots.end(), byId);
        m_roots = std::move(roots);
    }
    return {};
}

RowView ProjectDocument::view()
{
    return RowView(*m_place.reader, m_pending,
                   [this](Table table, std::int64_t id) { noteDamage(table, id); });
}

void ProjectDocument::noteDamage(Table table, std::int64_t id)
{
    if (m_damaged.emplace(table, id).second) {
        logLine(LogLevel::Warning, displayText(m_place.folder.native()) + ": " + rowName(table, id) +
                                       " is damaged and left out");
    }
}

std::vector<DamagedRow> ProjectDocument::damagedRows() const
{
    std::vector<DamagedRow> rows;
    for (const auto& [table, id] : m_damaged)
        rows.push_back({table, id});
    return rows;
}

Result<void> ProjectDocument::checkWritable() const
{
    if (m_writer == nullptr)
        return fail(ErrorCode::Refused,
                    displayText(m_place.folder.native()) + ": the project is open for reading only");
    return {};
}

} // namespace trainyard
