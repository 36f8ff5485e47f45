// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/imaging/thumbnail_store.h"
#include "core/project/project.h"
#include "widgets/bridge/change.h"

#include <QObject>
#include <QString>
#include <map>
#include <memory>
#include <optional>

class QTimer;

namespace trainyard::widgets {

/// The open project of a window: core's Project with one signal.
///
/// Owns the Project and uses it on the GUI thread alone. What the writer thread reports is handed to the GUI
/// thread; revisions of other processes are brought in five times a second.
///
/// apply(), undo() and redo() fail with Refused in a project that is open for reading only, else as Project
/// does.
class ProjectDocument : public QObject
{
    Q_OBJECT
public:
    /// `readOnlyReason` is what the window says about it; empty: open for editing.
    static Result<std::unique_ptr<ProjectDocument>> open(const std::filesystem::path& folder,
                                                         const QString& readOnlyReason = {});
    /// The same for a project that was opened elsewhere; the object takes it over. Without `thumbnails` it
    /// opens the project's own.
    static std::unique_ptr<ProjectDocument> show(std::unique_ptr<Project> project,
                                                 const QString& readOnlyReason,
                                                 std::shared_ptr<ThumbnailStore> thumbnails = {});
    ~ProjectDocument() override;

    [[nodiscard]] Project& project() const { return *m_project; } ///< to read; changes go through apply()
    [[nodiscard]] const std::filesystem::path& folder() const { return m_project->folder(); }
    [[nodiscard]] QString name() const; ///< the folder's
    [[nodiscard]] bool isReadOnly() const { return m_project->isReadOnly(); }
    [[nodiscard]] const QString& readOnlyReason() const { return m_readOnlyReason; }
    [[nodiscard]] std::shared_ptr<ThumbnailStore> thumbnails() const { return m_thumbnails; } ///< may be null

    /// Changes memory at once and queues the write; Saved or NotSaved with this id follows. An Edit that
    /// could not be made is handed through. An Edit without rows does nothing and gives 0.
    Result<EditId> apply(Result<Edit> edit);
    /// What the next undo or redo inverts, as far as so many of the newest revisions tell. Waits until what
    /// is queued is written.
    [[nodiscard]] std::optional<RevisionRow> nextStep(bool isRedo, std::int64_t newest = 100) const;
    /// How many rows it changes, 0 where that is not known; waits for nothing.
    [[nodiscard]] std::int64_t stepRows(bool isRedo) const;
    /// Gives the items that it touched.
    Result<std::vector<ItemId>> undo();
    Result<std::vector<ItemId>> redo();
    /// undo() or redo() beside the window, for steps of many rows: StepBegun now, StepEnded when it is done.
    /// Refused while one goes on or changes cannot be saved.
    Result<void> stepBeside(bool isRedo);
    [[nodiscard]] bool isStepping() const { return m_step != 0; }
    /// Brings in what other processes wrote, now.
    void refresh();

    [[nodiscard]] std::int64_t pendingEdits() const { return static_cast<std::int64_t>(m_pending.size()); }
    /// Why pendingEdits() wait, where an attempt to write them failed. They are tried again every second.
    [[nodiscard]] const std::optional<Error>& savingFailure() const { return m_failure; }
    void saveNow(); ///< tries again at once; Saved or NotSaved says how that went
    [[nodiscard]] const Saved& lastSaved() const { return m_lastSaved; } ///< revision 0: nothing yet

signals:
    void changed(const trainyard::widgets::Change& change);

private:
    class Observer;
    ProjectDocument(std::unique_ptr<Project> project, QString readOnlyReason,
                    std::shared_ptr<ThumbnailStore> thumbnails);
    void announce(const Edit& edit);
    void announceAll();
    void durable(EditId edit, Revision revision);
    void notDurable(EditId edit, const Error& error);
    void endStep(const std::optional<Error>& error);
    Result<std::vector<ItemId>> afterStep(const Result<Revision>& revision);

    std::unique_ptr<Observer> m_observer;
    std::unique_ptr<Project> m_project;
    std::shared_ptr<ThumbnailStore> m_thumbnails;
    QString m_readOnlyReason;
    std::map<EditId, Edit> m_pending;
    std::optional<Error> m_failure;
    EditId m_step = 0; ///< 0: none goes on
    bool m_isRedoing = false;
    Saved m_lastSaved;
    QTimer* m_refreshTimer = nullptr;
};

/// Items that an Edit touches, directly or through their annotations and issues; nothing where it has so many
/// rows that asking for the item of each would take long.
std::optional<std::vector<ItemId>> itemsOf(Project& project, const Edit& edit);

} // namespace trainyard::widgets
