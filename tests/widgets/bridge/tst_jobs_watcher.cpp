// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/test_folders.h"
#include "widgets/bridge/job_list.h"
#include "widgets/bridge/jobs_watcher.h"

#include <QSignalSpy>
#include <QTest>
#include <sys/wait.h>
#include <unistd.h>

using namespace trainyard;
using namespace trainyard::widgets;

namespace {

JobRequest sampleRequest(const char* verb)
{
    JobRequest request;
    request.verb = verb;
    request.author = "me@here/studio";
    request.argv = {"trainyard", verb};
    request.createdUtcMs = 1'700'000'000'000;
    return request;
}

} // namespace

/// Jobs are folders: what a worker writes there is what the window sees.
class JobsWatcherTest : public QObject
{
    Q_OBJECT
private slots:
    void aWorkerIsFollowedToItsEnd()
    {
        const test::TemporaryFolder folder;
        JobsWatcher watcher(folder / "jobs");
        QVERIFY(watcher.poll().empty());
        const auto job = createJob(folder / "jobs", sampleRequest("import"));
        QVERIFY(job.has_value());
        auto seen = watcher.poll();
        QCOMPARE(seen.size(), std::size_t(1));
        QCOMPARE(seen[0].state, JobState::Queued);
        {
            auto worker = JobWorker::start(*job);
            QVERIFY(worker.has_value());
            (*worker)->emitProgress("reading pictures", 0, 200);
            (*worker)->emitProgress("reading pictures", 200, 200);
            seen = watcher.poll();
            QCOMPARE(seen.size(), std::size_t(1));
            QCOMPARE(seen[0].state, JobState::Running);
            QCOMPARE(seen[0].phase, QStringLiteral("reading pictures"));
            QCOMPARE(seen[0].done, 200);
            QCOMPARE(seen[0].total, 200);
            QVERIFY(!seen[0].isSettled);
            QVERIFY(watcher.poll().empty()); // nothing happened
            QVERIFY((*worker)->finish(JobState::Done, 0, Json{{"read", 200}}).has_value());
        }
        seen = watcher.poll();
        QCOMPARE(seen.size(), std::size_t(1));
        QCOMPARE(seen[0].state, JobState::Done);
        QVERIFY(seen[0].isSettled);
        QVERIFY(seen[0].outcome.has_value());
        QVERIFY(watcher.poll().empty());
    }

    void aKilledWorkerHasDied()
    {
        const test::TemporaryFolder folder;
        const auto job = createJob(folder / "jobs", sampleRequest("train"));
        QVERIFY(job.has_value());
        const pid_t child = fork();
        if (child == 0) {
            const auto worker = JobWorker::start(*job);
            _exit(worker ? 9 : 1); // no destructor: as if killed
        }
        int status = 0;
        QCOMPARE(waitpid(child, &status, 0), child);
        QCOMPARE(WEXITSTATUS(status), 9);
        JobsWatcher watcher(folder / "jobs");
        JobView last;
        QTRY_VERIFY(([&] {
            for (JobView& view : watcher.poll())
                last = std::move(view);
            return last.state == JobState::Died;
        })());
        QVERIFY(last.isSettled);
        QVERIFY(last.isFailed());
    }

    void theListTellsTheEndOfWhatItSawAlive()
    {
        const test::TemporaryFolder folder;
        const auto old = createJob(folder / "jobs", sampleRequest("check"));
        QVERIFY(old.has_value());
        QVERIFY((*JobWorker::start(*old))->finish(JobState::Done, 0, Json::object()).has_value());
        const auto job = createJob(folder / "jobs", sampleRequest("import"));
        QVERIFY(job.has_value());
        auto worker = JobWorker::start(*job);
        QVERIFY(worker.has_value());
        JobList list(folder / "jobs", "/nowhere/trainyard", {folder.path(), "me"});
        QSignalSpy ended(&list, &JobList::ended);
        QTRY_COMPARE(list.liveCount(), 1);
        QVERIFY(list.liveJob("import") != nullptr);
        QVERIFY(list.liveJob("check") == nullptr);
        const QString id = list.liveJob("import")->id;
        QVERIFY(list.control(id, JobWorker::Control::Stop).has_value());
        auto control = JobWorker::Control::None; // asking takes the control, so ask until there is one
        QTRY_VERIFY(control != JobWorker::Control::None ||
                    (control = (*worker)->pollControl()) != JobWorker::Control::None);
        QCOMPARE(control, JobWorker::Control::Stop);
        QVERIFY((*worker)->finish(JobState::Stopped, 130, Json::object()).has_value());
        worker->reset();
        QTRY_COMPARE(ended.size(), 1);
        QCOMPARE(ended[0][0].toString(), id);
        QCOMPARE(list.job(id)->state, JobState::Stopped);
        QCOMPARE(list.liveCount(), 0);
    }

    void aMissingProgramIsSaid()
    {
        const test::TemporaryFolder folder;
        JobList list(folder / "jobs", folder / "no-such-program", {folder.path(), "me"});
        const auto started = list.start(sampleRequest("check"));
        QVERIFY(!started.has_value());
        QVERIFY(!started.error().message.empty());
    }
};

QTEST_GUILESS_MAIN(JobsWatcherTest)
#include "tst_jobs_watcher.moc"
