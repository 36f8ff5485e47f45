// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/application.h"
#include "app/studio/dataset_export.h"
#include "app/studio/main_window.h"
#include "core/project/annotation_edits.h"
#include "tests/app/studio/studio_driver.h"
#include "tests/support/test_folders.h"
#include "tests/widgets/bridge/sample_project.h"
#include "widgets/dialogs/export_dialog.h"
#include "widgets/elements/controls.h"
#include "widgets/panels/jobs_bar.h"

#include <QComboBox>
#include <QDesktopServices>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>

using namespace trainyard;
using namespace trainyard::studio;
using namespace trainyard::test;
using namespace trainyard::widgets;
namespace fs = std::filesystem;

/// The export of the dataset from the window, by the real program.
class TestDatasetExport : public QObject
{
    Q_OBJECT
private:
    std::unique_ptr<TemporaryFolder> m_folder;
    std::unique_ptr<Application> m_application;
    QList<QUrl> m_opened;

    MainWindow& window() const { return *m_application->mainWindow(); }
    Project& project() const { return window().session().document->project(); }
    DatasetExport& notice() const { return *window().findChild<DatasetExport*>(); }
    ExportDialog* dialog() const { return window().findChild<ExportDialog*>(); }
    QString losses() const
    {
        return test::named<QLabel>(*dialog(), QStringLiteral("What the export changes or leaves out"))
            ->text();
    }
    void choose(const QString& box, const QString& value)
    {
        auto* found = test::named<QComboBox>(*dialog(), box);
        found->setCurrentIndex(found->findData(value));
    }
    void addRotatedBoxes(std::size_t place, int count)
    {
        AnnotationChanges changes;
        for (int i = 0; i < count; ++i) {
            Annotation turned;
            turned.classId = project().classByName("cat")->id;
            turned.shape = RotatedBox{12.0 + 4 * i, 16, 8, 6, 30};
            changes.added.push_back(turned);
        }
        const ItemId item = project().columns()[place].id;
        QVERIFY(window().session().document->apply(
            makeAnnotationsEdit(project(), item, "add-shapes", "add", changes)));
    }

private slots:
    void initTestCase() { QDesktopServices::setUrlHandler(QStringLiteral("file"), this, "openUrl"); }
    void cleanupTestCase() { QDesktopServices::unsetUrlHandler(QStringLiteral("file")); }
    void init()
    {
        m_opened.clear();
        m_folder = std::make_unique<TemporaryFolder>();
        makeUser(m_folder->path());
        makeSampleProject(*m_folder / "pets", 8, 6);
        m_application = std::make_unique<Application>(builtPrograms());
        QVERIFY(openProjectIn(*m_application, *m_folder / "pets"));
        QVERIFY(QTest::qWaitForWindowActive(&window()));
    }
    void cleanup()
    {
        m_application.reset();
        m_folder.reset();
    }

    void exportsWhatThePlanSaid()
    {
        addRotatedBoxes(0, 3);
        QTRY_COMPARE(window().session().document->pendingEdits(), 0);
        QTest::keyClick(&window(), Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(dialog() != nullptr && dialog()->isVisible());
        choose(QStringLiteral("Format"), QStringLiteral("pascal-voc"));
        QVERIFY(button(*dialog(), QStringLiteral("Export")) != nullptr);
        QVERIFY(!button(*dialog(), QStringLiteral("Export"))->isEnabled()); // not before the plan is there
        QTRY_VERIFY_WITH_TIMEOUT(button(*dialog(), QStringLiteral("Export 6 pictures")) != nullptr, kJobMs);
        QVERIFY2(losses().contains(QLatin1String("3 rotated boxes")), qPrintable(losses()));
        QVERIFY2(losses().contains(QLatin1String("2 items")), qPrintable(losses()));
        const QString proposed = QString::fromStdString((*m_folder / "pets-pascal-voc").native());
        QCOMPARE(test::named<QLineEdit>(*dialog(), QStringLiteral("Folder to export into"))->text(),
                 proposed);
        QVERIFY(!fs::exists(proposed.toStdString()));
        QVERIFY(window().findChild<JobsBar*>()->isHidden()); // plans are quiet
        QVERIFY(press(*dialog(), QStringLiteral("Export 6 pictures")));
        QTRY_VERIFY(!window().findChild<JobsBar*>()->isHidden());
        QTRY_VERIFY_WITH_TIMEOUT(notice().isVisible(), kJobMs);
        QVERIFY2(notice().sentence().contains(QLatin1String("6 pictures with 3 labels")),
                 qPrintable(notice().sentence()));
        int xml = 0;
        for (const auto& entry : fs::recursive_directory_iterator(proposed.toStdString()))
            xml += entry.path().extension() == ".xml" ? 1 : 0;
        QCOMPARE(xml, 6);
        QVERIFY(press(notice(), QStringLiteral("Show folder")));
        QCOMPARE(m_opened, QList<QUrl>{QUrl::fromLocalFile(proposed)});
    }

    void choicesArePassedOn()
    {
        window().runAction(QStringLiteral("data.export"));
        choose(QStringLiteral("Format"), QStringLiteral("coco"));
        choose(QStringLiteral("Which pictures are exported"), QStringLiteral("split=train"));
        choose(QStringLiteral("What becomes of the picture files"), QStringLiteral("none"));
        fs::create_directories(*m_folder / "elsewhere");
        QVERIFY(drop(*dialog(), *m_folder / "elsewhere"));
        choose(QStringLiteral("Format"), QStringLiteral("csv")); // the folder that was dropped stays
        const std::int64_t train = std::ssize(*project().itemIds("split=train"));
        QTRY_VERIFY_WITH_TIMEOUT(
            button(*dialog(), QStringLiteral("Export %1 pictures").arg(train)) != nullptr, kJobMs);
        QVERIFY(press(*dialog(), QStringLiteral("Export")));
        QTRY_VERIFY_WITH_TIMEOUT(notice().isVisible(), kJobMs);
        int pictures = 0;
        int tables = 0;
        for (const auto& entry : fs::recursive_directory_iterator(*m_folder / "elsewhere")) {
            pictures += entry.path().extension() == ".ppm" ? 1 : 0;
            tables += entry.path().extension() == ".csv" ? 1 : 0;
        }
        QCOMPARE(pictures, 0);
        QVERIFY(tables > 0);
    }

    void aFolderWithOtherFilesIsRefused()
    {
        writeTestFile(*m_folder / "mine/letter.txt", "keep me");
        window().runAction(QStringLiteral("data.export"));
        QVERIFY(drop(*dialog(), *m_folder / "mine"));
        auto* problem = dialog()->findChild<Notice*>();
        QTRY_VERIFY_WITH_TIMEOUT(problem->isVisible(), kJobMs);
        QVERIFY2(problem->sentence().contains(QLatin1String("mine")), qPrintable(problem->sentence()));
        QVERIFY(!button(*dialog(), QStringLiteral("Export"))->isEnabled());
    }

    void aFailureNamesTheFile()
    {
        window().runAction(QStringLiteral("data.export"));
        choose(QStringLiteral("Format"), QStringLiteral("coco"));
        QTRY_VERIFY_WITH_TIMEOUT(button(*dialog(), QStringLiteral("Export 6 pictures")) != nullptr, kJobMs);
        const fs::path gone = project().itemPath(*project().item(project().columns()[2].id));
        QVERIFY(fs::remove(gone));
        QVERIFY(press(*dialog(), QStringLiteral("Export 6 pictures")));
        QTRY_VERIFY_WITH_TIMEOUT(notice().isVisible(), kJobMs);
        QVERIFY2(notice().sentence().contains(QString::fromStdString(gone.filename().native())),
                 qPrintable(notice().sentence()));
        QVERIFY2(notice().sentence().contains(QLatin1String("failed")), qPrintable(notice().sentence()));
    }

public slots:
    void openUrl(const QUrl& url) { m_opened << url; }
};

QTEST_MAIN(TestDatasetExport)
#include "tst_dataset_export.moc"
