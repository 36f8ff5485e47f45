// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/job.h"
#include "core/network/builders.h"
#include "core/training/checkpoint.h"
#include "core/training/run_folder.h"
#include "core/training/starter_weights.h"
#include "tests/support/test_folders.h"

#include <QTest>

using namespace trainyard;

class RunFolderTest : public QObject
{
    Q_OBJECT

private slots:
    void runsAreFound();
    void resolvedRoundTrips();
    void resolvedOfANewerVersion();
    void checkpointsAreListedInOrder();
    void stateComesFromTheNewestJob();
    void starterWeightsOfTheBuild();
};

namespace {

ResolvedRecipe someResolved()
{
    ResolvedRecipe resolved;
    resolved.recipe.network = "resnet-small";
    resolved.recipe.seed = 7;
    resolved.datasetHash = std::string(64, 'a');
    resolved.network = *buildNetwork("resnet-small", {"cat", "dog"}, 32);
    resolved.device = "cpu";
    resolved.precision = "bfloat16";
    resolved.threads = 2;
    resolved.stepsPerEpoch = 10;
    resolved.totalSteps = 100;
    resolved.build = "0.1.0, libtorch 1.13.1";
    return resolved;
}

} // namespace

void RunFolderTest::runsAreFound()
{
    test::TemporaryFolder folder;
    Recipe recipe;
    recipe.epochs = 3;
    const auto first = createRun(folder.path(), recipe);
    const auto second = createRun(folder.path(), recipe);
    QVERIFY(first.has_value() && second.has_value());
    QVERIFY(*first != *second);
    QCOMPARE(listRuns(folder.path()).size(), std::size_t(2));
    QCOMPARE(findRun(folder.path(), *first)->id, *first);
    QCOMPARE(findRun(folder.path(), first->substr(first->size() - 4))->id, *first);
    QCOMPARE(findRun(folder.path(), first->substr(0, 4)).error().code, ErrorCode::InvalidArgument);
    QCOMPARE(findRun(folder.path(), "").error().code, ErrorCode::NotFound);
    QCOMPARE(findRun(folder.path(), "zzzz").error().code, ErrorCode::NotFound);
    QVERIFY(*loadRunRecipe(folder.path() / "runs" / *first) == recipe);
    QCOMPARE(findRun(folder.path(), *first)->state, std::string("queued"));
}

void RunFolderTest::resolvedRoundTrips()
{
    test::TemporaryFolder folder;
    const ResolvedRecipe resolved = someResolved();
    QVERIFY(saveResolved(folder.path(), resolved).has_value());
    const auto read = loadResolved(folder.path());
    QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
    QVERIFY(*read == resolved);
}

void RunFolderTest::resolvedOfANewerVersion()
{
    test::TemporaryFolder folder;
    test::writeTestFile(folder / "resolved.json", R"({"version": 2})");
    QCOMPARE(loadResolved(folder.path()).error().code, ErrorCode::Unsupported);
    test::writeTestFile(folder / "resolved.json", R"({"version": 1})");
    QCOMPARE(loadResolved(folder.path()).error().code, ErrorCode::InvalidFile);
}

void RunFolderTest::checkpointsAreListedInOrder()
{
    test::TemporaryFolder folder;
    QVERIFY(listCheckpoints(folder.path()).empty());
    for (const char* name : {"100", "20", "3", "40.tmp", "007", "-5", "x", "60"})
        std::filesystem::create_directories(folder.path() / "checkpoints" / name);
    for (const char* name : {"100", "20", "3", "40.tmp", "007", "-5", "x"})
        test::writeTestFile(folder.path() / "checkpoints" / name / "manifest.json", "{}");
    QVERIFY((listCheckpoints(folder.path()) == std::vector<std::int64_t>{3, 20, 100}));
}

void RunFolderTest::stateComesFromTheNewestJob()
{
    test::TemporaryFolder folder;
    const auto run = createRun(folder.path(), Recipe{});
    JobRequest request;
    request.verb = "train";
    request.runId = *run;
    request.createdUtcMs = 1;
    const auto job = createJob(folder.path() / "jobs", request);
    QVERIFY(job.has_value());
    {
        auto worker = JobWorker::start(*job);
        QVERIFY(worker.has_value());
        (*worker)->emitProgress("training", 37, 100);
        const auto running = findRun(folder.path(), *run);
        QCOMPARE(running->state, std::string("running"));
        QCOMPARE(running->step, std::int64_t(37));
        QVERIFY((*worker)->finish(JobState::Paused, 0, Json::object()).has_value());
    }
    QCOMPARE(findRun(folder.path(), *run)->state, std::string("paused"));
}

void RunFolderTest::starterWeightsOfTheBuild()
{
    const auto file = starterWeightsFile("efficientnet-lite0");
    QVERIFY2(file.has_value(), file ? "" : file.error().message.c_str());
    QVERIFY(std::filesystem::file_size(*file) > 9'000'000);
    QCOMPARE(starterWeightsFile("resnet-small").error().code, ErrorCode::Unsupported);
}

QTEST_APPLESS_MAIN(RunFolderTest)
#include "tst_run_folder.moc"
