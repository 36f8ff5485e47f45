// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/job_list.h"

#include "core/base/clock.h"
#include "core/jobs/device_queue.h"
#include "widgets/bridge/background.h"
#include "widgets/bridge/jobs_watcher.h"
#include "widgets/bridge/text.h"

#include <QTimer>

namespace trainyard::widgets {

namespace {

constexpr int kPollMs = 100;
constexpr int kRelaunchMs = 300; ///< until another try where somebody else held the queue

} // namespace

JobList::JobList(std::filesystem::path jobsFolder, std::filesystem::path program, JobOwner owner,
                 QObject* parent)
    : QObject(parent), m_folder(std::move(jobsFolder)), m_program(std::move(program)),
      m_owner(std::move(owner)), m_watcher(std::make_shared<JobsWatcher>(m_folder)), m_timer(new QTimer(this))
{
    connect(m_timer, &QTimer::timeout, this, &JobList::poll);
    m_timer->start(kPollMs);
    launchNext();
    poll();
}

JobList::~JobList() = default;

const JobView* JobList::job(const QString& id) const
{
    const auto found = m_jobs.find(id);
    return found == m_jobs.end() ? nullptr : &found->second;
}

const JobView* JobList::liveJob(const std::string& verb, const std::string& runId) const
{
    for (auto it = m_jobs.rbegin(); it != m_jobs.rend(); ++it) {
        const JobView& job = it->second;
        if (job.isLive() && job.request.verb == verb && (runId.empty() || job.request.runId == runId))
            return &job;
    }
    return nullptr;
}

int JobList::liveCount() const
{
    int count = 0;
    for (const auto& [id, job] : m_jobs)
        count += job.isLive() ? 1 : 0;
    return count;
}

Result<QString> JobList::start(const JobRequest& request)
{
    TRAINYARD_TRY(const auto folder, createJob(m_folder, request));
    if (request.verb == "train") { // the only work that needs a device for itself
        TRAINYARD_CHECK(startInTurn(
            m_program, queueDevice(jsonValue(request.request, "device", std::string("auto"))), folder));
        launchNext(); // somebody else may have held the queue when it came
    } else {
        TRAINYARD_CHECK(startDetached(m_program, folder));
    }
    JobView view;
    view.id = QString::fromStdString(folder.filename().native());
    view.folder = folder;
    view.request = request;
    const QString id = view.id;
    m_jobs.insert_or_assign(id, std::move(view));
    emit changed(id);
    return id;
}

Result<void> JobList::control(const QString& id, JobWorker::Control control)
{
    const JobView* view = job(id);
    if (view == nullptr)
        return fail(ErrorCode::NotFound, toUtf8(tr("There is no job %1.").arg(id)));
    TRAINYARD_CHECK(requestControl(view->folder, control));
    launchNext(); // one that waited may just have made room for the next
    return {};
}

void JobList::launchNext()
{
    runInBackground(
        this, [program = m_program] { return launchWaiting(program); },
        [this](bool isLookedAt) {
            if (!isLookedAt)
                QTimer::singleShot(kRelaunchMs, this, &JobList::launchNext);
        });
}

void JobList::poll()
{
    if (m_isPolling)
        return;
    m_isPolling = true;
    runInBackground(
        this, [watcher = m_watcher] { return watcher->poll(); },
        [this](std::vector<JobView> changed) {
            m_isPolling = false;
            take(std::move(changed));
        });
}

void JobList::take(std::vector<JobView> changes)
{
    for (JobView& view : changes) {
        const QString id = view.id;
        const auto known = m_jobs.find(id);
        const bool hasEnded = known != m_jobs.end() && !known->second.isSettled && view.isSettled;
        if (hasEnded)
            view.endedMs = systemClock().utcMilliseconds();
        m_jobs.insert_or_assign(id, std::move(view));
        emit changed(id);
        if (hasEnded)
            emit ended(id);
        if (hasEnded && m_jobs.at(id).request.verb == "train")
            launchNext(); // where it was killed it could not
    }
}

} // namespace trainyard::widgets
