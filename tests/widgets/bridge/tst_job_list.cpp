// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/device_queue.h"
#include "core/jobs/job.h"
#include "tests/core/jobs/job_samples.h"
#include "tests/support/test_folders.h"
#include "widgets/bridge/background.h"
#include "widgets/bridge/job_list.h"

#include <QTest>
#include <optional>

using namespace trainyard;
using namespace trainyard::test;
using namespace trainyard::widgets;
using namespace std::chrono_literals;

/// What the window does for the jobs of its folder, with real processes.
class JobListTest : public QObject
{
    Q_OBJECT
private:
    std::optional<TemporaryFolder> m_folder;

    [[nodiscard]] FileLock holdQueue() const
    {
        return FileLock::acquire(deviceLockPath("cpu").parent_path() / "queue.lock", 5'000ms, "somebody else")
            .value();
    }

private slots:
    void init()
    {
        m_folder.emplace();
        qputenv("XDG_STATE_HOME", (*m_folder / "state").string().c_str());
    }

    void aHeldQueueIsTriedAgain()
    {
        const auto waiting = makeJob(*m_folder / "jobs", {{"do", "work"}});
        QVERIFY(enqueueJob("cpu", waiting));
        std::optional<FileLock> held = holdQueue();
        const JobList jobs(*m_folder / "jobs", JOB_HELPER, {*m_folder / "project", "anna@host/studio"});
        QVERIFY(backgroundPool().waitForDone(30'000)); // its first try ends without a word
        QCOMPARE(readJobStatus(waiting)->state, JobState::Queued);
        held.reset();
        QTRY_VERIFY_WITH_TIMEOUT(hasNote(waiting, "at work"), 30'000);
        QVERIFY(requestControl(waiting, JobWorker::Control::Stop));
        QTRY_COMPARE_WITH_TIMEOUT(readJobStatus(waiting)->state, JobState::Stopped, 30'000);
    }

    /// Of two that wait for one device the first is taken out while the queue is held: the second starts.
    void aStopMakesRoomThoughTheQueueIsHeld()
    {
        const auto first = makeJob(*m_folder / "jobs", {{"do", "work"}});
        const auto second = makeJob(*m_folder / "jobs", {{"do", "work"}});
        JobList jobs(*m_folder / "jobs", JOB_HELPER, {*m_folder / "project", "anna@host/studio"});
        QTRY_COMPARE(jobs.jobs().size(), std::size_t(2));
        QVERIFY(backgroundPool().waitForDone(30'000));
        QVERIFY(enqueueJob("cpu", first));
        QVERIFY(enqueueJob("cpu", second));
        std::optional<FileLock> held = holdQueue();
        QVERIFY(jobs.control(QString::fromStdString(first.filename().string()), JobWorker::Control::Stop));
        QCOMPARE(readJobStatus(first)->state, JobState::Stopped);
        QVERIFY(backgroundPool().waitForDone(30'000));
        held.reset();
        QTRY_VERIFY_WITH_TIMEOUT(hasNote(second, "at work"), 30'000);
        QVERIFY(requestControl(second, JobWorker::Control::Stop));
        QTRY_COMPARE_WITH_TIMEOUT(readJobStatus(second)->state, JobState::Stopped, 30'000);
    }
};

QTEST_GUILESS_MAIN(JobListTest)
#include "tst_job_list.moc"
