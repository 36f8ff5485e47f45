// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/job_runner.h"
#include "tests/core/jobs/job_samples.h"
#include "tests/support/child_program.h"
#include "tests/support/test_folders.h"

#include <QTest>
#include <csignal>

using namespace trainyard;
using namespace trainyard::test;
namespace fs = std::filesystem;

class TestJobRunner : public QObject
{
    Q_OBJECT

private:
    TemporaryFolder m_jobs;

    /// The variables that keep the device queue of the tests away from the user's.
    ChildProgram::Variables variables() const { return {{"XDG_STATE_HOME", (m_jobs / "state").string()}}; }

private slots:
    void endings_data()
    {
        QTest::addColumn<QString>("request");
        QTest::addColumn<int>("exitCode");
        QTest::addColumn<QString>("output");
        QTest::addColumn<int>("state");
        const int done = static_cast<int>(JobState::Done);
        const int failed = static_cast<int>(JobState::Failed);
        QTest::newRow("text") << R"({})" << 0 << "3 items\n" << done;
        QTest::newRow("json") << R"({"json":true})" << 0 << "{\"items\":3}\n" << done;
        QTest::newRow("a result with a code") << R"({"json":true,"exit":5})" << 5 << "{\"items\":3}\n"
                                              << done;
        QTest::newRow("error") << R"({"do":"error"})" << 4 << "" << failed;
        QTest::newRow("error in json")
            << R"({"do":"error","json":true})" << 4
            << "{\"error\":{\"code\":\"CorruptFile\",\"message\":\"a.jpg: is broken\","
               "\"context\":\"byte 17\"}}\n"
            << failed;
        QTest::newRow("exception")
            << R"({"do":"throw","json":true})" << 1
            << "{\"error\":{\"code\":\"Internal\",\"message\":\"test: unexpected failure\","
               "\"context\":\"surprise\"}}\n"
            << failed;
        QTest::newRow("out of memory")
            << R"({"do":"out of memory","json":true})" << 7
            << "{\"error\":{\"code\":\"OutOfMemory\",\"message\":\"test: not enough memory\","
               "\"context\":\"\"}}\n"
            << failed;
    }

    void endings()
    {
        QFETCH(QString, request);
        QFETCH(int, exitCode);
        QFETCH(QString, output);
        QFETCH(int, state);
        const fs::path folder = makeJob(m_jobs.path(), parseJson(request.toStdString(), "row").value());
        ChildProgram helper({JOB_HELPER, "--job", folder.string()}, variables());
        QCOMPARE(helper.wait(), exitCode);
        QCOMPARE(QString::fromStdString(helper.output()), output);
        const JobStatus status = readJobStatus(folder).value();
        QCOMPARE(static_cast<int>(status.state), state);
        QCOMPARE(status.outcome->at("exitCode").get<int>(), exitCode);
        QCOMPARE(status.outcome->contains("error"), status.state == JobState::Failed);
    }

    void progressGoesToStderr()
    {
        const fs::path folder = makeJob(m_jobs.path(), Json::object());
        ChildProgram helper({JOB_HELPER, "--job", folder.string()}, variables());
        QCOMPARE(helper.wait(), 0);
        QVERIFY(helper.errors().find("counting: 1 of 1000") == 0);
        QVERIFY(helper.errors().find("counting: 1000 of 1000") != std::string::npos);
        QCOMPARE(readJobStatus(folder).value().lastProgress.at("done").get<int>(), 1000);
    }

    void endSignals_data()
    {
        QTest::addColumn<QString>("behaviour");
        QTest::addColumn<int>("number");
        QTest::addColumn<int>("exitCode");
        QTest::newRow("SIGINT, a verb that asks") << "work" << SIGINT << 130;
        QTest::newRow("SIGTERM, a verb that asks") << "work" << SIGTERM << 143;
        QTest::newRow("SIGHUP, a verb that asks") << "work" << SIGHUP << 143;
        QTest::newRow("SIGINT, a verb that is cancelled") << "obey" << SIGINT << 130;
        QTest::newRow("SIGTERM, a verb that is cancelled") << "obey" << SIGTERM << 143;
    }

    void endSignals()
    {
        QFETCH(QString, behaviour);
        QFETCH(int, number);
        QFETCH(int, exitCode);
        const fs::path folder = makeJob(m_jobs.path(), {{"do", behaviour.toStdString()}});
        ChildProgram helper({JOB_HELPER, "--job", folder.string()}, variables());
        QVERIFY(comesTrue([&] { return hasNote(folder, "at work"); }));
        helper.signal(number);
        QCOMPARE(helper.wait(), exitCode);
        const JobStatus status = readJobStatus(folder).value();
        QCOMPARE(status.state, JobState::Stopped);
        QCOMPARE(status.outcome->at("exitCode").get<int>(), exitCode);
    }

    void theSecondSignalEndsAtOnce()
    {
        const fs::path folder = makeJob(m_jobs.path(), {{"do", "hang"}});
        ChildProgram helper({JOB_HELPER, "--job", folder.string()}, variables());
        QVERIFY(comesTrue([&] { return hasNote(folder, "at work"); }));
        helper.signal(SIGTERM);
        QTest::qWait(20); // the first one must have been taken; the verb ignores it
        QCOMPARE(readJobStatus(folder).value().state, JobState::Running);
        helper.signal(SIGINT);
        QCOMPARE(helper.wait(), 130);
        QCOMPARE(readJobStatus(folder).value().state, JobState::Died);
    }

    void sigusr1AsksForACheckpoint()
    {
        const fs::path folder = makeJob(m_jobs.path(), {{"do", "work"}, {"json", true}});
        ChildProgram helper({JOB_HELPER, "--job", folder.string()}, variables());
        QVERIFY(comesTrue([&] { return hasNote(folder, "at work"); }));
        helper.signal(SIGUSR1);
        QVERIFY(comesTrue([&] { return hasNote(folder, "checkpoint 1"); }));
        static_cast<void>(requestControl(folder, JobWorker::Control::Stop));
        QCOMPARE(helper.wait(), 0);
        QCOMPARE(helper.output(), std::string("{\"checkpoints\":1}\n"));
    }

    void controls_data()
    {
        QTest::addColumn<QString>("behaviour");
        QTest::addColumn<int>("control");
        QTest::addColumn<int>("state");
        QTest::addColumn<int>("exitCode");
        const auto row = [](const char* name, const char* behaviour, JobWorker::Control control,
                            JobState state, int code) {
            QTest::newRow(name) << behaviour << static_cast<int>(control) << static_cast<int>(state) << code;
        };
        row("stop, asks", "work", JobWorker::Control::Stop, JobState::Stopped, 0);
        row("pause, asks", "work", JobWorker::Control::Pause, JobState::Paused, 0);
        row("stop, cancelled", "obey", JobWorker::Control::Stop, JobState::Stopped, 130);
        row("pause, cancelled", "obey", JobWorker::Control::Pause, JobState::Paused, 130);
    }

    void controls()
    {
        QFETCH(QString, behaviour);
        QFETCH(int, control);
        QFETCH(int, state);
        QFETCH(int, exitCode);
        const fs::path folder = makeJob(m_jobs.path(), {{"do", behaviour.toStdString()}});
        ChildProgram helper({JOB_HELPER, "--job", folder.string()}, variables());
        QVERIFY(comesTrue([&] { return hasNote(folder, "at work"); }));
        QVERIFY(requestControl(folder, static_cast<JobWorker::Control>(control)).has_value());
        QCOMPARE(helper.wait(), exitCode);
        QCOMPARE(static_cast<int>(readJobStatus(folder).value().state), state);
    }

    void aSecondStartLeavesTheFirstAlone()
    {
        const fs::path folder = makeJob(m_jobs.path(), {{"do", "work"}, {"json", true}});
        ChildProgram first({JOB_HELPER, "--job", folder.string()}, variables());
        QVERIFY(comesTrue([&] { return hasNote(folder, "at work"); }));
        ChildProgram second({JOB_HELPER, "--job", folder.string()}, variables());
        QCOMPARE(second.wait(), 0);
        QCOMPARE(parseJson(second.output(), "output").value().at("state").get<std::string>(),
                 std::string("running"));
        static_cast<void>(requestControl(folder, JobWorker::Control::Stop));
        QCOMPARE(first.wait(), 0);
    }

    void aStartAfterTheEndGivesTheSameCode()
    {
        const fs::path folder = makeJob(m_jobs.path(), {{"do", "error"}});
        ChildProgram first({JOB_HELPER, "--job", folder.string()}, variables());
        QCOMPARE(first.wait(), 4);
        ChildProgram second({JOB_HELPER, "--job", folder.string()}, variables());
        QCOMPARE(second.wait(), 4);
        QVERIFY(areNumbered(eventsOf(folder)));
    }

    void noJobIsAnError()
    {
        ChildProgram helper({JOB_HELPER, "--job", (m_jobs / "none").string()}, variables());
        QCOMPARE(helper.wait(), 2);
        QVERIFY(helper.errors().find("job.json") != std::string::npos);
    }

    void durations()
    {
        QCOMPARE(durationText(0), std::string("0:00"));
        QCOMPARE(durationText(65.4), std::string("1:05"));
        QCOMPARE(durationText(3723), std::string("1:02:03"));
        QCOMPARE(durationText(-1), std::string("0:00"));
    }
};

QTEST_APPLESS_MAIN(TestJobRunner)
#include "tst_job_runner.moc"
