// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/geometry.h"
#include "core/project/annotation_edits.h"
#include "core/project/class_edits.h"
#include "core/project/edits.h"
#include "tests/app/studio/label_fixture.h"
#include "tests/app/studio/studio_driver.h"
#include "tests/widgets/bridge/sample_project.h"
#include "widgets/views/tools/tool.h"

#include <QTest>

using namespace trainyard;
using namespace trainyard::widgets;

/// What happens to a hand that is quick, changes its mind, or presses a key in the middle of something.
class LabelSlipsTest : public QObject
{
    Q_OBJECT
private:
    test::LabelFixture m_hands;

    [[nodiscard]] static Shape triangle(double x, double y)
    {
        return Polygon{{{{{x, y}, {x + 12, y}, {x + 12, y + 10}, {x, y + 10}}, {}}}};
    }
    /// The polygon at (20, 4) with one vertex chosen.
    AnnotationId polygonWithChosenVertex()
    {
        const auto made = m_hands.put({m_hands.made(triangle(20, 4))});
        m_hands.contents().select({made[0]});
        m_hands.click(20, 4, Qt::ShiftModifier);
        return made[0];
    }

private slots:
    void init()
    {
        m_hands.open();
        m_hands.tool("select");
    }
    void cleanup() { m_hands.close(); }

    /// The chosen vertices go with their shape.
    void deleteAfterTheShapeIsGone()
    {
        const auto box = m_hands.put({m_hands.made(Box{2, 16, 10, 8})});
        polygonWithChosenVertex();
        m_hands.undo();
        QCOMPARE(m_hands.shapes().size(), std::size_t(1));
        m_hands.contents().select({box[0]});
        m_hands.key(Qt::Key_Delete);
        QVERIFY(m_hands.shapes().empty()); // the box, as a whole
    }

    /// Chosen vertices of a shape that is no longer selected stay as they are.
    void deleteMeansWhatIsSelected()
    {
        const auto box = m_hands.put({m_hands.made(Box{2, 16, 10, 8})});
        const AnnotationId polygon = polygonWithChosenVertex();
        m_hands.contents().setLocked({polygon}, true);
        m_hands.contents().select({box[0]});
        m_hands.key(Qt::Key_Delete);
        QVERIFY(m_hands.only().shape == triangle(20, 4));
    }

    /// Two quick presses are two.
    void twoQuickAbsentKeypoints()
    {
        m_hands.tool("keypoints");
        m_hands.contents().setCurrentClass(m_hands.classId("cat"));
        m_hands.doubleClick(10, 10, Qt::RightButton);
        m_hands.click(30, 20);
        const auto points = std::get<Keypoints>(m_hands.only().shape).points;
        QCOMPARE(points.size(), std::size_t(3));
        QVERIFY(points[0].state == KeypointState::Absent && points[1].state == KeypointState::Absent);
        QVERIFY(points[2].state == KeypointState::Visible);
    }

    void aClickThenADragAtOncePlace()
    {
        m_hands.put({m_hands.made(Box{4, 4, 10, 8})});
        m_hands.doubleClick(8, 8);
        m_hands.drag(8, 8, 18, 12);
        QVERIFY(test::isNear(m_hands.only().shape, Box{14, 8, 10, 8}));
        m_hands.tool("polygon"); // its first vertex closes it, whatever comes right behind
        m_hands.click(30, 4);
        m_hands.click(40, 4);
        m_hands.click(40, 14);
        m_hands.doubleClick(30, 4);
        QCOMPARE(m_hands.shapes().size(), std::size_t(2));
        QVERIFY(!m_hands.canvas().tool()->isDrafting());
    }

    void theButtonThatPaintsGoesFirst()
    {
        m_hands.tool("brush");
        m_hands.contents().setCurrentClass(m_hands.classId("cat"));
        m_hands.contents().setBrushRadius(2);
        m_hands.press(10, 10);
        m_hands.move(16, 10);
        m_hands.press(16, 10, {}, Qt::MiddleButton);
        m_hands.release(16, 10);
        QVERIFY(!m_hands.canvas().tool()->isDrafting());
        m_hands.release(16, 10, {}, Qt::MiddleButton);
        QCOMPARE(m_hands.shapes().size(), std::size_t(1));
    }

    /// Undo in the middle of something means that.
    void undoOfADraft()
    {
        m_hands.put({m_hands.made(Box{2, 2, 6, 6})});
        m_hands.tool("keypoints");
        m_hands.contents().setCurrentClass(m_hands.classId("cat"));
        m_hands.click(10, 10);
        m_hands.click(20, 10);
        m_hands.undo();
        m_hands.click(30, 20);
        m_hands.click(40, 20);
        QCOMPARE(m_hands.shapes().size(), std::size_t(2));
        const auto points = std::get<Keypoints>(m_hands.shapes()[1].shape).points;
        QVERIFY(std::abs(points[1].at.x - 30) < 0.5);
        m_hands.tool("box");
        m_hands.press(10, 10);
        m_hands.move(20, 20);
        m_hands.undo();
        m_hands.move(30, 25);
        m_hands.release(30, 25);
        QCOMPARE(m_hands.shapes().size(), std::size_t(2));
        m_hands.undo();
        QCOMPARE(m_hands.shapes().size(), std::size_t(1));
    }

    /// A class's key in the middle of a drawing is for that.
    void classKeyOfADraft()
    {
        const ClassId cat = m_hands.classId("cat");
        const ClassId dog = m_hands.classId("dog");
        const auto made = m_hands.put({m_hands.made(Box{2, 2, 6, 6}, cat)});
        m_hands.tool("polygon");
        m_hands.contents().setCurrentClass(cat);
        m_hands.contents().select({made[0]});
        m_hands.click(20, 4);
        m_hands.click(30, 4);
        m_hands.key(Qt::Key_2);
        m_hands.click(30, 14);
        m_hands.key(Qt::Key_Return);
        QCOMPARE(m_hands.shapes().size(), std::size_t(2));
        QCOMPARE(m_hands.shapes()[0].classId, cat);
        QCOMPARE(m_hands.shapes()[1].classId, dog);
    }

    void everyClassHasAKeyOfItsOwn()
    {
        const auto& classes = m_hands.project().classes();
        QCOMPARE(freeClassKey(classes), std::string("3"));
        QCOMPARE(freeClassKey(std::vector<ItemClass>{{1, "a", 0, "2"}}), std::string("1"));
        const std::vector<std::string> taken = {"1", "2"};
        QCOMPARE(freeClassKey({}, taken), std::string("3"));
        std::vector<ItemClass> all;
        for (char digit = '1'; digit <= '9'; ++digit)
            all.push_back({digit, std::string(1, digit), 0, std::string(1, digit)});
        QCOMPARE(freeClassKey(all), std::string());
    }

    /// A painted shape is a new one like any other: it gets what its class presets.
    void paintedShapesGetPresets()
    {
        const ClassId dog = m_hands.classId("dog");
        auto specs = m_hands.project().classById(dog)->attributes;
        AttributeSpec preset;
        preset.name = "side";
        preset.kind = AttributeKind::Text;
        preset.preset = AttributeValue(std::string("left"));
        specs.push_back(preset);
        auto edit = makeSetClassAttributes(m_hands.project(), dog, specs);
        QVERIFY(m_hands.window().session().document->apply(std::move(edit)).has_value());
        m_hands.tool("brush");
        m_hands.contents().setCurrentClass(dog);
        m_hands.drag(10, 10, 20, 10);
        const Annotation mask = m_hands.only();
        QVERIFY(mask.kind() == ShapeKind::Mask);
        QVERIFY(mask.attributes.contains("side"));
        const ItemId item = m_hands.item();
        m_hands.drag(20, 10, 20, 20); // goes on with it
        QCOMPARE(m_hands.shapes().size(), std::size_t(1));
        QCOMPARE(m_hands.item(), item);
    }

    /// What was copied goes into the next picture, whether its pixels are there or not, and into no other.
    void pasteIsForOnePicture()
    {
        m_hands.close();
        const test::TemporaryFolder folder;
        test::makeSampleProject(folder / "pets", 4, 0);
        {
            auto project = Project::open(folder / "pets", Project::OpenMode::ReadOnly, "test@here/setup");
            QVERIFY(project.has_value());
            QVERIFY(std::filesystem::remove(
                (*project)->itemPath(*(*project)->item((*project)->columns()[1].id))));
        }
        m_hands.openAt(folder / "pets", QSize(1280, 800));
        m_hands.tool("select");
        const ItemId first = m_hands.item();
        const auto made = m_hands.put({m_hands.made(Box{2, 2, 6, 6})});
        m_hands.contents().select({made[0]});
        m_hands.panel().run("pasteNext"); // its file is gone
        QVERIFY(m_hands.item() != first);
        m_hands.panel().run("pasteNext"); // at once, as a key that is held down does
        m_hands.panel().run("next");
        QTRY_VERIFY(!m_hands.canvas().isWaiting());
        std::vector<std::size_t> shapes;
        for (const ItemColumns& columns : m_hands.project().columns())
            shapes.push_back(m_hands.project().annotations(columns.id)->size());
        QCOMPARE(shapes, (std::vector<std::size_t>{1, 1, 1, 0}));
    }

    /// Where another window writes, tools say so and draw nothing; choosing and looking go on.
    void onlyReading()
    {
        m_hands.close();
        const test::TemporaryFolder folder;
        test::makeSampleProject(folder / "pets", 4, 4);
        ItemId item = 0;
        AnnotationId box = 0;
        const auto other =
            studio::Session::open(studio::openProjectFiles(folder / "pets"), test::builtPrograms());
        QVERIFY(other.has_value() && !(*other)->document->isReadOnly());
        {
            Project& project = (*other)->document->project();
            item = project.columns()[0].id;
            Annotation annotation = m_hands.made(Box{4, 4, 12, 10});
            annotation.id = box = *project.newId();
            annotation.item = item;
            auto edit = makeAnnotationsEdit(project, item, "put", "put", {{annotation}, {}, {}});
            QVERIFY((*other)->document->apply(std::move(edit)).has_value());
            QVERIFY(project.flush());
        }
        m_hands.openAt(folder / "pets", QSize(1280, 800));
        QVERIFY(m_hands.window().session().document->isReadOnly());
        m_hands.window().session().view.setCurrentItem(item);
        QTRY_VERIFY(!m_hands.canvas().isWaiting());
        for (const char* key : {"box", "polygon", "brush", "point"}) {
            m_hands.tool(key);
            m_hands.drag(20, 18, 40, 28);
            QVERIFY(!m_hands.canvas().tool()->isDrafting());
        }
        m_hands.tool("select");
        m_hands.drag(8, 8, 20, 16);
        QVERIFY(m_hands.contents().selection() == std::set{box});
        m_hands.key(Qt::Key_Delete);
        QVERIFY(test::isNear(m_hands.only().shape, Box{4, 4, 12, 10}));
        QCOMPARE(m_hands.window().session().document->pendingEdits(), std::int64_t(0));
    }
};

QTEST_MAIN(LabelSlipsTest)
#include "tst_label_slips.moc"
