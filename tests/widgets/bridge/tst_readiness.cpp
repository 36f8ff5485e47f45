// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/edits.h"
#include "tests/support/test_folders.h"
#include "tests/widgets/bridge/sample_project.h"
#include "widgets/bridge/readiness.h"

#include <QTest>

using namespace trainyard;
using namespace trainyard::widgets;

/// What is missing is said in the order of the road, with the button that gets it.
class ReadinessTest : public QObject
{
    Q_OBJECT
private:
    static std::optional<Missing> missing(int count, int labelled)
    {
        const test::TemporaryFolder folder;
        test::makeSampleProject(folder.path(), count, labelled);
        const auto project = Project::open(folder.path(), Project::OpenMode::ReadOnly, "reader");
        return missingForTraining(**project);
    }

private slots:
    void pictures() { QCOMPARE(missing(0, 0)->action, QStringLiteral("data.import")); }
    void labels() { QCOMPARE(missing(4, 0)->where, Workspace::Label); }
    void aSecondClass() { QVERIFY(missing(4, 1)->title.contains(QStringLiteral("one class"))); }
    void nothing() { QVERIFY(!missing(10, 10).has_value()); }

    void split()
    {
        const test::TemporaryFolder folder;
        test::makeSampleProject(folder.path(), 10, 10);
        auto project = Project::open(folder.path(), Project::OpenMode::ReadWrite, "test");
        QVERIFY(project.has_value());
        std::vector<std::pair<ItemId, Split>> none;
        for (const ItemColumns& item : (*project)->columns())
            none.emplace_back(item.id, Split::None);
        const auto edit = makeSetSplit(**project, none);
        QVERIFY(edit.has_value() && (*project)->applyNow(*edit).has_value());
        QCOMPARE(missingForTraining(**project)->action, QStringLiteral("data.split"));
        QCOMPARE(missingForEvaluation(**project)->action, QStringLiteral("data.split"));
    }
};

QTEST_GUILESS_MAIN(ReadinessTest)
#include "tst_readiness.moc"
