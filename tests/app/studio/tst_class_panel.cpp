// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/application.h"
#include "app/studio/main_window.h"
#include "core/project/annotation_edits.h"
#include "core/project/class_remap.h"
#include "core/project/edits.h"
#include "tests/app/studio/studio_driver.h"
#include "tests/support/test_folders.h"
#include "tests/widgets/bridge/sample_project.h"
#include "widgets/elements/class_tree.h"
#include "widgets/elements/notice.h"
#include "widgets/panels/class_panel.h"
#include "widgets/panels/gallery_panel.h"

#include <QComboBox>
#include <QDropEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QTest>
#include <QToolButton>

using namespace trainyard;
using namespace trainyard::studio;
using namespace trainyard::widgets;

/// The class manager in the real window, with real keys and clicks; what changes all labels runs as a job.
class TestClassPanel : public QObject
{
    Q_OBJECT
private:
    std::unique_ptr<test::TemporaryFolder> m_folder;
    std::unique_ptr<Application> m_application;
    ClassPanel* m_panel = nullptr;

    MainWindow& window() const { return *m_application->mainWindow(); }
    Project& project() const { return window().session().document->project(); }
    ClassTree& tree() const { return *m_panel->tree(); }
    ClassId idOf(const char* name) const
    {
        const ItemClass* found = project().classByName(name);
        return found == nullptr ? 0 : found->id;
    }
    /// Drops one class on another; the way to there needs a window system, the drop itself does not.
    void drop(ClassId from, ClassId into)
    {
        tree().setCurrentClass(from);
        const QPoint place = tree().visualItemRect(tree().itemOf(into)).center();
        QMimeData mime;
        mime.setData("application/x-trainyard-class", QByteArray::number(qlonglong(from)));
        QDragEnterEvent enter(place, Qt::MoveAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(tree().viewport(), &enter);
        QDragMoveEvent move(place, Qt::MoveAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(tree().viewport(), &move);
        QDropEvent event(place, Qt::MoveAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(tree().viewport(), &event);
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<test::TemporaryFolder>();
        test::makeUser(m_folder->path());
        test::makeSampleProject(*m_folder / "pets", 12, 8);
        m_application = std::make_unique<Application>(test::builtPrograms());
        QVERIFY(test::openProjectIn(*m_application, *m_folder / "pets"));
        QVERIFY(QTest::qWaitForWindowActive(&window()));
        QTest::keyClick(&window(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
        m_panel = window().findChild<ClassPanel*>();
        QVERIFY(m_panel != nullptr && m_panel->isVisible());
    }
    void cleanup()
    {
        m_panel = nullptr;
        m_application.reset();
        m_folder.reset();
    }

    void renamesInPlace()
    {
        tree().setCurrentClass(idOf("cat"));
        tree().setFocus();
        QTest::keyClick(&tree(), Qt::Key_F2);
        auto* editor = qobject_cast<QLineEdit*>(QApplication::focusWidget());
        QVERIFY(editor != nullptr);
        test::fill(*editor, "kitten");
        QTest::keyClick(editor, Qt::Key_Return);
        QTRY_VERIFY(idOf("kitten") != 0 && idOf("cat") == 0);
        tree().setFocus();
        QTest::keyClick(&tree(), Qt::Key_F2);
        editor = qobject_cast<QLineEdit*>(QApplication::focusWidget());
        QVERIFY(editor != nullptr);
        test::fill(*editor, "dog"); // there is one already
        QTest::keyClick(editor, Qt::Key_Return);
        QTRY_VERIFY(m_panel->notice()->isVisible());
        QVERIFY(m_panel->notice()->sentence().contains("dog"));
        QVERIFY(idOf("kitten") != 0);
        QCOMPARE(tree().itemOf(idOf("kitten"))->text(0), QString("kitten"));
    }

    void countsLabels()
    {
        QTRY_COMPARE(tree().itemOf(idOf("cat"))->text(1), QString("4"));
        QCOMPARE(tree().itemOf(idOf("dog"))->text(1), QString("4"));
        QCOMPARE(tree().itemOf(idOf("cat"))->text(2), QString("1"));
    }

    void mergesByDropAndTakesItBack()
    {
        const ClassId cat = idOf("cat");
        const ClassId dog = idOf("dog");
        QTRY_COMPARE(tree().itemOf(cat)->text(1), QString("4"));
        drop(cat, dog);
        QVERIFY(m_panel->notice()->isVisible());
        QVERIFY(idOf("cat") != 0); // it asks first
        QVERIFY(test::press(*m_panel, "Merge"));
        QTRY_VERIFY_WITH_TIMEOUT(project().classById(cat) == nullptr, test::kJobMs);
        QTRY_COMPARE(tree().itemOf(dog)->text(1), QString("8"));
        QVERIFY(tree().itemOf(cat) == nullptr);
        for (const ItemColumns& item : project().columns())
            QVERIFY(item.classId != cat);
        QTest::keyClick(&window(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_VERIFY(project().classById(cat) != nullptr);
        QTRY_COMPARE(tree().itemOf(cat)->text(1), QString("4"));
    }

    void deletesWithLabels()
    {
        tree().setCurrentClass(idOf("dog"));
        auto* remap = test::named<QComboBox>(*m_panel, "What becomes of the labels");
        QVERIFY(remap != nullptr);
        remap->setCurrentIndex(0);
        QTest::mouseClick(test::button(*m_panel, "Delete"), Qt::LeftButton);
        QVERIFY(m_panel->notice()->isVisible());
        QTest::mouseClick(m_panel->notice()->button(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(idOf("dog") == 0, test::kJobMs);
        std::int64_t labelled = 0;
        for (const ItemColumns& item : project().columns())
            labelled += item.classId != 0 ? 1 : 0;
        QCOMPARE(labelled, std::int64_t(4));
    }

    /// The classes that may take over its labels are the others, and what was chosen among them stays.
    void offersTheOtherClasses()
    {
        auto edit = makeAddClass(project(), "bird", 0x2A9D8F, "3");
        QVERIFY(edit.has_value());
        QVERIFY(window().session().document->apply(std::move(*edit)).has_value());
        const ClassId cat = idOf("cat");
        const ClassId dog = idOf("dog");
        const ClassId bird = idOf("bird");
        auto* remap = test::named<QComboBox>(*m_panel, "What becomes of the labels");
        const auto offered = [&](ClassId id) { return remap->findData(qlonglong(id)) >= 0; };
        tree().setCurrentClass(cat);
        QVERIFY(!offered(cat) && offered(dog) && offered(bird));
        remap->setCurrentIndex(remap->findData(qlonglong(bird)));
        tree().setCurrentClass(dog);
        QVERIFY(offered(cat) && !offered(dog));
        QCOMPARE(remap->currentData().toLongLong(), qlonglong(bird));
        tree().setCurrentClass(bird);
        QVERIFY(offered(cat) && offered(dog) && !offered(bird));
    }

    void whatAClassSaysOfItself()
    {
        const ClassId cat = idOf("cat");
        tree().setCurrentClass(cat);
        auto* guide = test::named<QPlainTextEdit>(*m_panel, "Guide text");
        guide->setFocus();
        QTest::keyClicks(guide, "has whiskers");
        auto* keypoints = test::named<QLineEdit>(*m_panel, "Keypoints");
        keypoints->setFocus(); // leaving the text saves it
        QTRY_COMPARE(project().classById(cat)->guide, std::string("has whiskers"));
        QTest::keyClicks(keypoints, "nose, tail");
        QTest::keyClick(keypoints, Qt::Key_Return);
        auto* bones = test::named<QLineEdit>(*m_panel, "Lines between keypoints");
        bones->setFocus();
        QTest::keyClicks(bones, "nose - tail");
        QTest::keyClick(bones, Qt::Key_Return);
        QCOMPARE(project().classById(cat)->skeleton, (Skeleton{{"nose", "tail"}, {{0, 1}}}));
        QTest::mouseClick(test::named<QToolButton>(*m_panel, "Add an attribute"), Qt::LeftButton);
        auto* cell = qobject_cast<QLineEdit*>(QApplication::focusWidget());
        QVERIFY(cell != nullptr);
        QTest::keyClicks(cell, "age");
        QTest::keyClick(cell, Qt::Key_Return);
        QTRY_COMPARE(project().classById(cat)->attributes.size(), std::size_t(1));
        QCOMPARE(project().classById(cat)->attributes[0].name, std::string("age"));
        // Pictures that are selected in the gallery become examples.
        auto* gallery = window().findChild<GalleryPanel*>()->gallery();
        gallery->setFocus();
        QTest::keyClick(gallery, Qt::Key_A, Qt::ControlModifier);
        const std::size_t chosen = gallery->selectedItems().size();
        QVERIFY(chosen > 0);
        QVERIFY(test::press(*m_panel, "Use selected pictures"));
        QCOMPARE(project().classById(cat)->examples.size(), chosen);
    }

    void showsLabelsOfADeletedClass()
    {
        const ClassId cat = idOf("cat");
        const ClassId dog = idOf("dog");
        const ItemId item = project().columns().back().id;
        {
            auto other = Project::open(*m_folder / "pets", Project::OpenMode::ReadWrite, "bob@here/cli");
            QVERIFY(other.has_value());
            auto slow = Project::open(*m_folder / "pets", Project::OpenMode::ReadWrite, "eve@here/cli");
            QVERIFY(slow.has_value());
            Annotation box;
            box.item = item;
            box.classId = cat;
            box.shape = Box{1, 1, 5, 5};
            const auto edit = makeAddAnnotation(**slow, box); // knows the class still
            QVERIFY(edit.has_value());
            QVERIFY(mergeClasses(**other, cat, dog).has_value());
            QVERIFY((*slow)->applyNow(*edit).has_value());
        }
        QTRY_VERIFY(project().classById(cat) == nullptr);
        QTRY_VERIFY(test::button(*m_panel, "Make them dog") != nullptr);
        QVERIFY(test::press(*m_panel, "Make them dog"));
        QTRY_VERIFY_WITH_TIMEOUT(project().labelsOfClass(cat)->empty(), test::kJobMs);
    }
};

QTEST_MAIN(TestClassPanel)
#include "tst_class_panel.moc"
