// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/test_folders.h"
#include "widgets/item_models/issues_model.h"
#include "widgets/item_models/jobs_model.h"
#include "widgets/item_models/rejects_model.h"
#include "widgets/item_models/runs_model.h"
#include "widgets/item_models/versions_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace trainyard;
using namespace trainyard::widgets;

namespace {

/// A model as lines of text, cells joined by " | ".
QStringList printed(const QAbstractItemModel& model)
{
    QStringList lines;
    for (int row = 0; row < model.rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < model.columnCount(); ++column)
            cells << model.index(row, column).data().toString();
        lines << cells.join(QStringLiteral(" | "));
    }
    return lines;
}

constexpr auto kFatal = QAbstractItemModelTester::FailureReportingMode::QtTest;

Issue issue(IssueId id, ItemId item, const char* text)
{
    Issue row;
    row.id = id;
    row.item = item;
    row.text = text;
    return row;
}

} // namespace

/// Every model under QAbstractItemModelTester, printed and compared.
class ItemModelsTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void issues()
    {
        IssuesModel model([](ItemId item) { return QStringLiteral("item %1").arg(item); });
        QAbstractItemModelTester tester(&model, kFatal);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        model.setIssues({issue(1, 10, "a copy"), issue(2, 20, "too\ndark")});
        QCOMPARE(printed(model), (QStringList{"item 10 | a copy", "item 20 | too\\x0Adark"}));
        QCOMPARE(reset.size(), 1);
        model.setIssues({issue(1, 10, "a copy"), issue(2, 20, "bright")});
        QCOMPARE(reset.size(), 1);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(model.rowOf(2), 1);
        QCOMPARE(model.rowOf(3), -1);
        model.setIssues({});
        QCOMPARE(model.rowCount(), 0);
        QVERIFY(model.issue(model.index(0, 0)) == nullptr);
    }

    void rejects()
    {
        RejectsModel model;
        QAbstractItemModelTester tester(&model, kFatal);
        RejectRow row;
        row.source = "/data/a.jpg";
        row.place = "byte 12";
        row.reason = "no picture";
        row.remedy = "leave it out";
        model.setRejects({row});
        QCOMPARE(printed(model), QStringList{QStringLiteral("a.jpg · byte 12 | no picture | leave it out")});
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        model.setRejects({row});
        QCOMPARE(reset.size(), 0);
    }

    void runs()
    {
        const test::TemporaryFolder folder;
        Recipe recipe;
        const auto first = createRun(folder.path(), recipe);
        QVERIFY(first.has_value());
        RunList list(folder.path());
        RunsModel model(list);
        QAbstractItemModelTester tester(&model, kFatal);
        QTRY_COMPARE(model.rowCount(), 1);
        QCOMPARE(model.runId(model.index(0, 0)), QString::fromStdString(*first));
        QVERIFY(
            model.index(0, RunsModel::Name).data().toString().contains(QStringLiteral("efficientnet-lite0")));
        QCOMPARE(model.index(0, RunsModel::State).data().toString(), QStringLiteral("waiting"));
        QVERIFY(!model.setData(model.index(0, 0), Qt::Checked, Qt::CheckStateRole));
        model.setCheckable(true);
        QSignalSpy checked(&model, &RunsModel::checkedChanged);
        QVERIFY(model.setData(model.index(0, 0), Qt::Checked, Qt::CheckStateRole));
        QCOMPARE(checked.size(), 1);
        QCOMPARE(model.checkedRuns(), QStringList{QString::fromStdString(*first)});
        QVERIFY(createRun(folder.path(), recipe).has_value());
        list.reload();
        QTRY_COMPARE(model.rowCount(), 2);
        QCOMPARE(model.checkedRuns().size(), 1);
        model.setModelsOnly(true); // neither has a checkpoint
        QCOMPARE(model.rowCount(), 0);
    }

    void versions()
    {
        VersionsModel model;
        QAbstractItemModelTester tester(&model, kFatal);
        RegistryVersion one;
        one.name = "cells";
        one.version = 1;
        one.author = "me@here/cli";
        one.lineage =
            Json{{"metrics",
                  Json::array({Json{{"name", "macro F1"}, {"value", 0.5}},
                               Json{{"name", "accuracy"}, {"value", 0.9}, {"low", 0.85}, {"high", 0.94}}})}};
        RegistryVersion two = one;
        two.version = 2;
        two.aliases = {"production", "best"};
        RegistryVersion gone = one;
        gone.version = 3;
        gone.isDeleted = true;
        model.setVersions({one, gone, two});
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(0, VersionsModel::Model).data().toString(), QStringLiteral("cells:2"));
        QCOMPARE(model.index(0, VersionsModel::Aliases).data().toString(),
                 QStringLiteral("production, best"));
        QCOMPARE(model.index(1, VersionsModel::Accuracy).data().toString(),
                 QStringLiteral("90.0 % (85.0 % – 94.0 %)"));
        QCOMPARE(model.indexOf("cells", 1).row(), 1);
        QVERIFY(!model.indexOf("cells", 3).isValid());
    }

    void jobs()
    {
        const test::TemporaryFolder folder;
        JobList list(folder / "jobs", folder / "trainyard", {folder.path(), "me"});
        JobsModel model(list);
        QAbstractItemModelTester tester(&model, kFatal);
        JobRequest request;
        request.verb = "check";
        request.createdUtcMs = 1'700'000'000'000;
        QVERIFY(createJob(folder / "jobs", request).has_value());
        QTRY_COMPARE(model.rowCount(), 1);
        request.verb = "import";
        request.createdUtcMs += 60'000;
        QVERIFY(createJob(folder / "jobs", request).has_value());
        QTRY_COMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(0, JobsModel::Job).data().toString(), QStringLiteral("Import pictures"));
        QCOMPARE(model.index(1, JobsModel::Job).data().toString(), QStringLiteral("Check the collection"));
        QCOMPARE(model.index(1, JobsModel::Text).data().toString(), QStringLiteral("waiting to start"));
    }
};

QTEST_GUILESS_MAIN(ItemModelsTest)
#include "tst_item_models.moc"
