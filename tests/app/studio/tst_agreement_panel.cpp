// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/application.h"
#include "app/studio/main_window.h"
#include "app/studio/workspaces.h"
#include "core/project/annotation_edits.h"
#include "core/project/edits.h"
#include "tests/app/studio/studio_driver.h"
#include "tests/support/test_folders.h"
#include "tests/widgets/bridge/sample_project.h"
#include "widgets/dialogs/person_dialog.h"
#include "widgets/elements/empty_state.h"
#include "widgets/panels/agreement_panel.h"

#include <QDoubleSpinBox>
#include <QLabel>
#include <QTest>
#include <QTreeView>

using namespace trainyard;
using namespace trainyard::studio;
using namespace trainyard::test;
using namespace trainyard::widgets;

/// What two people labelled, compared in the real window.
class TestAgreementPanel : public QObject
{
    Q_OBJECT
private:
    std::unique_ptr<TemporaryFolder> m_folder;
    std::unique_ptr<Application> m_application;

    MainWindow& window() const { return *m_application->mainWindow(); }
    Project& project() const { return window().session().document->project(); }
    AgreementPanel& panel() const { return *window().findChild<AgreementPanel*>(); }
    ItemId item(std::size_t place) const { return project().columns()[place].id; }
    ClassId classId(const char* name) const { return project().classByName(name)->id; }
    void apply(Result<Edit> edit) { QVERIFY(window().session().document->apply(std::move(edit))); }
    void give(std::size_t place, const char* name, const std::string& person)
    {
        const ItemId id = item(place);
        apply(makeSetClass(project(), std::span(&id, 1), classId(name), AnnotationSource::Person, person));
    }
    void draw(std::size_t place, const Box& box, const char* name, const std::string& person)
    {
        Annotation annotation;
        annotation.item = item(place);
        annotation.classId = classId(name);
        annotation.shape = box;
        annotation.sourceName = person;
        apply(makeAddAnnotation(project(), annotation));
    }
    bool says(const QString& part) const
    {
        for (const QLabel* label : panel().findChildren<QLabel*>())
            if (label->isVisible() && label->text().contains(part))
                return true;
        return false;
    }
    QAbstractItemModel& rows(const QString& table) const
    {
        return *test::named<QTreeView>(panel(), table)->model();
    }
    void show()
    {
        QTest::keyClick(&window(), Qt::Key_P, Qt::ControlModifier | Qt::AltModifier);
        QVERIFY(panel().isVisible());
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<TemporaryFolder>();
        makeUser(m_folder->path());
        makeSampleProject(*m_folder / "pets", 8, 6); // cat, dog, cat, dog, cat, dog
        m_application = std::make_unique<Application>(builtPrograms());
        QVERIFY(openProjectIn(*m_application, *m_folder / "pets"));
        QVERIFY(QTest::qWaitForWindowActive(&window()));
    }
    void cleanup()
    {
        m_application.reset();
        m_folder.reset();
    }

    void saysHowToGetASecondOpinion()
    {
        show();
        auto* empty = panel().findChild<EmptyState*>();
        QTRY_VERIFY(empty->isVisible());
        QVERIFY(press(*empty, QStringLiteral("Label as a second person")));
        QTRY_VERIFY(window().findChild<PersonDialog*>() != nullptr);
        QVERIFY(window().workspaces().current() == Workspace::Label);
        // Once there is one, the figures come by themselves.
        show();
        give(0, "cat", "Ann");
        QTRY_VERIFY(!empty->isVisible());
    }

    void classes()
    {
        for (const std::size_t place : {0, 1, 2, 3})
            give(place, place % 2 == 0 ? "cat" : "dog", "");
        for (const auto& [place, name] :
             {std::pair{0, "cat"}, std::pair{1, "dog"}, std::pair{2, "dog"}, std::pair{3, "dog"}})
            give(static_cast<std::size_t>(place), name, "Ann");
        give(7, "cat", "Ann"); // the first person has no class there
        show();
        // Both 4: cat cat, dog dog, cat dog, dog dog: 3 of 4 the same; by chance 0.5; kappa 0.5.
        QTRY_VERIFY(says(QStringLiteral("4 pictures were labelled by both")));
        QVERIFY(says(QStringLiteral("75.0 %")));
        QVERIFY(says(QStringLiteral("Cohen's kappa: 0.50")));
        QAbstractItemModel& confusions = rows(QStringLiteral("Classes that the two confuse"));
        QCOMPARE(confusions.rowCount(), 1);
        QCOMPARE(confusions.index(0, 0).data().toString(), QStringLiteral("cat"));
        QCOMPARE(confusions.index(0, 1).data().toString(), QStringLiteral("dog"));
        QCOMPARE(confusions.index(0, 2).data().toString(), QStringLiteral("1"));
        QAbstractItemModel& differing = rows(QStringLiteral("Pictures on which the two differ"));
        QCOMPARE(differing.rowCount(), 1);
        QCOMPARE(differing.index(0, 1).data().toString(), QStringLiteral("cat or dog"));
        auto* table = test::named<QTreeView>(panel(), QStringLiteral("Pictures on which the two differ"));
        const QPoint place = table->visualRect(differing.index(0, 0)).center();
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, place);
        QTest::mouseDClick(table->viewport(), Qt::LeftButton, {}, place);
        QTRY_VERIFY(window().workspaces().current() == Workspace::Label);
        QCOMPARE(window().session().view.currentItem(), item(2));
    }

    void shapesAtAThreshold()
    {
        draw(0, {0, 0, 10, 10}, "cat", "");
        draw(0, {2, 0, 10, 10}, "cat", "Ann"); // IoU 8/12
        draw(0, {30, 20, 10, 10}, "dog", "Ann");
        show();
        QTRY_VERIFY(says(QStringLiteral("F1 0.67")));
        QVERIFY(says(QStringLiteral("mean IoU is 0.67")));
        QAbstractItemModel& differing = rows(QStringLiteral("Pictures on which the two differ"));
        QCOMPARE(differing.index(0, 1).data().toString(), QStringLiteral("drawn by the second alone: 1"));
        test::named<QDoubleSpinBox>(panel(), QStringLiteral("Overlap (IoU) from which on two shapes are one"))
            ->setValue(0.75);
        QTRY_VERIFY(says(QStringLiteral("F1 0.00")));
    }
};

QTEST_MAIN(TestAgreementPanel)
#include "tst_agreement_panel.moc"
