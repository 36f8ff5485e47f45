// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/geometry.h"
#include "core/labels/mask_ops.h"
#include "tests/app/studio/label_fixture.h"

#include <QBoxLayout>
#include <QTest>

using namespace trainyard;

/// Every tool that draws, by mouse and keys in the real window; what the project has then, and what undo
/// leaves.
class LabelToolsTest : public QObject
{
    Q_OBJECT
private:
    test::LabelFixture m_hands;

    /// One gesture is one Edit: undo takes all of it back, redo gives the same again.
    void undoAndRedo()
    {
        const std::vector<Annotation> made = m_hands.shapes();
        m_hands.undo();
        QVERIFY(m_hands.shapes().empty());
        QVERIFY(m_hands.contents().shapes().empty());
        m_hands.redo();
        QCOMPARE(m_hands.shapes().size(), made.size());
        QVERIFY(m_hands.shapes() == made);
    }

private slots:
    void init()
    {
        m_hands.open();
        m_hands.contents().setCurrentClass(m_hands.classId("dog"));
    }
    void cleanup() { m_hands.close(); }

    void boxByDragging()
    {
        m_hands.key(Qt::Key_B);
        QCOMPARE(m_hands.canvas().toolKey(), QStringLiteral("box"));
        m_hands.drag(4, 6, 20, 14);
        const Annotation made = m_hands.only();
        QVERIFY(test::isNear(made.shape, Box{4, 6, 16, 8}));
        QCOMPARE(made.classId, m_hands.classId("dog"));
        QCOMPARE(made.source, AnnotationSource::Person);
        QVERIFY(m_hands.contents().selection() == std::set<AnnotationId>{made.id});
        undoAndRedo();
    }

    void boxByTwoClicks()
    {
        m_hands.tool("box");
        m_hands.click(20, 14);
        QVERIFY(m_hands.shapes().empty());
        m_hands.move(10, 10, {}, Qt::NoButton);
        m_hands.click(4, 6);
        QVERIFY(test::isNear(m_hands.only().shape, Box{4, 6, 16, 8}));
    }

    void boxStaysInThePicture()
    {
        m_hands.tool("box");
        m_hands.drag(40, 20, 60, 50);
        QVERIFY(test::isNear(m_hands.only().shape, Box{40, 20, 8, 12}, 0.001 + 0.05));
        m_hands.drag(10, 10, 10.05, 10.05); // a slip of the hand
        m_hands.key(Qt::Key_Escape);
        QCOMPARE(m_hands.shapes().size(), std::size_t(1));
    }

    void squareWithShift()
    {
        m_hands.tool("box");
        m_hands.drag(4, 4, 20, 10, Qt::ShiftModifier);
        QVERIFY(test::isNear(m_hands.only().shape, Box{4, 4, 16, 16}));
    }

    void rotatedBox()
    {
        m_hands.key(Qt::Key_R);
        m_hands.click(10, 10);
        m_hands.click(20, 20);
        m_hands.click(10, 20); // 7.07 from the first side
        const Annotation made = m_hands.only();
        const auto* box = std::get_if<RotatedBox>(&made.shape);
        QVERIFY(box != nullptr);
        QVERIFY(std::abs(box->width - 14.142) < 0.1 && std::abs(box->height - 7.071) < 0.1);
        QVERIFY(std::abs(box->angle - 45) < 0.5);
        QVERIFY(std::abs(box->centreX - 12.5) < 0.1 && std::abs(box->centreY - 17.5) < 0.1);
        undoAndRedo();
    }

    void polygonEndsInThreeWays_data()
    {
        QTest::addColumn<int>("way");
        QTest::newRow("Enter") << 0;
        QTest::newRow("double click") << 1;
        QTest::newRow("first vertex") << 2;
    }
    void polygonEndsInThreeWays()
    {
        QFETCH(int, way);
        m_hands.key(Qt::Key_P);
        m_hands.click(5, 5);
        m_hands.click(25, 6);
        m_hands.click(40, 3);
        m_hands.key(Qt::Key_Backspace); // not the picture's class, but the last vertex
        if (way == 1) {
            m_hands.doubleClick(15, 22);
        } else {
            m_hands.click(15, 22);
            QVERIFY(m_hands.shapes().empty());
            if (way == 0)
                m_hands.key(Qt::Key_Return);
            else
                m_hands.click(5.1, 5.1);
        }
        QVERIFY(test::isNear(m_hands.only().shape, Polygon{{{{{5, 5}, {25, 6}, {15, 22}}, {}}}}));
        undoAndRedo();
    }

    void escapeForgetsTheDraft()
    {
        m_hands.tool("polygon");
        m_hands.click(5, 5);
        m_hands.click(25, 6);
        m_hands.key(Qt::Key_Return); // too few
        QVERIFY(m_hands.canvas().tool()->isDrafting());
        m_hands.key(Qt::Key_Escape);
        QVERIFY(!m_hands.canvas().tool()->isDrafting());
        QVERIFY(m_hands.shapes().empty());
    }

    void undoTakesBackAVertexOfTheDraft()
    {
        m_hands.tool("polyline");
        m_hands.click(5, 5);
        m_hands.click(25, 6);
        m_hands.click(30, 20);
        m_hands.undo();
        m_hands.key(Qt::Key_Return);
        QVERIFY(test::isNear(m_hands.only().shape, Polyline{{{5, 5}, {25, 6}}}));
        undoAndRedo();
    }

    void point()
    {
        m_hands.key(Qt::Key_D);
        m_hands.click(17, 9);
        QVERIFY(test::isNear(m_hands.only().shape, Vertex{17, 9}));
        undoAndRedo();
    }

    void keypointsFollowTheSkeleton()
    {
        m_hands.key(Qt::Key_K);
        m_hands.click(10, 10);
        QVERIFY(m_hands.shapes().empty()); // dogs have no skeleton here
        m_hands.key(Qt::Key_1);
        QCOMPARE(m_hands.contents().currentClass(), m_hands.classId("cat"));
        m_hands.click(10, 10);
        m_hands.click(14, 4, Qt::ShiftModifier);
        m_hands.click(0, 0, {}, Qt::RightButton);
        const Annotation made = m_hands.only();
        const auto* shape = std::get_if<Keypoints>(&made.shape);
        QVERIFY(shape != nullptr);
        QCOMPARE(shape->points.size(), std::size_t(3));
        QCOMPARE(shape->points[0].state, KeypointState::Visible);
        QCOMPARE(shape->points[1].state, KeypointState::Hidden);
        QCOMPARE(shape->points[2].state, KeypointState::Absent);
        QVERIFY(std::abs(shape->points[1].at.x - 14) < 0.05);
        m_hands.tool("select");
        m_hands.click(14, 4, Qt::ControlModifier);
        QCOMPARE(std::get<Keypoints>(m_hands.only().shape).points[1].state, KeypointState::Visible);
        m_hands.undo();
        undoAndRedo();
    }

    void brushAndEraser()
    {
        m_hands.key(Qt::Key_M);
        m_hands.contents().setBrushRadius(4);
        m_hands.drag(16, 16, 30, 16);
        const Annotation painted = m_hands.only();
        const auto* mask = std::get_if<Mask>(&painted.shape);
        QVERIFY(mask != nullptr);
        const double expected = 3.14159 * 16 + 14 * 8;
        QVERIFY(std::abs(static_cast<double>(maskArea(*mask)) - expected) < 12);
        QVERIFY(maskContains(*mask, 23, 16) && !maskContains(*mask, 23, 21));
        undoAndRedo();

        m_hands.contents().select({painted.id});
        m_hands.drag(30, 16, 30, 26); // the same mask grows
        QVERIFY(maskArea(std::get<Mask>(m_hands.only().shape)) > maskArea(*mask) + 60);
        m_hands.key(Qt::Key_E);
        m_hands.drag(23, 8, 23, 24);
        QVERIFY(!maskContains(std::get<Mask>(m_hands.only().shape), 23, 16));
        m_hands.contents().setBrushRadius(200);
        m_hands.click(20, 16);
        QVERIFY(m_hands.shapes().empty()); // nothing left of it
        m_hands.undo();
        QCOMPARE(m_hands.shapes().size(), std::size_t(1));
    }

    void bracketsChangeTheBrush()
    {
        m_hands.tool("brush");
        const double before = m_hands.contents().brushRadius();
        m_hands.key(Qt::Key_BracketRight);
        QVERIFY(m_hands.contents().brushRadius() > before);
        m_hands.key(Qt::Key_BracketLeft);
        QCOMPARE(m_hands.contents().brushRadius(), before);
    }

    void cutMakesTwo()
    {
        m_hands.put({m_hands.made(Box{10, 8, 20, 16}, m_hands.classId("dog"))});
        m_hands.key(Qt::Key_S);
        m_hands.click(20, 2);
        m_hands.click(20, 30);
        m_hands.key(Qt::Key_Return);
        const std::vector<Annotation> pieces = m_hands.shapes();
        QCOMPARE(pieces.size(), std::size_t(2));
        for (const Annotation& piece : pieces) {
            QVERIFY(std::abs(area(piece.shape) - 160) < 2);
            QCOMPARE(piece.classId, m_hands.classId("dog"));
        }
        m_hands.undo();
        QVERIFY(m_hands.only().shape == Shape(Box{10, 8, 20, 16}));
    }

    void subtractMakesAHole()
    {
        m_hands.put({m_hands.made(Box{10, 8, 20, 16})});
        m_hands.key(Qt::Key_U);
        m_hands.click(15, 12);
        m_hands.click(25, 12);
        m_hands.click(25, 20);
        m_hands.click(15, 20);
        m_hands.key(Qt::Key_Return);
        const Annotation left = m_hands.only();
        const auto* polygon = std::get_if<Polygon>(&left.shape);
        QVERIFY(polygon != nullptr);
        QCOMPARE(polygon->parts.size(), std::size_t(1));
        QCOMPARE(polygon->parts[0].holes.size(), std::size_t(1));
        QVERIFY(std::abs(area(left.shape) - (320 - 80)) < 2);
        m_hands.undo();
        QVERIFY(m_hands.only().shape == Shape(Box{10, 8, 20, 16}));
    }

    void boxesDoNotSnapToBoxes()
    {
        m_hands.put({m_hands.made(Box{10, 8, 20, 16})});
        m_hands.tool("box");
        m_hands.drag(10.3, 8.3, 29.7, 23.7);
        QVERIFY(test::isNear(m_hands.shapes().back().shape, Box{10.3, 8.3, 19.4, 15.4}));
        m_hands.drag(0.1, 0.1, 8, 6); // the picture's border is near
        QVERIFY(test::isNear(m_hands.shapes().back().shape, Box{0, 0, 8, 6}));
    }

    /// A bar that comes beside the canvas while a box is drawn must not move the picture under the mouse.
    void thePictureStaysWhileABoxIsDrawn()
    {
        m_hands.tool("box");
        m_hands.press(10, 8);
        m_hands.move(12, 10);
        const auto placeInWindow = [&] {
            return m_hands.canvas().mapTo(&m_hands.window(), m_hands.canvas().transform().toScreen(12, 10));
        };
        const QPointF before = placeInWindow();
        auto* bar = new QWidget;
        bar->setFixedHeight(60);
        auto* column = qobject_cast<QBoxLayout*>(m_hands.canvas().parentWidget()->layout());
        QVERIFY(column != nullptr);
        column->insertWidget(0, bar);
        QTRY_VERIFY(bar->isVisible());
        QCOMPARE(placeInWindow(), before);
        m_hands.move(20, 16);
        m_hands.release(20, 16);
        QVERIFY(test::isNear(m_hands.only().shape, Box{10, 8, 10, 8}));
        QVERIFY(placeInWindow() != before); // the whole picture is fitted again
    }

    void drawingSnapsToVerticesAndAltDoesNot()
    {
        m_hands.put({m_hands.made(Box{10, 8, 20, 16})});
        m_hands.tool("polyline");
        m_hands.click(10.2, 8.2);
        m_hands.click(30.2, 8.2, Qt::AltModifier);
        m_hands.click(20, 24.3); // an edge, away from its vertices
        m_hands.key(Qt::Key_Return);
        const auto line = std::get<Polyline>(m_hands.shapes().back().shape);
        QCOMPARE(line.vertices[0].x, 10.0);
        QCOMPARE(line.vertices[0].y, 8.0);
        QVERIFY(std::abs(line.vertices[1].x - 30.2) < 0.05);
        QCOMPARE(line.vertices[2].y, 24.0);
    }
};

QTEST_MAIN(LabelToolsTest)
#include "tst_label_tools.moc"
