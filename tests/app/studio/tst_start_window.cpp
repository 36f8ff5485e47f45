// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/application.h"
#include "app/studio/data_workspace.h"
#include "app/studio/main_window.h"
#include "app/studio/start_window.h"
#include "app/studio/workspaces.h"
#include "core/project/window_lock.h"
#include "tests/app/studio/studio_driver.h"
#include "tests/support/test_folders.h"
#include "widgets/bridge/background.h"
#include "widgets/elements/notice.h"
#include "widgets/panels/import_panel.h"
#include "widgets/panels/start_panel.h"

#include <QLineEdit>
#include <QPointer>
#include <QPushButton>
#include <QTest>

using namespace trainyard;
using namespace trainyard::studio;
using namespace trainyard::widgets;

/// The page without a project.
class StartWindowTest : public QObject
{
    Q_OBJECT
private:
    std::unique_ptr<test::TemporaryFolder> m_folder;
    std::unique_ptr<Application> m_application;

    QLineEdit* field(const QString& name)
    {
        return test::named<QLineEdit>(*m_application->startWindow(), name);
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<test::TemporaryFolder>();
        test::makeUser(m_folder->path());
        m_application =
            std::make_unique<Application>(Programs{*m_folder / "trainyard", *m_folder / "trainyard-decode"});
    }
    void cleanup()
    {
        m_application.reset();
        m_folder.reset();
    }

    void aNewProject()
    {
        QVERIFY(m_application->start({}));
        QVERIFY(m_application->mainWindow() == nullptr);
        field(QStringLiteral("Folder that the project is made in"))
            ->setText(QString::fromStdString((*m_folder / "projects").native()));
        QLineEdit* name = field(QStringLiteral("Name of the project"));
        name->clear();
        QPushButton* create =
            test::button(*m_application->startWindow(), QStringLiteral("Create the project"));
        QVERIFY(!create->isEnabled());
        QTest::keyClicks(name, QStringLiteral("a/b"));
        QVERIFY(!create->isEnabled());
        name->clear();
        QTest::keyClicks(name, QStringLiteral("pets"));
        QVERIFY(create->isEnabled());
        QTest::mouseClick(create, Qt::LeftButton);
        QVERIFY(m_application->mainWindow() != nullptr);
        QVERIFY(std::filesystem::exists(*m_folder / "projects" / "pets" / "project.trainyard"));
        QTRY_VERIFY(m_application->startWindow() == nullptr);
        QCOMPARE(Preferences().recentProjects().size(), std::size_t(1));
    }

    void aFolderWithoutAProjectIsOffered()
    {
        std::filesystem::create_directories(*m_folder / "pictures");
        QVERIFY(m_application->start(*m_folder / "pictures/"));
        auto* notice = m_application->startWindow()->findChild<Notice*>();
        QVERIFY(notice->isVisible());
        QCOMPARE(field(QStringLiteral("Name of the project"))->text(), QStringLiteral("pictures"));
        QTest::mouseClick(notice->button(), Qt::LeftButton);
        QVERIFY(std::filesystem::exists(*m_folder / "pictures" / "project.trainyard"));
        QTRY_VERIFY(m_application->mainWindow() != nullptr && m_application->mainWindow()->hasProject());
        auto* import = m_application->mainWindow()->findChild<ImportPanel*>();
        QVERIFY(import->isVisible());
        QCOMPARE(import->source(), *m_folder / "pictures");
    }

    void whatIsNoFolderIsSaid()
    {
        QVERIFY(m_application->start(*m_folder / "nowhere"));
        QVERIFY(m_application->startWindow()->findChild<Notice*>()->sentence().contains(
            QStringLiteral("no folder")));
    }

    void aDamagedProjectIsSaid()
    {
        test::writeTestFile(*m_folder / "bad" / "project.trainyard",
                            "this is no database at all, not even nearly");
        QVERIFY(m_application->start(*m_folder / "bad"));
        QTRY_VERIFY(m_application->startWindow() != nullptr);
        QVERIFY(m_application->mainWindow() == nullptr);
        QVERIFY(m_application->startWindow()->findChild<Notice*>()->isVisible());
    }

    void aWindowThatIsClosedWhileItOpens()
    {
        auto made = Project::create(*m_folder / "slow", {});
        QVERIFY(made.has_value());
        made->reset();
        QVERIFY(m_application->start(*m_folder / "slow"));
        QPointer<MainWindow> window = m_application->mainWindow();
        QVERIFY(window != nullptr && window->isVisible() && !window->hasProject());
        window->close();
        QTRY_VERIFY(window == nullptr);
        // What was read meanwhile is let go.
        QVERIFY(backgroundPool().waitForDone(test::kJobMs));
        QTRY_VERIFY_WITH_TIMEOUT(!windowHolder(*m_folder / "slow").has_value(), test::kJobMs);
        QVERIFY(test::openProjectIn(*m_application, *m_folder / "slow"));
        QVERIFY(!m_application->mainWindow()->session().document->isReadOnly());
    }

    void aMissingProgramIsSaid()
    {
        qputenv("HOME", QByteArray::fromStdString(m_folder->path().native()));
        m_application =
            std::make_unique<Application>(Programs{*m_folder / "trainyard", *m_folder / "trainyard-decode"});
        QVERIFY(m_application->start({}));
        QTest::mouseClick(test::button(*m_application->startWindow(), QStringLiteral("Try the sample")),
                          Qt::LeftButton);
        QTRY_VERIFY(m_application->startWindow()->findChild<Notice*>()->isVisible());
    }
};

QTEST_MAIN(StartWindowTest)
#include "tst_start_window.moc"
