// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/device_queue.h"
#include "tests/core/jobs/job_samples.h"
#include "tests/support/test_folders.h"

#include <QTest>
#include <optional>

using namespace trainyard;
using namespace trainyard::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

class TestDeviceQueue : public QObject
{
    Q_OBJECT

private:
    std::optional<TemporaryFolder> m_folder;

    fs::path job(const char* behaviour) { return makeJob(*m_folder / "jobs", {{"do", behaviour}}); }
    static void stop(const fs::path& folder)
    {
        QVERIFY(requestControl(folder, JobWorker::Control::Stop).has_value());
        QVERIFY(endsAs(folder, JobState::Stopped));
    }

private slots:
    void init()
    {
        m_folder.emplace();
        qputenv("XDG_STATE_HOME", (*m_folder / "state").string().c_str());
    }

    void locksLieInTheUsersState()
    {
        QCOMPARE(deviceLockPath("cpu"), *m_folder / "state/trainyard/devices/cpu.lock");
        QCOMPARE(deviceLockPath("cuda:1"), *m_folder / "state/trainyard/devices/cuda-1.lock");
        QCOMPARE(stateJobsFolder(), *m_folder / "state/trainyard/jobs");
    }

    void aFreeDeviceIsTakenAtOnce()
    {
        const fs::path folder = job("");
        const auto worker = JobWorker::start(folder).value();
        const auto device = acquireDevice(*worker, "cpu", {});
        QVERIFY(device.has_value());
        QVERIFY(FileLock::holder(deviceLockPath("cpu"))->find(folder.string()) != std::string::npos);
        QCOMPARE(statesOf(folder), (std::vector<std::string>{"queued", "running"}));
    }

    void aBusyDeviceIsWaitedFor()
    {
        fs::create_directories(deviceLockPath("cpu").parent_path());
        auto held = std::make_optional(
            FileLock::acquire(deviceLockPath("cpu"), 0ms, "pid 77, another training").value());
        const fs::path folder = job("");
        const auto worker = JobWorker::start(folder).value();
        std::string said;
        Result<FileLock> device = fail(ErrorCode::Internal, "not yet");
        std::thread waiter(
            [&] { device = acquireDevice(*worker, "cpu", {}, [&](std::string_view text) { said = text; }); });
        QVERIFY(comesTrue([&] { return statesOf(folder).size() == 3; }));
        QCOMPARE(readJobStatus(folder).value().state, JobState::Queued);
        held.reset();
        waiter.join();
        QVERIFY(device.has_value());
        QVERIFY(said.find("pid 77, another training") != std::string::npos);
        QVERIFY(hasNote(folder, said));
        QCOMPARE(statesOf(folder), (std::vector<std::string>{"queued", "running", "queued", "running"}));
        QCOMPARE(readJobStatus(folder).value().state, JobState::Running);
    }

    void waitingCanBeCancelled()
    {
        fs::create_directories(deviceLockPath("cpu").parent_path());
        const auto held = FileLock::acquire(deviceLockPath("cpu"), 0ms, "other");
        const fs::path folder = job("");
        Cancellation cancellation;
        {
            const auto worker = JobWorker::start(folder).value();
            cancellation.cancel();
            QCOMPARE(acquireDevice(*worker, "cpu", cancellation).error().code, ErrorCode::Cancelled);
        }
        QCOMPARE(readJobStatus(folder).value().state,
                 JobState::Died); // it waited as a worker and went without an end
    }

    void nothingToLaunch()
    {
        QVERIFY(launchQueued(JOB_HELPER).value().empty());
        QVERIFY(!fs::exists(*m_folder / "state")); // a look does not make folders
        QVERIFY(queuedJobs().value().empty());
    }

    /// Three jobs for one device: one after the other, each launched by the end of the one before it.
    void jobsFollowEachOther()
    {
        const std::vector<fs::path> folders{job("train"), job("train"), job("train")};
        for (const fs::path& folder : folders)
            QVERIFY(enqueueJob("cpu", folder));
        QVERIFY(enqueueJob("cpu", folders[1])); // already there
        QCOMPARE(queuedJobs().value().size(), std::size_t{3});
        QCOMPARE(launchQueued(JOB_HELPER).value(), (std::vector<fs::path>{folders[0]}));
        QVERIFY(launchQueued(JOB_HELPER).value().empty()); // it is starting or has the device
        QVERIFY(comesTrue([&] { return hasNote(folders[0], "at work"); }));
        QVERIFY(launchQueued(JOB_HELPER).value().empty());
        QCOMPARE(readJobStatus(folders[1]).value().state, JobState::Queued);
        stop(folders[0]);
        QVERIFY(comesTrue([&] { return hasNote(folders[1], "at work"); }));
        QCOMPARE(readJobStatus(folders[2]).value().state, JobState::Queued);
        stop(folders[1]);
        QVERIFY(comesTrue([&] { return hasNote(folders[2], "at work"); }));
        stop(folders[2]);
        QVERIFY(comesTrue([] { return queuedJobs().value().empty(); }));
    }

    void startInTurnWaitsWithoutAProcess()
    {
        const std::vector<fs::path> folders{job("work"), job("work"), job("work")};
        for (const fs::path& folder : folders)
            QVERIFY(startInTurn(JOB_HELPER, "cpu", folder));
        QVERIFY(comesTrue([&] { return hasNote(folders[0], "at work"); }));
        QCOMPARE(readJobStatus(folders[1]).value().state, JobState::Queued);
        QVERIFY(!fs::exists(folders[1] / "log.txt")); // no process was ever started for it
        // What waits can be taken out at once, though nobody works on it to answer.
        QVERIFY(requestControl(folders[1], JobWorker::Control::Stop).has_value());
        QCOMPARE(readJobStatus(folders[1]).value().state, JobState::Stopped);
        QCOMPARE(queuedJobs().value().size(), std::size_t{1});
        stop(folders[0]);
        QVERIFY(comesTrue([&] { return launchQueued(JOB_HELPER) && hasNote(folders[2], "at work"); }));
        QVERIFY(!hasNote(folders[1], "at work"));
        stop(folders[2]);
    }

    /// A project on a disk that is not there now keeps its place in the queue; one that is gone does not.
    void aProjectThatIsNotMountedKeepsItsPlace()
    {
        const fs::path away = makeJob(*m_folder / "disk" / "project" / "jobs", {{"do", "work"}});
        const fs::path gone = job("work");
        QVERIFY(enqueueJob("cpu", away));
        QVERIFY(enqueueJob("cpu", gone));
        fs::rename(*m_folder / "disk" / "project", *m_folder / "disk" / "elsewhere");
        fs::remove_all(gone);
        QVERIFY(launchQueued(JOB_HELPER).value().empty());
        QVERIFY(queuedJobs().value().empty());
        fs::rename(*m_folder / "disk" / "elsewhere", *m_folder / "disk" / "project");
        QCOMPARE(launchQueued(JOB_HELPER).value(), (std::vector<fs::path>{away}));
        QVERIFY(comesTrue([&] { return hasNote(away, "at work"); }));
        stop(away);
    }

    /// One that was stopped between its launch and its first act leaves the turn to the next.
    void aJobThatWasTakenOutAtItsStartLaunchesTheNext()
    {
        const std::vector<fs::path> folders{job("work"), job("work")};
        for (const fs::path& folder : folders)
            QVERIFY(startInTurn(JOB_HELPER, "cpu", folder));
        const auto asked = requestControl(folders[0], JobWorker::Control::Stop); // as early as can be
        QVERIFY(asked.has_value());
        QVERIFY(comesTrue([&] { return hasNote(folders[1], "at work"); }));
        QCOMPARE(readJobStatus(folders[0]).value().state, JobState::Stopped);
        stop(folders[1]);
    }

    void devicesThatARequestMeans()
    {
        QCOMPARE(queueDevice("cpu"), std::string("cpu"));
        QCOMPARE(queueDevice("cuda"), std::string("cuda:0"));
        QCOMPARE(queueDevice("cuda:3"), std::string("cuda:3"));
        QCOMPARE(queueDevice("auto"),
                 std::string(fs::exists("/proc/driver/nvidia/version") ? "cuda:0" : "cpu"));
    }

    void eachDeviceHasItsOwnTurn()
    {
        const fs::path onCpu = job("work");
        const fs::path onGpu = job("work");
        QVERIFY(enqueueJob("cpu", onCpu));
        QVERIFY(enqueueJob("cuda:0", onGpu));
        QCOMPARE(launchQueued(JOB_HELPER).value().size(), std::size_t{2});
        stop(onCpu);
        stop(onGpu);
    }

    void onlyQueuedJobsAreQueued()
    {
        const fs::path folder = job("");
        QVERIFY(enqueueJob("cpu", folder));
        {
            const auto worker = JobWorker::start(folder).value();
            QVERIFY(worker->finish(JobState::Done, 0, Json::object()));
        }
        QCOMPARE(enqueueJob("cpu", folder).error().code, ErrorCode::Conflict);
        QVERIFY(queuedJobs().value().empty()); // it ended in another way
        QVERIFY(launchQueued(JOB_HELPER).value().empty());
    }

    void aProgramThatIsMissingKeepsTheQueue()
    {
        const fs::path folder = job("work");
        QVERIFY(enqueueJob("cpu", folder));
        QCOMPARE(launchQueued(*m_folder / "no program").error().code, ErrorCode::NotFound);
        QCOMPARE(queuedJobs().value().size(), std::size_t{1});
        QCOMPARE(launchQueued(JOB_HELPER).value().size(), std::size_t{1});
        QVERIFY(comesTrue([&] { return hasNote(folder, "at work"); }));
        stop(folder);
    }
};

QTEST_APPLESS_MAIN(TestDeviceQueue)
#include "tst_device_queue.moc"
