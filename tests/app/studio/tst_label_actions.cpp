// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/actions.h"
#include "core/labels/geometry.h"
#include "tests/app/studio/label_fixture.h"
#include "tests/app/studio/studio_driver.h"
#include "widgets/dialogs/class_picker.h"
#include "widgets/forms/attribute_editor.h"
#include "widgets/views/shape_list.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QTest>

using namespace trainyard;
using namespace trainyard::widgets;

/// Selecting, reshaping and every action on the selection, by mouse and keys in the real window.
class LabelActionsTest : public QObject
{
    Q_OBJECT
private:
    test::LabelFixture m_hands;

    [[nodiscard]] std::vector<AnnotationId> ids() const
    {
        std::vector<AnnotationId> all;
        for (const Annotation& annotation : m_hands.shapes())
            all.push_back(annotation.id);
        return all;
    }
    void select(std::set<AnnotationId> chosen) { m_hands.contents().select(std::move(chosen)); }

private slots:
    void init()
    {
        m_hands.open();
        m_hands.tool("select");
    }
    void cleanup() { m_hands.close(); }

    void clicksChoose()
    {
        const auto made = m_hands.put({m_hands.made(Box{2, 2, 20, 20}), m_hands.made(Box{6, 6, 6, 6}),
                                       m_hands.made(Box{30, 4, 10, 10})});
        m_hands.click(9, 9); // inside both: the smaller one
        QVERIFY(m_hands.contents().selection() == std::set{made[1]});
        m_hands.click(35, 9, Qt::ControlModifier);
        QVERIFY(m_hands.contents().selection() == (std::set{made[1], made[2]}));
        m_hands.click(35, 9, Qt::ControlModifier);
        QVERIFY(m_hands.contents().selection() == std::set{made[1]});
        m_hands.drag(27, 1, 45, 18);
        QVERIFY(m_hands.contents().selection() == std::set{made[2]});
        m_hands.click(25, 28);
        QVERIFY(m_hands.contents().selection().empty());
        m_hands.key(Qt::Key_Tab);
        QVERIFY(m_hands.contents().selection() == std::set{made[0]});
        m_hands.key(Qt::Key_Tab);
        QVERIFY(m_hands.contents().selection() == std::set{made[1]});
        m_hands.key(Qt::Key_Tab, Qt::ShiftModifier);
        QVERIFY(m_hands.contents().selection() == std::set{made[0]});
        m_hands.key(Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(m_hands.contents().selection().size(), std::size_t(3));
        m_hands.key(Qt::Key_Tab); // beyond the last: out of the canvas
        QVERIFY(m_hands.contents().selection().empty());
        QVERIFY(!m_hands.canvas().hasFocus());
    }

    void fillsThePicturesBetween()
    {
        const ItemId first = m_hands.item();
        const ClassId cat = m_hands.classId("cat");
        m_hands.put({m_hands.made(Box{0, 0, 10, 10}, cat)});
        std::vector<ItemId> between;
        for (int i = 0; i < 3; ++i) {
            m_hands.window().findChild<LabelPanel*>()->run("next");
            between.push_back(m_hands.item());
            QTRY_VERIFY(!m_hands.canvas().isWaiting());
        }
        const auto last = m_hands.put({m_hands.made(Box{30, 18, 16, 10}, cat)});
        select({last[0]});
        m_hands.key(Qt::Key_I, Qt::ShiftModifier);
        const auto boxesAt = [&](ItemId item) {
            std::vector<Shape> shapes;
            const auto annotations = m_hands.project().annotations(item);
            for (const Annotation& annotation : *annotations)
                if (annotation.kind() == ShapeKind::Box)
                    shapes.push_back(annotation.shape);
            return shapes;
        };
        QCOMPARE(boxesAt(between[0]).size(), std::size_t(1));
        QVERIFY(boxesAt(between[0])[0] == Shape(Box{10, 6, 12, 10}));
        QVERIFY(boxesAt(between[1])[0] == Shape(Box{20, 12, 14, 10}));
        QCOMPARE(boxesAt(first).size(), std::size_t(1));
        m_hands.undo();
        QVERIFY(boxesAt(between[0]).empty() && boxesAt(between[1]).empty());
        QCOMPARE(boxesAt(between[2]).size(), std::size_t(1));
    }

    void draggingMoves()
    {
        m_hands.put({m_hands.made(Box{4, 4, 10, 8}), m_hands.made(Vertex{30, 20})});
        m_hands.drag(9, 8, 14, 10);
        QVERIFY(test::isNear(m_hands.shapes()[0].shape, Box{9, 6, 10, 8}));
        m_hands.drag(14, 10, -40, 10); // not out of the picture
        QVERIFY(test::isNear(m_hands.shapes()[0].shape, Box{0, 6, 10, 8}));
        m_hands.undo();
        m_hands.undo();
        QVERIFY(m_hands.shapes()[0].shape == Shape(Box{4, 4, 10, 8}));
        m_hands.press(9, 8);
        m_hands.move(20, 20);
        m_hands.key(Qt::Key_Escape);
        m_hands.release(20, 20);
        QVERIFY(m_hands.shapes()[0].shape == Shape(Box{4, 4, 10, 8}));
    }

    void arrowsNudge()
    {
        const ItemId item = m_hands.item();
        const auto made = m_hands.put({m_hands.made(Box{4, 4, 10, 8})});
        select({made[0]});
        m_hands.key(Qt::Key_Right);
        m_hands.key(Qt::Key_Down, Qt::ShiftModifier);
        QVERIFY(m_hands.only().shape == Shape(Box{5, 14, 10, 8}));
        QCOMPARE(m_hands.item(), item);
        select({});
        m_hands.key(Qt::Key_Right);
        QVERIFY(m_hands.item() != item); // nothing selected: the next picture
    }

    void cornersAndSidesResize()
    {
        m_hands.put({m_hands.made(Box{10, 10, 10, 8})});
        m_hands.click(15, 14);
        m_hands.drag(20, 18, 26, 22);
        QVERIFY(test::isNear(m_hands.only().shape, Box{10, 10, 16, 12}));
        m_hands.drag(10, 16, 6, 17); // the left side
        QVERIFY(test::isNear(m_hands.only().shape, Box{6, 10, 20, 12}));
        m_hands.undo();
        m_hands.undo();
        QVERIFY(m_hands.only().shape == Shape(Box{10, 10, 10, 8}));
    }

    void aRotatedBoxTurns()
    {
        m_hands.put({m_hands.made(RotatedBox{24, 16, 16, 8, 0})});
        m_hands.click(24, 16);
        const double zoom = m_hands.canvas().transform().zoom;
        m_hands.drag(24, 12 - 26 / zoom, 30, 16); // the handle above it, to the right of the middle
        const auto box = std::get<RotatedBox>(m_hands.only().shape);
        QVERIFY2(std::abs(box.angle - 90) < 0.5, qPrintable(QString::number(box.angle)));
        QCOMPARE(box.width, 16.0);
        m_hands.drag(24, 24, 24, 28); // the right side is below now
        const auto longer = std::get<RotatedBox>(m_hands.only().shape);
        QVERIFY(std::abs(longer.width - 20) < 0.2 && std::abs(longer.centreY - 18) < 0.2);
    }

    void verticesMoveComeAndGo()
    {
        const Shape before = Polygon{{{{{6, 6}, {26, 6}, {26, 22}, {6, 22}}, {}}}};
        m_hands.put({m_hands.made(before)});
        m_hands.click(16, 14);
        m_hands.drag(26, 22, 30, 26);
        QVERIFY(test::isNear(m_hands.only().shape, Polygon{{{{{6, 6}, {26, 6}, {30, 26}, {6, 22}}, {}}}}));
        m_hands.undo();
        m_hands.drag(16, 6, 16, 2); // a click on the edge makes a vertex, the drag moves it
        QVERIFY(test::isNear(m_hands.only().shape,
                             Polygon{{{{{6, 6}, {16, 2}, {26, 6}, {26, 22}, {6, 22}}, {}}}}));
        m_hands.click(16, 2, Qt::AltModifier);
        QVERIFY(test::isNear(m_hands.only().shape, before));
        m_hands.move(6, 22, {}, Qt::NoButton);
        m_hands.key(Qt::Key_Delete); // the vertex under the mouse, not the shape
        QVERIFY(test::isNear(m_hands.only().shape, Polygon{{{{{6, 6}, {26, 6}, {26, 22}}, {}}}}));
        m_hands.click(6, 6, Qt::AltModifier); // three are the least
        QCOMPARE(verticesOf(m_hands.only().shape).size(), std::size_t(3));
    }

    void severalVerticesMoveTogether()
    {
        m_hands.put({m_hands.made(Polygon{{{{{6, 6}, {26, 6}, {26, 22}, {6, 22}}, {}}}})});
        m_hands.click(16, 14);
        m_hands.drag(22, 2, 30, 28, Qt::ShiftModifier); // around the right side, from outside the shape
        m_hands.drag(26, 6, 32, 6);
        QVERIFY(test::isNear(m_hands.only().shape, Polygon{{{{{6, 6}, {32, 6}, {32, 22}, {6, 22}}, {}}}}));
    }

    void deleteAndDuplicate()
    {
        const auto made = m_hands.put({m_hands.made(Box{4, 4, 10, 8}), m_hands.made(Box{20, 4, 10, 8})});
        select({made[0]});
        m_hands.key(Qt::Key_D, Qt::ControlModifier);
        QCOMPARE(m_hands.shapes().size(), std::size_t(3));
        QVERIFY(m_hands.shapes()[2].shape == Shape(Box{14, 14, 10, 8}));
        m_hands.key(Qt::Key_Delete); // the copy is what is selected
        QVERIFY(ids() == made);
        m_hands.undo();
        m_hands.undo();
        QVERIFY(ids() == made);
    }

    void copyGoesToTheNextPicture()
    {
        const auto made = m_hands.put({m_hands.made(Box{4, 4, 10, 8}, m_hands.classId("dog"))});
        const ItemId first = m_hands.item();
        select({made[0]});
        m_hands.key(Qt::Key_C, Qt::ControlModifier);
        m_hands.key(Qt::Key_V, Qt::ControlModifier);
        QVERIFY(m_hands.shapes()[1].shape == Shape(Box{14, 14, 10, 8})); // beside it
        select({made[0]});
        m_hands.key(Qt::Key_V, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(m_hands.item() != first);
        QTRY_COMPARE(m_hands.shapes().size(), std::size_t(1));
        QVERIFY(m_hands.only().shape == Shape(Box{4, 4, 10, 8})); // at the same place
        QCOMPARE(m_hands.only().classId, m_hands.classId("dog"));
        m_hands.undo();
        QVERIFY(m_hands.shapes().empty());
    }

    void joinSubtractSplit()
    {
        const auto made = m_hands.put({m_hands.made(Box{4, 4, 10, 8}), m_hands.made(Box{10, 4, 10, 8})});
        m_hands.key(Qt::Key_A, Qt::ControlModifier);
        m_hands.key(Qt::Key_J);
        QVERIFY(std::abs(area(m_hands.only().shape) - 128) < 0.1);
        m_hands.undo();
        m_hands.key(Qt::Key_A, Qt::ControlModifier);
        m_hands.key(Qt::Key_J, Qt::ShiftModifier);
        QVERIFY(std::abs(area(m_hands.only().shape) - 48) < 0.1);
        QCOMPARE(m_hands.only().id, made[0]);
        m_hands.undo();
        QVERIFY(ids() == made);
        const auto parts = m_hands.put(
            {m_hands.made(Polygon{{{{{30, 4}, {34, 4}, {34, 8}}, {}}, {{{40, 4}, {44, 4}, {44, 8}}, {}}}})});
        select({parts[0]});
        m_hands.key(Qt::Key_S, Qt::ShiftModifier);
        QCOMPARE(m_hands.shapes().size(), std::size_t(4));
    }

    void conversions()
    {
        const auto made = m_hands.put({m_hands.made(Box{4, 4, 10, 8})});
        const auto kindAfter = [&](int key) {
            select({made[0]});
            m_hands.key(key, Qt::ShiftModifier);
            return m_hands.only().kind();
        };
        QCOMPARE(kindAfter(Qt::Key_P), ShapeKind::Polygon);
        QCOMPARE(kindAfter(Qt::Key_M), ShapeKind::Mask);
        QCOMPARE(area(m_hands.only().shape), 80.0);
        QCOMPARE(kindAfter(Qt::Key_R), ShapeKind::RotatedBox);
        QCOMPARE(kindAfter(Qt::Key_B), ShapeKind::Box);
        QVERIFY(test::isNear(m_hands.only().shape, Box{4, 4, 10, 8}));
        for (int i = 0; i < 4; ++i)
            m_hands.undo();
        QVERIFY(m_hands.only().shape == Shape(Box{4, 4, 10, 8}));
    }

    void order()
    {
        const auto made = m_hands.put(
            {m_hands.made(Vertex{4, 4}), m_hands.made(Vertex{8, 8}), m_hands.made(Vertex{12, 12})});
        select({made[0]});
        m_hands.key(Qt::Key_PageUp, Qt::ShiftModifier);
        QVERIFY(ids() == (std::vector{made[1], made[0], made[2]}));
        m_hands.key(Qt::Key_Up, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(ids() == (std::vector{made[1], made[2], made[0]}));
        m_hands.key(Qt::Key_PageDown, Qt::ShiftModifier);
        QVERIFY(ids() == (std::vector{made[1], made[0], made[2]}));
        m_hands.key(Qt::Key_Down, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(ids() == (std::vector{made[0], made[1], made[2]}));
    }

    void groupsAreChosenTogether()
    {
        const auto made = m_hands.put(
            {m_hands.made(Box{4, 4, 6, 6}), m_hands.made(Box{20, 4, 6, 6}), m_hands.made(Box{34, 4, 6, 6})});
        select({made[0], made[1]});
        m_hands.key(Qt::Key_G, Qt::ControlModifier);
        select({});
        m_hands.click(7, 7);
        QVERIFY(m_hands.contents().selection() == (std::set{made[0], made[1]}));
        select({});
        m_hands.click(7, 7, Qt::AltModifier);
        QVERIFY(m_hands.contents().selection() == std::set{made[0]});
        select({made[0], made[1]});
        m_hands.key(Qt::Key_G, Qt::ControlModifier | Qt::ShiftModifier);
        for (const Annotation& annotation : m_hands.shapes())
            QCOMPARE(annotation.group, std::int64_t(0));
    }

    void hiddenAndLockedAreStatesOfTheView()
    {
        const auto made = m_hands.put({m_hands.made(Box{4, 4, 10, 8})});
        const Revision before = m_hands.project().revision();
        select({made[0]});
        m_hands.key(Qt::Key_L, Qt::ControlModifier);
        m_hands.click(9, 8);
        QVERIFY(m_hands.contents().selection().empty());
        m_hands.key(Qt::Key_L, Qt::ControlModifier | Qt::AltModifier);
        m_hands.click(9, 8);
        QVERIFY(m_hands.contents().selection() == std::set{made[0]});
        m_hands.key(Qt::Key_H);
        QVERIFY(m_hands.contents().isHidden(made[0]) && m_hands.contents().selection().empty());
        m_hands.key(Qt::Key_H, Qt::ShiftModifier);
        QVERIFY(!m_hands.contents().isHidden(made[0]));
        QTRY_COMPARE(m_hands.window().session().document->pendingEdits(), 0);
        QVERIFY(m_hands.project().revision() <= before + 1); // what put() wrote; nothing since
    }

    void theListShowsAndToggles()
    {
        const auto made = m_hands.put(
            {m_hands.made(Box{4, 4, 10, 8}, m_hands.classId("dog")), m_hands.made(Vertex{30, 20})});
        auto* list = m_hands.panel().findChild<ShapeList*>();
        QCOMPARE(list->model()->rowCount(), 2);
        const QModelIndex row = list->shapes()->indexOf(made[0]);
        QCOMPARE(row.row(), 1); // the front one first
        QCOMPARE(row.data().toString(), QStringLiteral("dog"));
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                          list->visualRect(row.siblingAtColumn(ShapesModel::Kind)).center());
        QVERIFY(m_hands.contents().selection() == std::set{made[0]});
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                          list->visualRect(row.siblingAtColumn(ShapesModel::Shown)).center());
        QVERIFY(m_hands.contents().isHidden(made[0]));
    }

    void keysAndNamesGiveClasses()
    {
        const auto made = m_hands.put({m_hands.made(Box{4, 4, 10, 8})});
        select({made[0]});
        m_hands.key(Qt::Key_2);
        QCOMPARE(m_hands.only().classId, m_hands.classId("dog"));
        QCOMPARE(m_hands.project().column(m_hands.item())->classId, 0); // the shape's, not the picture's
        m_hands.key(Qt::Key_C);
        auto* picker = m_hands.panel().findChild<ClassPicker*>();
        QVERIFY(picker != nullptr);
        QTest::keyClicks(picker->field(), QStringLiteral("ca"));
        QTest::keyClick(picker->field(), Qt::Key_Return);
        QCOMPARE(m_hands.only().classId, m_hands.classId("cat"));
        QTRY_VERIFY(m_hands.panel().findChild<ClassPicker*>() == nullptr);
        QVERIFY(QTest::qWaitForWindowActive(&m_hands.window()));
        m_hands.key(Qt::Key_C);
        picker = m_hands.panel().findChild<ClassPicker*>();
        QTest::keyClicks(picker->field(), QStringLiteral("bird"));
        QTest::keyClick(picker->field(), Qt::Key_Return);
        QCOMPARE(m_hands.only().classId, m_hands.classId("bird"));
    }

    void oneIconForOneColour()
    {
        m_hands.put({m_hands.made(Box{2, 2, 20, 20}, m_hands.classId("cat")),
                     m_hands.made(Box{6, 6, 6, 6}, m_hands.classId("cat"))});
        const QAbstractItemModel& rows = *m_hands.window().findChild<ShapeList*>()->model();
        const auto icon = [&](int row) { return rows.index(row, 0).data(Qt::DecorationRole).value<QIcon>(); };
        QVERIFY(!icon(0).isNull());
        QCOMPARE(icon(1).cacheKey(), icon(0).cacheKey());
        QCOMPARE(icon(0).cacheKey(), icon(0).cacheKey());
    }

    void flagsAndAttributes()
    {
        const auto made = m_hands.put({m_hands.made(Box{4, 4, 10, 8}, m_hands.classId("dog"))});
        select({made[0]});
        m_hands.key(Qt::Key_O);
        QVERIFY(m_hands.only().flags.isOccluded);
        m_hands.key(Qt::Key_O);
        QVERIFY(!m_hands.only().flags.isOccluded);
        auto* editor = m_hands.panel().findChild<AttributeEditor*>();
        const auto field = [&](const char* name) {
            return test::named<QWidget>(*editor, QLatin1String(name));
        };
        QTest::keyClicks(field("name"), QStringLiteral("Rex"));
        QTest::keyClick(field("name"), Qt::Key_Return);
        QTest::keyClicks(field("age"), QStringLiteral("3.5"));
        QTest::keyClick(field("age"), Qt::Key_Return);
        QTest::keyClick(field("coat"), Qt::Key_Down);
        QTest::keyClick(field("coat"), Qt::Key_Down);
        QTest::mouseClick(field("asleep"), Qt::LeftButton, {}, QPoint(8, field("asleep")->height() / 2));
        QTest::mouseClick(field("Truncated"), Qt::LeftButton, {},
                          QPoint(8, field("Truncated")->height() / 2));
        const Annotation said = m_hands.only();
        QVERIFY(said.flags.isTruncated);
        QVERIFY(said.attributes == (Attributes{{"name", std::string("Rex")},
                                               {"age", 3.5},
                                               {"coat", std::string("long")},
                                               {"asleep", true}}));
    }

    void theLastShapeAgain()
    {
        m_hands.contents().setCurrentClass(m_hands.classId("dog"));
        m_hands.tool("box");
        m_hands.drag(4, 4, 14, 12);
        m_hands.move(30, 20, {}, Qt::NoButton);
        m_hands.key(Qt::Key_F);
        QCOMPARE(m_hands.shapes().size(), std::size_t(2));
        QVERIFY(test::isNear(m_hands.shapes()[1].shape, Box{25, 16, 10, 8}));
        QCOMPARE(m_hands.shapes()[1].classId, m_hands.classId("dog"));
    }

    void autoAdvance()
    {
        const ItemId first = m_hands.item();
        m_hands.contents().setCurrentClass(m_hands.classId("dog"));
        m_hands.tool("box");
        m_hands.key(Qt::Key_A, Qt::ShiftModifier);
        m_hands.drag(4, 4, 14, 12);
        QVERIFY(m_hands.item() != first);
        QCOMPARE(m_hands.project().annotations(first)->size(), std::size_t(1));
    }

    void everyActionOfTheTableDoesSomething()
    {
        // A row whose name nobody knows would be a key that does nothing.
        for (const studio::ActionSpec& spec : studio::actionTable()) {
            const QString key = QLatin1String(spec.key);
            if (key.startsWith(QLatin1String("label.")))
                QVERIFY2(m_hands.panel().run(key.mid(6)), spec.key);
        }
    }
};

QTEST_MAIN(LabelActionsTest)
#include "tst_label_actions.moc"
