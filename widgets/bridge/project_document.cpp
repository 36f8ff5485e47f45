// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/project_document.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/project/edits.h"
#include "widgets/bridge/text.h"

#include <QTimer>
#include <algorithm>
#include <array>
#include <set>

namespace trainyard::widgets {

namespace {

constexpr int kRefreshMs = 200;
constexpr std::size_t kManyItems = 20'000; ///< above this a list is read anew rather than patched
constexpr std::size_t kManyLookups = 2'000;

ItemId itemOf(const RowChange& row)
{
    if (row.table == Table::Items)
        return row.id;
    if (row.table != Table::Annotations && row.table != Table::Issues)
        return 0;
    for (const FieldChange& field : row.fields) {
        if (field.field != "item")
            continue;
        for (const FieldValue* value : {&field.after, &field.before})
            if (const auto* id = std::get_if<std::int64_t>(value); id != nullptr && *id != 0)
                return *id;
    }
    return 0;
}

/// Errors after which core keeps an Edit and tries again.
bool isPassing(ErrorCode code)
{
    return code == ErrorCode::NoSpace || code == ErrorCode::IoError || code == ErrorCode::OutOfMemory;
}

bool makesOrRemovesItem(const RowChange& row)
{
    return row.table == Table::Items && std::any_of(row.fields.begin(), row.fields.end(),
                                                    [](const FieldChange& f) { return f.field == "alive"; });
}

} // namespace

std::optional<std::vector<ItemId>> itemsOf(Project& project, const Edit& edit)
{
    constexpr std::array<std::string_view, 1> kItemField = {"item"};
    std::set<ItemId> items;
    std::size_t lookups = 0;
    for (const RowChange& row : edit.rows) {
        ItemId item = itemOf(row);
        // A row that was changed or deleted does not say whose it is.
        if (item == 0 && (row.table == Table::Annotations || row.table == Table::Issues)) {
            if (++lookups > kManyLookups)
                return std::nullopt;
            if (const auto values = project.fieldValues(row.table, row.id, kItemField))
                if (const auto* id = std::get_if<std::int64_t>(&values->front()))
                    item = *id;
        }
        if (item != 0)
            items.insert(item);
    }
    return std::vector<ItemId>(items.begin(), items.end());
}

/// Stands on the writer thread and hands over to the GUI thread.
class ProjectDocument::Observer : public ProjectObserver
{
public:
    explicit Observer(ProjectDocument& document) : m_document(document) {}
    void durable(EditId edit, Revision revision) override
    {
        QMetaObject::invokeMethod(
            &m_document, [this, edit, revision] { m_document.durable(edit, revision); },
            Qt::QueuedConnection);
    }
    void notDurable(EditId edit, const Error& error) override
    {
        QMetaObject::invokeMethod(
            &m_document, [this, edit, error] { m_document.notDurable(edit, error); }, Qt::QueuedConnection);
    }

private:
    ProjectDocument& m_document;
};

Result<std::unique_ptr<ProjectDocument>> ProjectDocument::open(const std::filesystem::path& folder,
                                                               const QString& readOnlyReason)
{
    const auto mode = readOnlyReason.isEmpty() ? Project::OpenMode::ReadWrite : Project::OpenMode::ReadOnly;
    TRAINYARD_TRY(auto project, Project::open(folder, mode, authorName("studio")));
    return show(std::move(project), readOnlyReason);
}

std::unique_ptr<ProjectDocument> ProjectDocument::show(std::unique_ptr<Project> project,
                                                       const QString& readOnlyReason,
                                                       std::shared_ptr<ThumbnailStore> thumbnails)
{
    return std::unique_ptr<ProjectDocument>(
        new ProjectDocument(std::move(project), readOnlyReason, std::move(thumbnails)));
}

ProjectDocument::ProjectDocument(std::unique_ptr<Project> project, QString readOnlyReason,
                                 std::shared_ptr<ThumbnailStore> thumbnails)
    : m_observer(std::make_unique<Observer>(*this)), m_project(std::move(project)),
      m_thumbnails(std::move(thumbnails)), m_readOnlyReason(std::move(readOnlyReason)),
      m_refreshTimer(new QTimer(this))
{
    m_project->setObserver(m_observer.get());
    m_project->prepareIds();
    if (m_thumbnails == nullptr) {
        if (auto store = ThumbnailStore::open(m_project->folder() / "cache" / "thumbnails"))
            m_thumbnails = std::move(*store);
        else
            logLine(LogLevel::Warning, store.error().message);
    }
    connect(m_refreshTimer, &QTimer::timeout, this, &ProjectDocument::refresh);
    m_refreshTimer->start(kRefreshMs);
}

ProjectDocument::~ProjectDocument()
{
    m_refreshTimer->stop();
    m_project->setObserver(nullptr);
    m_project.reset(); // writes what is queued
}

QString ProjectDocument::name() const
{
    return shown(folder().filename().native());
}

Result<EditId> ProjectDocument::apply(Result<Edit> edit)
{
    if (!edit)
        return fail(std::move(edit.error()));
    if (edit->rows.empty())
        return EditId(0);
    if (isReadOnly())
        return fail(ErrorCode::Refused,
                    toUtf8(tr("This window is open for reading only: %1").arg(m_readOnlyReason)));
    TRAINYARD_TRY(const EditId id, m_project->apply(*edit));
    m_pending.emplace(id, *edit);
    announce(*edit);
    return id;
}

std::optional<RevisionRow> ProjectDocument::nextStep(bool isRedo, std::int64_t newest) const
{
    const auto flushed = m_project->flush(); // the history is what is written
    const auto rows = m_project->history(newest);
    if (!flushed || !rows)
        return std::nullopt;
    const auto next = std::find_if(rows->begin(), rows->end(), [&](const RevisionRow& row) {
        const bool isOfKind = isRedo ? row.verb == "undo" : row.undoes == 0;
        return row.author == m_project->author() && isOfKind && !row.isUndone;
    });
    return next == rows->end() ? std::nullopt : std::optional(*next);
}

std::int64_t ProjectDocument::stepRows(bool isRedo) const
{
    if (!m_pending.empty()) // newer than what the history tells, and after it there is nothing to redo
        return isRedo ? 0 : static_cast<std::int64_t>(m_pending.rbegin()->second.rows.size());
    const auto next = nextStep(isRedo);
    return next ? next->rowCount : 0;
}

Result<std::vector<ItemId>> ProjectDocument::undo()
{
    if (isReadOnly())
        return fail(ErrorCode::Refused, toUtf8(tr("This window is open for reading only.")));
    return afterStep(m_project->undo());
}

Result<std::vector<ItemId>> ProjectDocument::redo()
{
    if (isReadOnly())
        return fail(ErrorCode::Refused, toUtf8(tr("This window is open for reading only.")));
    return afterStep(m_project->redo());
}

Result<void> ProjectDocument::stepBeside(bool isRedo)
{
    if (isReadOnly())
        return fail(ErrorCode::Refused, toUtf8(tr("This window is open for reading only.")));
    if (isStepping())
        return fail(ErrorCode::Refused, toUtf8(tr("An undo or redo goes on already.")));
    if (m_failure)
        return fail(*m_failure);
    const std::int64_t rows = stepRows(isRedo);
    TRAINYARD_TRY(m_step, m_project->stepLater(!isRedo));
    m_isRedoing = isRedo;
    emit changed(StepBegun{isRedo, rows});
    return {};
}

void ProjectDocument::endStep(const std::optional<Error>& error)
{
    m_step = 0;
    if (const auto isNew = m_project->refresh(); !isNew)
        logLine(LogLevel::Warning, isNew.error().message);
    announceAll();
    emit changed(StepEnded{m_isRedoing, error});
}

void ProjectDocument::saveNow()
{
    m_project->retry();
}

Result<std::vector<ItemId>> ProjectDocument::afterStep(const Result<Revision>& revision)
{
    if (!revision)
        return fail(revision.error());
    m_lastSaved = {0, *revision, systemClock().utcMilliseconds()};
    std::vector<ItemId> items;
    if (auto edit = m_project->diff(*revision - 1, *revision)) {
        items = itemsOf(*m_project, *edit).value_or(std::vector<ItemId>());
        announce(*edit);
    } else {
        announceAll();
    }
    emit changed(m_lastSaved);
    return items;
}

void ProjectDocument::announce(const Edit& edit)
{
    std::set<Table> tables;
    bool isReset = false;
    for (const RowChange& row : edit.rows) {
        tables.insert(row.table);
        isReset = isReset || makesOrRemovesItem(row);
    }
    // Classes first: who then reads items finds the names it needs.
    if (tables.contains(Table::Roots))
        emit changed(RootsChanged{});
    if (tables.contains(Table::Classes))
        emit changed(ClassesChanged{});
    auto items = isReset ? std::nullopt : itemsOf(*m_project, edit);
    if (!items || items->size() > kManyItems)
        emit changed(ItemsReset{});
    else if (!items->empty() && (tables.contains(Table::Items) || tables.contains(Table::Annotations)))
        emit changed(ItemsChanged{std::move(*items)});
    if (tables.contains(Table::Issues))
        emit changed(IssuesChanged{});
    if (tables.contains(Table::Rejects))
        emit changed(RejectsChanged{});
    if (tables.contains(Table::Settings))
        emit changed(SettingsChanged{});
}

void ProjectDocument::announceAll()
{
    emit changed(RootsChanged{});
    emit changed(ClassesChanged{});
    emit changed(ItemsReset{});
    emit changed(IssuesChanged{});
    emit changed(RejectsChanged{});
    emit changed(SettingsChanged{});
}

void ProjectDocument::refresh()
{
    const Revision before = m_project->revision();
    const std::int64_t rereads = m_project->rereads();
    const auto isNew = m_project->refresh();
    if (!isNew) {
        logLine(LogLevel::Warning, isNew.error().message);
        return;
    }
    if ((*isNew && m_project->revision() != before) || m_project->rereads() != rereads)
        announceAll();
}

void ProjectDocument::durable(EditId edit, Revision revision)
{
    m_pending.erase(edit);
    m_failure.reset();
    m_lastSaved = {edit, revision, systemClock().utcMilliseconds()};
    if (edit == m_step)
        endStep(std::nullopt);
    emit changed(m_lastSaved);
}

void ProjectDocument::notDurable(EditId edit, const Error& error)
{
    if (edit == m_step)
        return endStep(error);
    const auto found = m_pending.find(edit);
    if (isPassing(error.code)) {
        m_failure = error;
    } else if (found != m_pending.end()) {
        const Edit lost = std::move(found->second);
        m_pending.erase(found);
        refresh(); // memory takes the database's values before anybody looks
        announce(lost);
    }
    emit changed(NotSaved{edit, error, isPassing(error.code)});
}

} // namespace trainyard::widgets
