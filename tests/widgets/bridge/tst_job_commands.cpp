// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "widgets/bridge/job_commands.h"
#include "widgets/bridge/job_view.h"

#include <QTest>

using namespace trainyard;
using namespace trainyard::widgets;

/// The requests that the window writes and the commands that it shows for them.
class JobCommandsTest : public QObject
{
    Q_OBJECT
private:
    const JobOwner m_owner{"/p/pets", "me@here/studio"};

private slots:
    void importWithCrops()
    {
        ImportRequest request;
        request.source = "/data/my cells";
        request.format = "pascal-voc";
        request.cropsBoxes = true;
        request.perClass = 135;
        const JobRequest job = importJob(m_owner, request);
        QCOMPARE(jobCommand(job),
                 QStringLiteral("trainyard import '/data/my cells' --format pascal-voc --crops "
                                "--per-class 135 --project /p/pets"));
        const auto back = importRequestFromJson(job.request);
        QVERIFY(back.has_value());
        QCOMPARE(*back, request);
        QCOMPARE(job.project, std::string("/p/pets"));
        QCOMPARE(job.author, std::string("me@here/studio"));
        QVERIFY(!isQuiet(job));
        QVERIFY(isQuiet(importPlanJob(m_owner, request)));
    }

    void exportOfASplit()
    {
        const ExportRequest request{"/out/my pets", "coco", "split=train", ExportedPictures::Link};
        const JobRequest job = exportJob(m_owner, request);
        QCOMPARE(jobCommand(job),
                 QStringLiteral("trainyard export-dataset '/out/my pets' split=train --format coco "
                                "--pictures link --project /p/pets"));
        const auto back = exportRequestFromJson(job.request);
        QVERIFY(back.has_value());
        QCOMPARE(*back, request);
        QVERIFY(!isQuiet(job));
        QVERIFY(isQuiet(exportPlanJob(m_owner, request)));
        QVERIFY(jobCommand(exportPlanJob(m_owner, request)).contains(QStringLiteral("--plan")));
    }

    void pathsAreBytes()
    {
        const JobRequest job = predictJob(m_owner, "run", {"/data/\xff.jpg"});
        const Json input = job.request["inputs"][0];
        QVERIFY(input.is_object());
        QCOMPARE(base64Decode(input["b64"].get<std::string>()), std::string("/data/\xff.jpg"));
    }

    void onlyDoubtfulLabelsNeedTheEngine()
    {
        const IssueKind plain[] = {IssueKind::Damaged, IssueKind::Leak};
        const IssueKind labels[] = {IssueKind::WrongLabel};
        QCOMPARE(checkJob(m_owner, plain).request["here"].get<bool>(), true);
        QCOMPARE(checkJob(m_owner, labels).request["here"].get<bool>(), false);
        QCOMPARE(jobCommand(checkJob(m_owner, plain)),
                 QStringLiteral("trainyard check damaged leak --project /p/pets"));
    }

    void aRunKeepsItsId()
    {
        const JobRequest fresh = trainJob(m_owner, "r1", "cpu", false);
        QCOMPARE(fresh.runId, std::string("r1"));
        QCOMPARE(jobCommand(fresh),
                 QStringLiteral(
                     "trainyard train --recipe /p/pets/runs/r1/recipe.toml --device cpu --project /p/pets"));
        QCOMPARE(jobCommand(trainJob(m_owner, "r1", "", true)),
                 QStringLiteral("trainyard train --resume r1 --project /p/pets"));
    }

    void resultsInWords()
    {
        QLocale::setDefault(QLocale::c());
        JobView job;
        job.request.verb = "import";
        job.state = JobState::Done;
        job.outcome = Json{
            {"result", {{"read", 12}, {"added", 10}, {"unchanged", 0}, {"changed", 0}, {"rejected", 2}}}};
        QCOMPARE(jobResultText(job),
                 QStringLiteral("12 read: 10 added, 0 already here, 0 changed, 2 rejected"));
        job.state = JobState::Failed;
        job.outcome = Json{{"error", {{"code", "NoSpace"}, {"message", "/p: no space left"}}}};
        QCOMPARE(jobResultText(job), QStringLiteral("/p: no space left"));
        job.outcome.reset();
        QVERIFY(!jobResultText(job).isEmpty());
    }
};

QTEST_GUILESS_MAIN(JobCommandsTest)
#include "tst_job_commands.moc"
