// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/job_commands.h"
#include "widgets/bridge/job_view.h"

#include <QObject>
#include <map>
#include <memory>

class QTimer;

namespace trainyard::widgets {

class JobsWatcher;

/// The jobs below one folder: follows them, starts new ones, asks them to stop.
///
/// Jobs are processes of their own and outlive this object. The journals are read on a pool thread; changes
/// arrive on the GUI thread at most ten times a second, state changes always.
///
/// start() fails where the folder cannot be written or the program `trainyard` is not there.
class JobList : public QObject
{
    Q_OBJECT
public:
    /// `program` is trainyard; `owner` is written into requests made here.
    JobList(std::filesystem::path jobsFolder, std::filesystem::path program, JobOwner owner,
            QObject* parent = nullptr);
    ~JobList() override;

    [[nodiscard]] const std::map<QString, JobView>& jobs() const { return m_jobs; } ///< by id: oldest first
    [[nodiscard]] const JobView* job(const QString& id) const;
    [[nodiscard]] const JobOwner& owner() const { return m_owner; }
    [[nodiscard]] const std::filesystem::path& program() const { return m_program; }
    /// The newest live job of a verb (and of a run, where one is named); null for none.
    [[nodiscard]] const JobView* liveJob(const std::string& verb, const std::string& runId = {}) const;
    [[nodiscard]] int liveCount() const;

    /// Makes the folder, starts the program detached, gives the job's id.
    Result<QString> start(const JobRequest& request);
    Result<void> control(const QString& id, JobWorker::Control control);

signals:
    void changed(const QString& id);
    /// It was live when this window first saw it, and has ended; its outcome is there.
    void ended(const QString& id);

private:
    void launchNext();
    void poll();
    void take(std::vector<JobView> changed);

    std::filesystem::path m_folder;
    std::filesystem::path m_program;
    JobOwner m_owner;
    std::shared_ptr<JobsWatcher> m_watcher;
    std::map<QString, JobView> m_jobs;
    QTimer* m_timer;
    bool m_isPolling = false;
};

} // namespace trainyard::widgets
