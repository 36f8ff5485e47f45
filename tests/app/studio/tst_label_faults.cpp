// SPDX-License-Identifier: GPL-3.0-or-later
// Labelling by mouse and keys while the disk fails: nothing that was drawn is lost, and the person is told.
#include "app/studio/missing_pictures.h"
#include "app/studio/top_bar.h"
#include "core/project/edits.h"
#include "tests/app/studio/label_fixture.h"
#include "tests/app/studio/studio_driver.h"
#include "tests/core/project/faulty_sqlite.h"
#include "tests/core/project/project_fixture.h"
#include "tests/support/small_disk.h"
#include "tests/widgets/bridge/sample_project.h"
#include "widgets/elements/saving_notice.h"

#include <QMessageBox>
#include <QPointer>
#include <QPushButton>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <fstream>

using namespace trainyard;
using namespace trainyard::widgets;

class LabelFaultsTest : public QObject
{
    Q_OBJECT
private:
    using Fault = test::FaultySqlite::Fault;

    std::unique_ptr<test::TemporaryFolder> m_folder;
    std::unique_ptr<test::FaultySqlite> m_sqlite;
    std::unique_ptr<test::LabelFixture> m_hands;

    [[nodiscard]] std::filesystem::path projectFolder() const { return *m_folder / "pets"; }
    [[nodiscard]] ProjectDocument& document() const { return *m_hands->window().session().document; }
    [[nodiscard]] Notice& saving() const { return *m_hands->window().findChild<SavingNotice*>()->notice(); }
    [[nodiscard]] Notice& panelNotice() const { return *m_hands->panel().findChild<Notice*>(); }
    void open(const std::filesystem::path& folder)
    {
        test::makeSampleProject(folder, 4, 0);
        openAgain(folder);
    }
    void openAgain(const std::filesystem::path& folder)
    {
        m_hands = std::make_unique<test::LabelFixture>();
        m_hands->openAt(folder, QSize(1100, 700));
        QTRY_COMPARE_WITH_TIMEOUT(m_hands->contents().picturePixels().width(), 48, 20'000);
        m_hands->tool("box");
        m_hands->contents().setCurrentClass(m_hands->classId("cat"));
    }
    void draw(double x) { m_hands->drag(x, 4, x + 6, 12); }
    /// Where the boxes of the first picture begin, in the order in which they were made.
    static std::vector<int> boxesOf(Project& project)
    {
        std::vector<int> found;
        for (const Annotation& annotation : VALUE(project.annotations(project.columns().front().id)))
            if (const Box* box = annotation.box())
                found.push_back(static_cast<int>(std::lround(box->x)));
        return found;
    }
    /// What a crash at this moment would leave.
    [[nodiscard]] std::vector<int> boxesAfterCrash(const std::filesystem::path& folder) const
    {
        const std::filesystem::path copy = *m_folder / "crashed";
        std::filesystem::remove_all(copy);
        std::filesystem::create_directory(copy);
        for (const char* name : {"project.trainyard", "project.trainyard-wal"})
            std::filesystem::copy_file(folder / name, copy / name);
        const auto project = VALUE(Project::open(copy, Project::OpenMode::ReadOnly, "ann@here/cli"));
        DONE(project->verify());
        return boxesOf(*project);
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<test::TemporaryFolder>();
        test::makeUser(m_folder->path());
        m_sqlite = std::make_unique<test::FaultySqlite>("project.trainyard");
    }
    void cleanup()
    {
        m_sqlite->disarm();
        m_hands.reset();
        m_sqlite.reset();
        m_folder.reset();
    }

    void whatIsDrawnWaitsForTheDisk_data()
    {
        QTest::addColumn<QString>("call");
        QTest::addColumn<int>("fault");
        QTest::addColumn<QString>("reason");
        QTest::addColumn<bool>("byButton");
        const auto add = [](const char* name, const char* call, Fault fault, const char* reason) {
            for (const bool byButton : {false, true})
                QTest::addRow("%s, %s", name, byButton ? "by the button" : "by itself")
                    << QString::fromLatin1(call) << static_cast<int>(fault) << QString::fromLatin1(reason)
                    << byButton;
        };
        add("full disk", "write", Fault::NoSpace, "no space left");
        add("made read-only", "write", Fault::ReadOnly, "Read-only file system");
        add("EIO at fsync", "sync", Fault::IoFailure, "Input/output error");
    }

    void whatIsDrawnWaitsForTheDisk()
    {
        QFETCH(QString, call);
        QFETCH(int, fault);
        QFETCH(QString, reason);
        QFETCH(bool, byButton);
        const std::vector<int> kAll{2, 12, 22, 32};
        open(projectFolder());
        draw(2);
        QTRY_COMPARE(document().pendingEdits(), 0);
        document().refresh();
        const Revision before = m_hands->project().revision();
        m_sqlite->failEvery(call.toLatin1().constData(), static_cast<Fault>(fault));
        draw(12);
        draw(22);
        draw(32);
        QTRY_VERIFY_WITH_TIMEOUT(saving().isVisible(), 10'000);
        QTRY_VERIFY(saving().sentence().startsWith(QStringLiteral("3 changes are not saved")));
        QVERIFY2(saving().sentence().contains(reason), qPrintable(saving().sentence()));
        QVERIFY2(saving().sentence().contains(QString::fromStdString(projectFolder().native())),
                 qPrintable(saving().sentence()));
        QCOMPARE(saving().button()->text(), QStringLiteral("Try again"));
        QCOMPARE(m_hands->window().topBar().savedText(), QStringLiteral("not saved"));
        QVERIFY(m_hands->panel().statusText().contains(QStringLiteral("not saved")));
        // On the canvas they stay, and can be worked on; on the disk there is what was acknowledged.
        QCOMPARE(m_hands->shapes().size(), std::size_t(4));
        QCOMPARE(m_hands->contents().shapes().size(), std::size_t(4));
        const std::vector<int> crashed = boxesAfterCrash(projectFolder());
        QVERIFY(!crashed.empty() && crashed.size() <= kAll.size()); // what was not acknowledged may be there
        QVERIFY(std::equal(crashed.begin(), crashed.end(), kAll.begin()));
        QTest::mouseClick(saving().button(), Qt::LeftButton); // it still fails
        QTest::qWait(100);
        QVERIFY(saving().isVisible());
        QCOMPARE(document().pendingEdits(), 3);

        m_sqlite->disarm();
        if (byButton)
            QTest::mouseClick(saving().button(), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(document().pendingEdits(), 0, byButton ? 900 : 5'000);
        QVERIFY(!saving().isVisible());
        QVERIFY(m_hands->window().topBar().savedText().startsWith(QStringLiteral("saved")));
        QCOMPARE(boxesAfterCrash(projectFolder()), kAll);
        document().refresh();
        QCOMPARE(m_hands->project().revision(), before + 3); // each gesture once, one after the other
        m_hands->undo();
        QCOMPARE(m_hands->shapes().size(), std::size_t(3));
    }

    void closingAsksFirst()
    {
        open(projectFolder());
        draw(2);
        QTRY_COMPARE(document().pendingEdits(), 0);
        m_sqlite->failEvery("write", Fault::IoFailure);
        draw(12);
        QTRY_VERIFY_WITH_TIMEOUT(saving().isVisible(), 10'000);
        QPointer<studio::MainWindow> window = &m_hands->window();
        window->close();
        QVERIFY(window->isVisible());
        auto* question = window->findChild<QMessageBox*>();
        QVERIFY(question != nullptr && question->isVisible());
        QCOMPARE(question->text(), QStringLiteral("One change is not saved."));
        QVERIFY(question->informativeText().contains(QStringLiteral("project.trainyard")));
        QVERIFY(test::press(*question, QStringLiteral("Stay")));
        QTRY_VERIFY(window->findChild<QMessageBox*>() == nullptr);
        QVERIFY(window->isVisible());
        window->close();
        question = window->findChild<QMessageBox*>();
        QVERIFY(question != nullptr);
        QVERIFY(test::press(*question, QStringLiteral("Close and lose")));
        QTRY_VERIFY(window == nullptr);
        m_sqlite->disarm();
        const auto project = test::openProject(projectFolder());
        QCOMPARE(boxesOf(*project), std::vector<int>{2});
        DONE(project->verify());
    }

    void closingWithoutTroubleAsksNothing()
    {
        open(projectFolder());
        draw(2);
        QPointer<studio::MainWindow> window = &m_hands->window();
        window->close();
        QTRY_VERIFY(window == nullptr);
        QCOMPARE(boxesOf(*test::openProject(projectFolder())), std::vector<int>{2});
    }

    void aSmallDiskThatIsReallyFull()
    {
        const test::SmallDisk disk(*m_folder / "disk", "4m");
        if (!disk.isMounted())
            QSKIP("mounting a small tmpfs needs root");
        const std::filesystem::path folder = *m_folder / "disk/pets";
        open(folder);
        const std::filesystem::path filler = *m_folder / "disk/filler";
        {
            std::ofstream file(filler, std::ios::binary);
            const std::string block(4096, 'x');
            while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush())
                ;
        }
        int drawn = 0;
        while (!document().savingFailure() && drawn < 400) {
            Annotation box =
                test::LabelFixture::made(Box{drawn % 40 * 1.0, 4, 6, 8}, m_hands->classId("cat"));
            box.extra = "{\"test\":\"" + std::string(6'000, 'x') + "\"}";
            m_hands->put({box});
            ++drawn;
            QTest::qWait(1);
        }
        QVERIFY(document().savingFailure().has_value());
        draw(41); // by the mouse
        ++drawn;
        QTRY_VERIFY(saving().isVisible());
        QVERIFY2(saving().sentence().contains(QStringLiteral("bytes are needed")),
                 qPrintable(saving().sentence()));
        QVERIFY(saving().sentence().contains(QString::fromStdString(folder.native())));
        QCOMPARE(m_hands->shapes().size(), static_cast<std::size_t>(drawn));
        std::filesystem::remove(filler);
        QTRY_COMPARE_WITH_TIMEOUT(document().pendingEdits(), 0, 10'000);
        QVERIFY(!saving().isVisible());
        m_hands.reset(); // before the disk goes
        const auto project = test::openProject(folder);
        QCOMPARE(boxesOf(*project).size(), static_cast<std::size_t>(drawn));
        DONE(project->verify());
    }

    void picturesThatWereDeleted()
    {
        open(projectFolder());
        std::filesystem::rename(projectFolder() / "pictures", projectFolder() / "gone");
        const ItemId last = m_hands->project().columns().back().id;
        m_hands->tool("select");
        m_hands->window().session().view.setCurrentItem(last);
        QTRY_VERIFY_WITH_TIMEOUT(panelNotice().isVisible(), 20'000);
        QVERIFY2(panelNotice().sentence().contains(QStringLiteral("picture-0003.ppm")),
                 qPrintable(panelNotice().sentence()));
        QVERIFY(panelNotice().sentence().contains(QStringLiteral("Check that it is still there")));
        auto* missing = m_hands->window().findChild<studio::MissingPictures*>();
        QTRY_VERIFY_WITH_TIMEOUT(missing->isVisible(), 5'000);
        QVERIFY(missing->sentence().contains(QStringLiteral("pictures")));
        // A class needs no pixels.
        m_hands->key(Qt::Key_1);
        QTRY_COMPARE(document().pendingEdits(), 0);
        QCOMPARE(m_hands->project().column(last)->classId,
                 static_cast<std::int32_t>(m_hands->classId("cat")));
        m_hands->window().session().view.setCurrentItem(last);
        QTRY_VERIFY_WITH_TIMEOUT(panelNotice().isVisible(), 20'000);
        QVERIFY(m_hands->canvas().isWaiting());
        QTest::mouseClick(panelNotice().button(), Qt::LeftButton); // "Try again", and it is still away
        QTRY_VERIFY_WITH_TIMEOUT(panelNotice().isVisible(), 20'000);
        std::filesystem::rename(projectFolder() / "gone", projectFolder() / "pictures");
        QCOMPARE(panelNotice().button()->text(), QStringLiteral("Try again"));
        QTest::mouseClick(panelNotice().button(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(!m_hands->canvas().isWaiting(), 20'000);
        QVERIFY(!panelNotice().isVisible());
    }

    void aPictureThatWasChanged()
    {
        open(projectFolder());
        const ItemId last = m_hands->project().columns().back().id;
        Annotation box = test::LabelFixture::made(Box{30, 20, 10, 8}, m_hands->classId("dog"));
        box.id = *m_hands->project().newId();
        box.item = last;
        QVERIFY(document().apply(Edit{"put", "put", {rowForNewAnnotation(box)}}).has_value());
        test::writeTestFile(projectFolder() / "pictures/picture-0003.ppm",
                            "P6\n24 16\n255\n" + std::string(24 * 16 * 3, '\x60'));
        m_hands->window().session().view.setCurrentItem(last);
        QTRY_VERIFY_WITH_TIMEOUT(panelNotice().isVisible(), 20'000);
        QVERIFY2(
            panelNotice().sentence().contains(QStringLiteral("picture-0003.ppm was changed on the disk")),
            qPrintable(panelNotice().sentence()));
        QVERIFY(panelNotice().sentence().contains(QStringLiteral("import its folder again")));
        QCOMPARE(m_hands->shapes().size(), std::size_t(1)); // its label is what it was
        QVERIFY(m_hands->shapes()[0].shape == box.shape);
        m_hands->window().session().view.setCurrentItem(m_hands->project().columns().front().id);
        QTRY_VERIFY(!panelNotice().isVisible());
    }
};

QTEST_MAIN(LabelFaultsTest)
#include "tst_label_faults.moc"
