// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/application.h"
#include "app/studio/data_workspace.h"
#include "app/studio/main_window.h"
#include "app/studio/workspaces.h"
#include "core/project/window_lock.h"
#include "tests/app/studio/studio_driver.h"
#include "tests/support/test_folders.h"
#include "tests/widgets/bridge/sample_project.h"
#include "widgets/panels/clean_panel.h"
#include "widgets/panels/gallery_panel.h"
#include "widgets/panels/import_panel.h"
#include "widgets/panels/jobs_bar.h"
#include "widgets/views/thumbnail_source.h"

#include <QListWidget>
#include <QProcess>
#include <QPushButton>
#include <QTest>
#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace trainyard;
using namespace trainyard::studio;
using namespace trainyard::widgets;

/// The window with the real programs behind it: import, check, fix, and what survives a kill.
class StudioFlowTest : public QObject
{
    Q_OBJECT
private:
    test::TemporaryFolder m_folder;
    std::unique_ptr<Application> m_application;

    MainWindow& window() const { return *m_application->mainWindow(); }
    Project& project() const { return window().session().document->project(); }
    void open(const std::filesystem::path& folder)
    {
        m_application = std::make_unique<Application>(test::builtPrograms());
        QVERIFY(test::openProjectIn(*m_application, folder));
        QVERIFY(m_application->mainWindow() != nullptr);
        QVERIFY(QTest::qWaitForWindowActive(&window()));
    }

private slots:
    void initTestCase()
    {
        test::makeUser(m_folder.path());
        for (unsigned i = 0; i < 6; ++i) {
            test::writePicture(m_folder / "source" / "cat" / ("a" + std::to_string(i) + ".ppm"), 120, 80, 40,
                               i);
            test::writePicture(m_folder / "source" / "dog" / ("b" + std::to_string(i) + ".ppm"), 40, 80, 120,
                               i + 20);
        }
        test::writePicture(m_folder / "source" / "cat" / "copy.ppm", 120, 80, 40, 0); // the same as a0
        test::writeTestFile(m_folder / "source" / "dog" / "broken.jpg", "no picture at all");
        auto made = Project::create(m_folder / "pets", {});
        QVERIFY(made.has_value());
    }
    void cleanup() { m_application.reset(); }

    void importThroughThePlan()
    {
        open(m_folder / "pets");
        window().showImport(m_folder / "source");
        auto& import = *window().findChild<ImportPanel*>();
        QPushButton* start = test::button(import, QStringLiteral("Import"));
        QVERIFY(start != nullptr);
        QTRY_VERIFY_WITH_TIMEOUT(start->isEnabled(), test::kJobMs);
        QVERIFY2(start->text().contains(QStringLiteral("1")), start->text().toUtf8());
        QTest::mouseClick(start, Qt::LeftButton);
        QTRY_VERIFY(window().findChild<JobsBar*>()->shownJobs() == 1);
        QTRY_COMPARE_WITH_TIMEOUT(project().columns().size(), std::size_t(13), test::kJobMs);
        QTRY_COMPARE_WITH_TIMEOUT(window().session().jobs->liveCount(), 0, test::kJobMs);
        QCOMPARE(project().classes().size(), std::size_t(2));
        const auto rejects = project().rejects();
        QVERIFY(rejects.has_value());
        QCOMPARE(rejects->size(), std::size_t(1));
        QTRY_COMPARE(window().workspaces().data().gallery()->gallery()->items().size(), std::size_t(13));
        const ItemId first = project().columns()[0].id;
        QTRY_VERIFY(window().session().thumbnails->thumbnail(first) != nullptr);
    }

    void checkAndFix()
    {
        open(m_folder / "pets");
        QTest::keyClick(&window(), Qt::Key_2, Qt::ControlModifier);
        auto& clean = *window().findChild<CleanPanel*>();
        auto duplicates = [this] {
            const auto issues = project().issues(IssueKind::ExactDuplicate, IssueState::Open);
            return issues ? static_cast<int>(issues->size()) : -1;
        };
        QTRY_COMPARE(duplicates(), 1); // the import saw the copy already
        auto* kinds = clean.findChild<QListWidget*>();
        kinds->setCurrentRow(1);
        QTRY_VERIFY(test::button(clean, QStringLiteral("Fix all 1")) != nullptr);
        QTest::mouseClick(test::button(clean, QStringLiteral("Fix all 1")), Qt::LeftButton);
        QCOMPARE(duplicates(), 0);
        const auto excluded = [this] {
            int count = 0;
            for (const ItemColumns& item : project().columns())
                count += item.isExcluded ? 1 : 0;
            return count;
        };
        QCOMPARE(excluded(), 1);
        QTest::keyClick(&window(), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(excluded(), 0);
        QCOMPARE(duplicates(), 1);
    }

    /// Started once more, the program brings the window of the project forward and ends.
    void aSecondStartRaisesTheWindow()
    {
        open(m_folder / "pets");
        window().showMinimized();
        QTRY_VERIFY(window().isMinimized());
        QProcess second;
        second.start(QStringLiteral("/proc/self/exe"),
                     {QStringLiteral("--second"), QString::fromStdString((m_folder / "pets").native())});
        QTRY_COMPARE_WITH_TIMEOUT(second.state(), QProcess::NotRunning, test::kJobMs);
        QCOMPARE(second.exitCode(), 0);
        QTRY_VERIFY(!window().isMinimized());
        QVERIFY(!window().session().document->isReadOnly());
    }

    void labelsSurviveAKill()
    {
        const auto folder = m_folder / "kill";
        test::makeSampleProject(folder, 8, 0);
        const pid_t child = fork();
        if (child == 0) {
            // A window of its own: gives classes by keys, waits until the status says so, and is killed.
            int argc = 1;
            char name[] = "child";
            char* argv[] = {name, nullptr};
            execl("/proc/self/exe", argv[argc - 1], "--label-and-die", folder.c_str(), nullptr);
            _exit(1);
        }
        int status = 0;
        QCOMPARE(waitpid(child, &status, 0), child);
        QVERIFY2(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, QByteArray::number(status));
        auto reopened = Project::open(folder, Project::OpenMode::ReadWrite, "test");
        QVERIFY(reopened.has_value());
        int labelled = 0;
        for (const ItemColumns& item : (*reopened)->columns())
            labelled += item.classId != 0 ? 1 : 0;
        QCOMPARE(labelled, 5);
        QVERIFY(!windowHolder(folder).has_value()); // the lock went with the process
    }
};

/// Labels five pictures, waits for "saved", kills itself. Ends with 3 where the status never came.
static int labelAndDie(const std::filesystem::path& folder)
{
    Application application(installedPrograms());
    if (!test::openProjectIn(application, folder))
        return 2;
    MainWindow& window = *application.mainWindow();
    if (!QTest::qWaitForWindowActive(&window))
        return 4;
    QTest::keyClick(&window, Qt::Key_3, Qt::ControlModifier);
    for (int i = 0; i < 5; ++i)
        QTest::keyClick(&window, Qt::Key_1);
    const bool isSaved =
        QTest::qWaitFor([&] { return window.session().document->pendingEdits() == 0; }, 20'000);
    if (isSaved)
        kill(getpid(), SIGKILL);
    return 3;
}

int main(int argc, char* argv[])
{
    QApplication application(argc, argv);
    if (argc == 3 && std::string_view(argv[1]) == "--label-and-die")
        return labelAndDie(argv[2]);
    if (argc == 3 && std::string_view(argv[1]) == "--second")
        return Application(test::builtPrograms()).start(argv[2]) ? 1 : 0;
    StudioFlowTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_studio_flow.moc"
