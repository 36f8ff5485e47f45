// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/start_window.h"
#include "app/studio/workspaces.h"
#include "core/project/edits.h"
#include "core/project/project_task.h"
#include "tests/app/studio/label_fixture.h"
#include "tests/app/studio/studio_driver.h"
#include "widgets/dialogs/task_dialog.h"
#include "widgets/elements/task_choice.h"
#include "widgets/panels/gallery_panel.h"
#include "widgets/views/class_list.h"

#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>

using namespace trainyard;
using namespace trainyard::widgets;

/// The project's task, chosen at the start and changed later, and what class keys do then.
class TaskTest : public QObject
{
    Q_OBJECT
private:
    test::LabelFixture m_hands;
    using Classes = std::vector<ClassId>;

    [[nodiscard]] Classes tags() const { return *tagsOf(m_hands.project(), m_hands.item()); }
    [[nodiscard]] const Classes& marked() const
    {
        return m_hands.window().findChild<ClassList*>()->allMarked();
    }
    void setTask(ProjectTask task)
    {
        m_hands.window().runAction(QStringLiteral("data.task"));
        auto* dialog = m_hands.window().findChild<TaskDialog*>();
        QVERIFY(dialog != nullptr && dialog->isVisible());
        auto* change = test::button(*dialog, QStringLiteral("Change the task"));
        QVERIFY(!change->isEnabled()); // the present one is chosen
        dialog->choice()->box()->setFocus();
        QTest::keyClick(dialog->choice()->box(), Qt::Key_Home);
        for (int i = 0; i < static_cast<int>(task); ++i)
            QTest::keyClick(dialog->choice()->box(), Qt::Key_Down);
        QCOMPARE(dialog->choice()->task(), task);
        QVERIFY(dialog->choice()->explanation().contains(QStringLiteral("classification")));
        QTest::mouseClick(change, Qt::LeftButton);
        QCOMPARE(taskOf(m_hands.project()), task);
        QTRY_VERIFY(m_hands.window().findChild<TaskDialog*>() == nullptr);
        m_hands.window().activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&m_hands.window()));
        m_hands.canvas().setFocus();
    }

private slots:
    void init() { m_hands.open(); }
    void cleanup() { m_hands.close(); }

    void keysReplaceTheClassOrToggleTags()
    {
        const ItemId first = m_hands.item();
        const ClassId cat = m_hands.classId("cat");
        const ClassId dog = m_hands.classId("dog");
        m_hands.key(Qt::Key_1); // one class, and on to the next
        QVERIFY(m_hands.item() != first);
        QCOMPARE(m_hands.project().column(first)->classId, static_cast<std::int32_t>(cat));
        m_hands.window().session().view.setCurrentItem(first);
        m_hands.key(Qt::Key_2);
        QVERIFY(*tagsOf(m_hands.project(), first) == Classes{dog});

        setTask(ProjectTask::Tag);
        m_hands.window().session().view.setCurrentItem(first);
        QVERIFY(marked() == Classes{dog});
        m_hands.key(Qt::Key_1);
        QCOMPARE(m_hands.item(), first); // stays: there may be more
        QVERIFY(tags() == (Classes{dog, cat}));
        QVERIFY(marked() == (Classes{dog, cat}));
        m_hands.key(Qt::Key_2);
        QVERIFY(tags() == Classes{cat});
        QVERIFY(marked() == Classes{cat});
        m_hands.undo();
        QVERIFY(tags() == (Classes{dog, cat}));
        QVERIFY(marked() == (Classes{dog, cat}));
        m_hands.key(Qt::Key_Backspace);
        QVERIFY(tags().empty() && marked().empty());
    }

    void theGalleryTogglesForAllThatIsSelected()
    {
        setTask(ProjectTask::Tag);
        m_hands.window().workspaces().show(Workspace::Data);
        GalleryPanel& panel = *m_hands.window().findChild<GalleryPanel*>();
        GalleryView& gallery = *panel.gallery();
        gallery.setFocus();
        QTest::keyClick(&gallery, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(&gallery, Qt::Key_1);
        QTest::keyClick(&gallery, Qt::Key_Escape);
        const ItemId last = m_hands.project().columns().back().id;
        gallery.setCurrentItem(last);
        QVERIFY(m_hands.project().flush().has_value());
        const Revision before = m_hands.project().revision();
        QTest::keyClick(&gallery, Qt::Key_2);
        QVERIFY(m_hands.project().flush().has_value());
        QCOMPARE(m_hands.project().revision(), before + 1);
        QVERIFY(gallery.currentText().contains(QStringLiteral("cat, dog")));
        ItemFilter filter;
        filter.classId = m_hands.classId("dog"); // its second tag
        panel.setFilter(filter);
        QCOMPARE(gallery.items().size(), std::size_t(1));
        QCOMPARE(gallery.items().front(), last);
        panel.setFilter({});
        QTest::keyClick(&gallery, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(&gallery, Qt::Key_1); // all have it
        for (const ItemColumns& columns : m_hands.project().columns())
            QCOMPARE(columns.classId != 0, columns.id == last);
        QTest::keyClick(&gallery, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(m_hands.project().itemsWithLabel(m_hands.classId("cat"))->size(), std::size_t(4));
    }

    void aTaskBeginsWithItsTool()
    {
        QCOMPARE(m_hands.canvas().toolKey(), QStringLiteral("select"));
        setTask(ProjectTask::Detect);
        QCOMPARE(m_hands.canvas().toolKey(), QStringLiteral("box"));
        setTask(ProjectTask::Segment);
        QCOMPARE(m_hands.canvas().toolKey(), QStringLiteral("polygon"));
        m_hands.undo();
        QCOMPARE(taskOf(m_hands.project()), ProjectTask::Detect);
        QCOMPARE(m_hands.canvas().toolKey(), QStringLiteral("box"));
    }

    void theFirstTaskIsChosenAtTheStart()
    {
        test::TemporaryFolder folder;
        studio::Application application(test::builtPrograms());
        QVERIFY(application.start({}));
        auto* choice = application.startWindow()->findChild<TaskChoice*>();
        QCOMPARE(choice->box()->count(), 4);
        QCOMPARE(choice->task(), ProjectTask::Classify);
        choice->box()->setFocus();
        QTest::keyClick(choice->box(), Qt::Key_Down);
        for (QLineEdit* field : application.startWindow()->findChildren<QLineEdit*>())
            field->setText(field->accessibleName().startsWith(QStringLiteral("Name"))
                               ? QStringLiteral("birds")
                               : QString::fromStdString(folder.path().native()));
        QVERIFY(test::press(*application.startWindow(), QStringLiteral("Create the project")));
        QTRY_VERIFY(application.mainWindow() != nullptr && application.mainWindow()->hasProject());
        QCOMPARE(taskOf(application.mainWindow()->session().document->project()), ProjectTask::Tag);
    }
};

QTEST_MAIN(TaskTest)
#include "tst_task.moc"
