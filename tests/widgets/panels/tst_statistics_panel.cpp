// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/annotation_edits.h"
#include "tests/support/test_folders.h"
#include "tests/widgets/bridge/sample_project.h"
#include "widgets/panels/statistics_panel.h"

#include <QLabel>
#include <QTest>

using namespace trainyard;
using namespace trainyard::widgets;

/// Shapes count as labels of their class; a project without shapes counts pictures.
class StatisticsPanelTest : public QObject
{
    Q_OBJECT
private slots:
    void shapesAreCounted()
    {
        const test::TemporaryFolder folder;
        test::makeSampleProject(folder / "pets", 4, 1);
        auto document = ProjectDocument::open(folder / "pets");
        QVERIFY(document.has_value());
        ViewState view;
        Theme theme;
        StatisticsPanel panel(**document, view, theme);
        const auto says = [&](const QString& text) {
            for (const QLabel* label : panel.findChildren<QLabel*>())
                if (label->text().contains(text))
                    return true;
            return false;
        };
        QVERIFY(says(QStringLiteral("without a class")));
        QVERIFY(!says(QStringLiteral("shapes")));
        Project& project = (*document)->project();
        const ItemId item = project.columns().back().id;
        AnnotationChanges changes;
        for (int i = 0; i < 3; ++i) {
            Annotation box;
            box.id = *project.newId();
            box.item = item;
            box.classId = project.classByName("dog")->id;
            box.shape = Box{double(4 * i), 2, 3, 3};
            changes.added.push_back(box);
        }
        QVERIFY((*document)->apply(makeAnnotationsEdit(project, item, "add", "add", changes)).has_value());
        QTRY_VERIFY_WITH_TIMEOUT(says(QStringLiteral("3 shapes")), 20'000);
        QVERIFY(says(QStringLiteral("unlabelled")));
    }
};

QTEST_MAIN(StatisticsPanelTest)
#include "tst_statistics_panel.moc"
