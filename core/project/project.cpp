// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/project.h"

#include "core/base/log.h"
#include "core/base/path_text.h"
#include "core/project/item_rows.h"
#include "core/project/project_impl.h"
#include "core/project/revisions.h"

#include <algorithm>

#include <pwd.h>
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
    char host[256] = {};
    if (::gethostname(host, sizeof host - 1) != 0)
        host[0] = '\0';
    const passwd* user = ::getpwuid(::geteuid());
    const std::string name = user != nullptr ? user->pw_name : std::to_string(::geteuid());
    return name + "@" + (host[0] == '\0' ? "localhost" : host) + "/" + std::string(program);
}

Result<std::unique_ptr<Project>> Project::create(const std::filesystem::path& folder, const CreateOptions& options)
{
    TRAINYARD_CHECK(createDatabase(folder, options.task));
    return open(folder, OpenMode::ReadWrite, options.author.empty() ? authorName("cli") : options.author);
}

Result<std::unique_ptr<Project>> Project::open(const std::filesystem::path& folder, OpenMode mode, std::string author)
{
    const std::filesystem::path place = absoluteFolder(folder);
    TRAINYARD_TRY(OpenPlace opened, mode == OpenMode::ReadWrite ? openForWriting(place) : openForReading(place));
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
    Result<std::unique_ptr<ProjectDocument>> project = ProjectDocument::load(std::move(place), std::move(author));
    if (project)
        return std::unique_ptr<Project>(std::move(*project));
    Error error = std::move(project.error());
    if (error.code == ErrorCode::CorruptFile)
        error.message += "; " + backupAdvice(folder);
    return fail(std::move(error));
}

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
        project->m_writer = std::make_unique<Writer>(std::move(connections.writing), std::move(connections.lock),
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
        TRAINYARD_TRY(Statement rows, database.prepare(selectSql(Table::Items) + "ORDER BY id"));
        for (Row row(Table::Items, 0);;) {
            TRAINYARD_TRY(bool hasRow, rows.step());
            if (!hasRow)
                break;
            readRowAt(rows, row);
            if (!row.isIntact)
                noteDamage(Table::Items, row.id);
            else if (row.isAlive())
                m_columns.append(columnsFrom(row));
        }
        TRAINYARD_CHECK(loadSmallTable(Table::Classes));
        return loadSmallTable(Table::Roots);
    };
    Result<void> loaded = load();
    TRAINYARD_CHECK(database.exec("COMMIT"));
    return loaded;
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
    return RowView(*m_place.reader, m_pending, [this](Table table, std::int64_t id) { noteDamage(table, id); });
}

void ProjectDocument::noteDamage(Table table, std::int64_t id)
{
    if (m_damaged.emplace(table, id).second) {
        logLine(LogLevel::Warning, displayText(m_place.folder.native()) + ": " + rowName(table, id)
                    + " is damaged and left out");
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
        return fail(ErrorCode::Refused, displayText(m_place.folder.native()) + ": the project is open for reading only");
    return {};
}

} // namespace trainyard
