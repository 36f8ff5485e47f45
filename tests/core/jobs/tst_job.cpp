// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/job.h"
#include "core/jobs/process_identity.h"
#include "tests/core/jobs/job_samples.h"
#include "tests/support/child_program.h"
#include "tests/support/test_folders.h"

#include <QRegularExpression>
#include <QTest>
#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace trainyard;
using namespace trainyard::test;
namespace fs = std::filesystem;

class TestJob : public QObject
{
    Q_OBJECT

private slots:
    void aFreshJobIsQueued()
    {
        const TemporaryFolder jobs;
        JobRequest request;
        request.verb = "train";
        request.request = {{"epochs", 3}};
        request.argv = {"trainyard", "train", "--recipe", "caf\xE9.toml"}; // not UTF-8
        request.author = "anna@host/studio";
        request.project = "/data/\xFFpets";
        request.runId = "run-1";
        request.createdUtcMs = 1795515302000; // 2026-11-24T10:15:02Z
        const fs::path folder = createJob(jobs / "new/jobs", request).value();
        const QRegularExpression name("^2026-11-24T10-15-02-train-[0-9a-f]{4}$");
        QVERIFY(name.match(QString::fromStdString(folder.filename().string())).hasMatch());

        const JobStatus status = readJobStatus(folder).value();
        QCOMPARE(status.state, JobState::Queued);
        QCOMPARE(status.pid, 0);
        QVERIFY(status.lastProgress.is_null() && !status.outcome);
        QCOMPARE(status.request.verb, request.verb);
        QVERIFY(status.request.request == request.request);
        QCOMPARE(status.request.argv, request.argv);
        QCOMPARE(status.request.author, request.author);
        QCOMPARE(status.request.project, request.project);
        QCOMPARE(status.request.runId, request.runId);
        QCOMPARE(status.request.createdUtcMs, request.createdUtcMs);
    }

    void listIsNewestFirst()
    {
        const TemporaryFolder jobs;
        JobRequest request;
        request.verb = "import";
        std::vector<fs::path> made;
        for (const std::int64_t second : {2, 1, 3}) {
            request.createdUtcMs = 1795515300000 + second * 1000;
            made.push_back(createJob(jobs.path(), request).value());
        }
        writeTestFile(jobs / "stray.txt", "x");
        fs::create_directory(jobs / "no job");
        const std::vector<JobStatus> list = listJobs(jobs.path());
        QCOMPARE(list.size(), std::size_t{3});
        QCOMPARE(list[0].folder, made[2]);
        QCOMPARE(list[1].folder, made[0]);
        QCOMPARE(list[2].folder, made[1]);
        QVERIFY(listJobs(jobs / "none").empty());
    }

    void newerJobsAreUnsupported()
    {
        const TemporaryFolder jobs;
        writeTestFile(jobs / "j/job.json", "{\"version\":2,\"verb\":\"train\",\"request\":{}}");
        QCOMPARE(readJobRequest(jobs / "j").error().code, ErrorCode::Unsupported);
        QCOMPARE(readJobRequest(jobs / "none").error().code, ErrorCode::NotFound);
    }

    void oneWorkerAtATime()
    {
        const TemporaryFolder jobs;
        const fs::path folder = makeJob(jobs.path(), Json::object());
        {
            const auto worker = JobWorker::start(folder).value();
            const auto second = JobWorker::start(folder);
            QVERIFY(!second);
            QCOMPARE(second.error().code, ErrorCode::Conflict);
            const JobStatus status = readJobStatus(folder).value();
            QCOMPARE(status.state, JobState::Running);
            QCOMPARE(status.pid, static_cast<int>(getpid()));
            QVERIFY(worker->finish(JobState::Done, 0, {{"items", 3}}));
        }
        const JobStatus status = readJobStatus(folder).value();
        QCOMPARE(status.state, JobState::Done);
        QCOMPARE(status.outcome->at("exitCode").get<int>(), 0);
        QCOMPARE(status.outcome->at("result").at("items").get<int>(), 3);
        QCOMPARE(JobWorker::start(folder).error().code, ErrorCode::Conflict); // it has ended
        QCOMPARE(statesOf(folder), (std::vector<std::string>{"queued", "running", "done"}));
        QVERIFY(areNumbered(eventsOf(folder)));
    }

    void runningStateNamesTheProcess()
    {
        const TemporaryFolder jobs;
        const fs::path folder = makeJob(jobs.path(), Json::object());
        const auto worker = JobWorker::start(folder).value();
        const Json running = eventsOf(folder).back();
        QCOMPARE(running.at("pid").get<int>(), static_cast<int>(getpid()));
        QVERIFY(running.at("start").get<std::uint64_t>() > 0);
        QCOMPARE(running.at("boot").get<std::string>().size(), std::size_t{36});
    }

    void startTimeIsFoundBehindAnyName()
    {
        const std::string tail = " S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 777 20 21";
        QCOMPARE(startTicksOf("42 (cat)" + tail), std::uint64_t{777});
        QCOMPARE(startTicksOf("42 (a ) b) (c)" + tail), std::uint64_t{777});
        QCOMPARE(startTicksOf("42 (cat) S 1"), std::uint64_t{0});
        QCOMPARE(startTicksOf(""), std::uint64_t{0});
    }

    void errorsStandInTheOutcome()
    {
        const TemporaryFolder jobs;
        const fs::path folder = makeJob(jobs.path(), Json::object());
        const auto worker = JobWorker::start(folder).value();
        QVERIFY(worker->finish(JobState::Failed, 4, {{"error", {{"code", "CorruptFile"}}}}));
        const Json outcome = readJobStatus(folder).value().outcome.value();
        QCOMPARE(outcome.at("error").at("code").get<std::string>(), std::string("CorruptFile"));
        QVERIFY(!outcome.contains("result"));
        QCOMPARE(outcome.at("state").get<std::string>(), std::string("failed"));
    }

    void aKilledWorkerDied()
    {
        const TemporaryFolder jobs;
        const fs::path folder = makeJob(jobs.path(), {{"do", "hang"}});
        ChildProgram helper({JOB_HELPER, "--job", folder.string()});
        QVERIFY(comesTrue([&] { return hasNote(folder, "at work"); }));
        QCOMPARE(readJobStatus(folder).value().state, JobState::Running);
        helper.signal(SIGKILL);
        QCOMPARE(helper.wait(), -SIGKILL);
        QCOMPARE(readJobStatus(folder).value().state, JobState::Died);
        QCOMPARE(requestControl(folder, JobWorker::Control::Stop).error().code, ErrorCode::Conflict);

        const auto worker = JobWorker::start(folder).value(); // somebody takes it up again
        QCOMPARE(readJobStatus(folder).value().state, JobState::Running);
        QVERIFY(worker->finish(JobState::Done, 0, Json::object()));
        QVERIFY(areNumbered(eventsOf(folder)));
    }

    void controlsAreAnsweredOnce()
    {
        const TemporaryFolder jobs;
        const fs::path folder = makeJob(jobs.path(), Json::object());
        const std::string early =
            requestControl(folder, JobWorker::Control::Checkpoint).value(); // before it starts
        {
            const auto worker = JobWorker::start(folder).value();
            QCOMPARE(worker->pollControl(), JobWorker::Control::Checkpoint);
            QCOMPARE(worker->pollControl(), JobWorker::Control::None);
            QVERIFY(appendShared(posixIo(), folder / "control.jsonl", {{"id", "x1"}, {"request", "dance"}}));
            const std::string pause = requestControl(folder, JobWorker::Control::Pause).value();
            static_cast<void>(requestControl(folder, JobWorker::Control::Stop));
            QVERIFY(comesTrue([&] { return worker->pollControl() == JobWorker::Control::Pause; }));
            QCOMPARE(worker->pollControl(), JobWorker::Control::Stop);
            std::vector<std::string> answers;
            const std::vector<Json> events = eventsOf(folder);
            for (const Json& event : events) {
                if (event.at("t") == "control")
                    answers.push_back(event.at("id").get<std::string>() + " " +
                                      event.at("answer").get<std::string>());
            }
            QCOMPARE(answers.size(), std::size_t{4});
            QCOMPARE(answers[0], early + " accepted");
            QCOMPARE(answers[1], std::string("x1 unknown request"));
            QCOMPARE(answers[2], pause + " accepted");
        }
        const auto next = JobWorker::start(folder).value(); // the first one died without an end
        QCOMPARE(next->pollControl(), JobWorker::Control::None);
        QVERIFY(!requestControl(folder, JobWorker::Control::None));
    }

    void progressIsThinnedButItsLastIsKept()
    {
        const TemporaryFolder jobs;
        const fs::path folder = makeJob(jobs.path(), Json::object());
        const auto worker = JobWorker::start(folder).value();
        const auto start = std::chrono::steady_clock::now();
        for (std::int64_t i = 1; i <= 5000; ++i)
            worker->emitProgress("reading", i, 6000);
        for (std::int64_t i = 1; i <= 5000; ++i)
            worker->emitProgress("writing", i, 5000);
        const double seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        std::vector<std::string> seen;
        const std::vector<Json> events = eventsOf(folder);
        for (const Json& event : events) {
            if (event.at("t") == "progress")
                seen.push_back(event.at("phase").get<std::string>() + " " +
                               std::to_string(event.at("done").get<int>()));
        }
        QVERIFY(seen.size() <= static_cast<std::size_t>(6 + seconds * 10));
        QVERIFY(std::find(seen.begin(), seen.end(), "reading 5000") != seen.end());
        QCOMPARE(seen.back(), std::string("writing 5000"));
        QCOMPARE(readJobStatus(folder).value().lastProgress.at("done").get<int>(), 5000);
    }

    void fieldsNeverReplaceTheFrame()
    {
        const TemporaryFolder jobs;
        const fs::path folder = makeJob(jobs.path(), Json::object());
        const auto worker = JobWorker::start(folder).value();
        worker->emitEvent("step", {{"seq", 99}, {"t", "state"}, {"loss", 0.5}});
        const Json event = eventsOf(folder).back();
        QCOMPARE(event.at("t").get<std::string>(), std::string("step"));
        QCOMPARE(event.at("seq").get<int>(), 3);
        QCOMPARE(event.at("loss").get<double>(), 0.5);
    }

    void eventsAreCopiedWhereAsked()
    {
        const TemporaryFolder jobs;
        const fs::path folder = makeJob(jobs.path(), {{"events", (jobs / "copy.jsonl").string()}});
        {
            const auto worker = JobWorker::start(folder).value();
            worker->emitEvent("note", {{"text", "hello"}});
            QVERIFY(worker->finish(JobState::Done, 0, Json::object()));
        }
        const std::string all = readTestFile(folder / "events.jsonl");
        QCOMPARE(readTestFile(jobs / "copy.jsonl"), all.substr(all.find('\n') + 1)); // all but "queued"
    }

    void theLockSurvivesExec()
    {
        const TemporaryFolder jobs;
        const fs::path folder = makeJob(jobs.path(), {{"do", "work"}});
        ChildProgram helper({JOB_HELPER, "--hand-over", folder.string()});
        QVERIFY(comesTrue([&] { return hasNote(folder, "at work"); }));
        const JobStatus status = readJobStatus(folder).value();
        QCOMPARE(status.state, JobState::Running);
        QCOMPARE(status.pid, static_cast<int>(helper.pid()));
        QCOMPARE(JobWorker::start(folder).error().code, ErrorCode::Conflict);
        static_cast<void>(requestControl(folder, JobWorker::Control::Stop));
        QCOMPARE(helper.wait(), 0);
        QCOMPARE(statesOf(folder), (std::vector<std::string>{"queued", "running", "stopped"}));
        QVERIFY(areNumbered(eventsOf(folder)));
        QVERIFY(!isWorkedOn(folder));
    }

    /// Whoever started it, with its whole process group, is killed: the job goes on.
    void aDetachedJobSurvivesItsStarter()
    {
        const TemporaryFolder jobs;
        const fs::path folder = makeJob(jobs.path(), {{"do", "work"}});
        int pipe[2];
        QCOMPARE(::pipe(pipe), 0);
        const pid_t starter = fork();
        if (starter == 0) {
            setpgid(0, 0);
            const int pid = startDetached(JOB_HELPER, folder).value_or(0);
            [[maybe_unused]] const ssize_t count = ::write(pipe[1], &pid, sizeof pid);
            pause();
            _exit(0);
        }
        int pid = 0;
        QCOMPARE(::read(pipe[0], &pid, sizeof pid), static_cast<ssize_t>(sizeof pid));
        QVERIFY(pid > 0);
        QVERIFY(comesTrue([&] { return hasNote(folder, "at work"); }));
        kill(-starter, SIGKILL);
        kill(-starter, SIGHUP);
        waitpid(starter, nullptr, 0);
        QVERIFY(getsid(pid) != getsid(0));
        QCOMPARE(readJobStatus(folder).value().pid, pid);
        static_cast<void>(requestControl(folder, JobWorker::Control::Checkpoint));
        QVERIFY(comesTrue([&] { return hasNote(folder, "checkpoint 1"); }));
        static_cast<void>(requestControl(folder, JobWorker::Control::Stop));
        QVERIFY(endsAs(folder, JobState::Stopped));
        QVERIFY(fs::exists(folder / "log.txt"));
        ::close(pipe[0]);
        ::close(pipe[1]);
    }

    void aProgramThatIsMissingIsAnError()
    {
        const TemporaryFolder jobs;
        const fs::path folder = makeJob(jobs.path(), Json::object());
        const auto started = startDetached(jobs / "no program", folder);
        QVERIFY(!started);
        QCOMPARE(started.error().code, ErrorCode::NotFound);
        QVERIFY(started.error().message.find("no program") != std::string::npos);
    }

    void damagedEventsDoNotHideTheState()
    {
        const TemporaryFolder jobs;
        const fs::path folder = makeJob(jobs.path(), Json::object());
        const std::string events = readTestFile(folder / "events.jsonl");
        writeTestFile(folder / "events.jsonl",
                      events + "{\"t\":\"state\",\"state\":\"do\n{\"v\":1,\"seq\":3,\"t\":\"state");
        QCOMPARE(readJobStatus(folder).value().state, JobState::Queued);
        writeTestFile(folder / "events.jsonl", "");
        QCOMPARE(readJobStatus(folder).value().state, JobState::Queued);
    }

    /// tests/data/compat/v1/job is a job folder of version 1.
    void readsVersion1()
    {
        const JobStatus status = readJobStatus(sourceFolder() / "tests/data/compat/v1/job").value();
        QCOMPARE(status.state, JobState::Done);
        QCOMPARE(status.request.verb, std::string("test"));
        QCOMPARE(status.request.author, std::string("anna@host/cli"));
        QCOMPARE(status.outcome->at("result").at("items").get<int>(), 3);
        QCOMPARE(status.lastProgress.at("phase").get<std::string>(), std::string("counting"));
    }
};

QTEST_APPLESS_MAIN(TestJob)
#include "tst_job.moc"
