// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/application.h"
#include "app/studio/data_workspace.h"
#include "app/studio/main_window.h"
#include "app/studio/workspaces.h"
#include "core/project/class_edits.h"
#include "core/project/edits.h"
#include "tests/app/studio/event_loop_watchdog.h"
#include "tests/app/studio/studio_driver.h"
#include "tests/core/project/project_fixture.h"
#include "tests/support/test_folders.h"
#include "widgets/elements/notice.h"
#include "widgets/panels/gallery_panel.h"

#include <QPointer>
#include <QTest>
#include <algorithm>

using namespace trainyard;
using namespace trainyard::widgets;

/// Undo and redo of a revision with 12,000 rows: the window goes on, and what is done meanwhile comes after
/// it.
class LargeUndoTest : public QObject
{
    Q_OBJECT
private:
    static constexpr int kItems = 6'000;
    static constexpr double kMostMs = 150; ///< that the event loop may stand still

    std::unique_ptr<test::TemporaryFolder> m_folder;
    std::unique_ptr<studio::Application> m_application;

    [[nodiscard]] studio::MainWindow& window() const { return *m_application->mainWindow(); }
    [[nodiscard]] ProjectDocument& document() const { return *window().session().document; }
    [[nodiscard]] Project& project() const { return document().project(); }
    [[nodiscard]] GalleryView& gallery() const { return *window().workspaces().data().gallery()->gallery(); }
    [[nodiscard]] qsizetype withClass(ClassId id) const
    {
        return std::count_if(project().columns().begin(), project().columns().end(),
                             [id](const ItemColumns& columns) { return columns.classId == id; });
    }
    [[nodiscard]] ClassId classAt(std::size_t index) const { return project().classes()[index].id; }
    [[nodiscard]] bool saysSo(const QString& beginning) const
    {
        const auto notices = window().findChildren<Notice*>();
        return std::any_of(notices.begin(), notices.end(), [&](const Notice* notice) {
            return notice->isVisible() && notice->sentence().startsWith(beginning);
        });
    }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(&gallery(), key, modifiers);
    }
    /// All pictures get the first class, in one Edit of 12,000 rows; then one picture alone is chosen.
    void labelAll()
    {
        gallery().setFocus();
        key(Qt::Key_A, Qt::ControlModifier);
        key(Qt::Key_1);
        QTRY_COMPARE_WITH_TIMEOUT(document().pendingEdits(), 0, test::kJobMs);
        QCOMPARE(withClass(classAt(0)), qsizetype(kItems));
        key(Qt::Key_Escape);
        gallery().setCurrentItem(project().columns()[3].id);
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<test::TemporaryFolder>();
        test::makeUser(m_folder->path());
        {
            const auto project = test::makeProject(*m_folder / "p", kItems, 2);
            for (std::size_t i = 0; i < 2; ++i) {
                VALUE(project->applyNow(
                    VALUE(makeSetClassKey(*project, project->classes()[i].id, std::to_string(i + 1)))));
            }
        }
        m_application = std::make_unique<studio::Application>(test::builtPrograms());
        QVERIFY(test::openProjectIn(*m_application, *m_folder / "p"));
        window().activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window()));
    }
    void cleanup()
    {
        m_application.reset();
        m_folder.reset();
    }

    void gesturesWaitInOrder()
    {
        labelAll();
        test::EventLoopWatchdog watchdog;
        watchdog.begin(QStringLiteral("undo"));
        key(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(document().isStepping());
        QVERIFY(saysSo(QStringLiteral("Undoing 12")));
        key(Qt::Key_2); // for the one picture that is chosen; waits
        QCOMPARE(withClass(classAt(1)), qsizetype(0));
        key(Qt::Key_Right);
        key(Qt::Key_2); // and for the next
        QTRY_VERIFY_WITH_TIMEOUT(!document().isStepping(), test::kJobMs);
        watchdog.settle();
        QTRY_COMPARE(withClass(classAt(1)), qsizetype(2));
        QVERIFY2(watchdog.longest() < kMostMs, qPrintable(watchdog.text()));
        qInfo("%s", qPrintable(watchdog.text()));
        QVERIFY(!saysSo(QStringLiteral("Undoing")));
        QCOMPARE(withClass(classAt(0)), qsizetype(0));
        QCOMPARE(project().columns()[3].classId, static_cast<std::int32_t>(classAt(1)));
        QCOMPARE(project().columns()[4].classId, static_cast<std::int32_t>(classAt(1)));
        QVERIFY(project().flush().has_value());
        const auto history = project().history(3); // newest first
        QVERIFY(history.has_value());
        QCOMPARE((*history)[0].verb, std::string("set-class"));
        QCOMPARE((*history)[1].verb, std::string("set-class"));
        QCOMPARE((*history)[2].verb, std::string("undo"));
        QVERIFY(project().verify().has_value());
    }

    void undoAndRedoOneAfterTheOther()
    {
        labelAll();
        test::EventLoopWatchdog watchdog;
        watchdog.begin(QStringLiteral("undo and redo"));
        key(Qt::Key_Z, Qt::ControlModifier);
        key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier); // waits for the undo
        const auto isDone = [&] { return !document().isStepping() && withClass(classAt(0)) == kItems; };
        QTRY_VERIFY_WITH_TIMEOUT(isDone(), test::kJobMs);
        watchdog.settle();
        QVERIFY2(watchdog.longest() < kMostMs, qPrintable(watchdog.text()));
        qInfo("%s", qPrintable(watchdog.text()));
        const auto history = project().history(2);
        QVERIFY(history.has_value());
        QCOMPARE((*history)[0].verb, std::string("redo"));
        QCOMPARE((*history)[1].verb, std::string("undo"));
    }

    /// Of an Edit that is not on the disk yet: the newest is meant, not what the history knows.
    void anEditThatIsNotSavedYet()
    {
        gallery().setFocus();
        key(Qt::Key_A, Qt::ControlModifier);
        key(Qt::Key_1);
        QCOMPARE(document().pendingEdits(), 1);
        key(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(document().isStepping());
        QTRY_VERIFY_WITH_TIMEOUT(!document().isStepping(), test::kJobMs);
        QCOMPARE(withClass(0), qsizetype(kItems));
        QCOMPARE(project().classes().size(), std::size_t(2));
    }

    void whatAnotherChangedIsRefused()
    {
        labelAll();
        {
            const auto other = test::openProject(*m_folder / "p", "bea@there/cli");
            const ItemId item = other->columns()[5].id;
            VALUE(other->applyNow(VALUE(makeSetClass(*other, std::span(&item, 1), other->classes()[1].id))));
        }
        document().refresh();
        key(Qt::Key_Z, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(!document().isStepping(), test::kJobMs);
        QCOMPARE(withClass(classAt(0)), qsizetype(kItems - 1)); // nothing was taken back
        key(Qt::Key_2);                                         // and the window works
        QCOMPARE(withClass(classAt(1)), qsizetype(2));
    }

    void closingWaitsToo()
    {
        labelAll();
        QPointer<studio::MainWindow> closing = &window();
        key(Qt::Key_Z, Qt::ControlModifier);
        closing->close();
        QVERIFY(closing != nullptr && closing->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(closing == nullptr, test::kJobMs);
        const auto project = test::openProject(*m_folder / "p");
        QVERIFY(std::none_of(project->columns().begin(), project->columns().end(),
                             [](const ItemColumns& columns) { return columns.classId != 0; }));
    }
};

QTEST_MAIN(LargeUndoTest)
#include "tst_large_undo.moc"
