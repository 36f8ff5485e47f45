// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/geometry.h"
#include "core/project/edits.h"
#include "tests/app/studio/label_fixture.h"
#include "tests/app/studio/studio_driver.h"
#include "widgets/views/tools/tool.h"

#include <QComboBox>
#include <QKeyEvent>
#include <QTest>

using namespace trainyard;
using namespace trainyard::widgets;

/// Keys that come in the middle of a gesture, or once too often.
class LabelKeysTest : public QObject
{
    Q_OBJECT
private:
    test::LabelFixture m_hands;

    void hold(Qt::Key key)
    {
        QKeyEvent shortcut(QEvent::ShortcutOverride, key, Qt::NoModifier, {}, true);
        shortcut.ignore();
        QApplication::sendEvent(&m_hands.canvas(), &shortcut);
        QVERIFY(shortcut.isAccepted()); // else it is the window's
        QKeyEvent press(QEvent::KeyPress, key, Qt::NoModifier, {}, true);
        QApplication::sendEvent(&m_hands.canvas(), &press);
    }
    [[nodiscard]] ClassId pictureClass() const { return m_hands.project().column(m_hands.item())->classId; }

private slots:
    void init()
    {
        m_hands.open();
        m_hands.tool("select");
    }
    void cleanup() { m_hands.close(); }

    /// A class that is chosen while a mask is painted is that mask's.
    void classOfAMask_data()
    {
        QTest::addColumn<QString>("tool");
        QTest::addColumn<bool>("isSelected");
        QTest::newRow("brush") << "brush" << false;
        QTest::newRow("brush on a mask") << "brush" << true;
        QTest::newRow("superpixels") << "superpixels" << false;
        QTest::newRow("wand") << "wand" << false;
    }
    void classOfAMask()
    {
        QFETCH(QString, tool);
        QFETCH(bool, isSelected);
        const ClassId cat = m_hands.classId("cat");
        m_hands.contents().setCurrentClass(cat);
        if (isSelected) {
            m_hands.tool("brush");
            m_hands.drag(8, 8, 12, 8);
            QCOMPARE(m_hands.only().classId, cat);
        }
        m_hands.tool(qPrintable(tool));
        m_hands.press(10, 10);
        m_hands.move(14, 12);
        m_hands.key(Qt::Key_2);
        m_hands.release(14, 12);
        QTRY_COMPARE(m_hands.shapes().size(), std::size_t(1));
        QTRY_COMPARE(m_hands.only().classId, m_hands.classId("dog"));
    }

    /// A drag changes where a shape is, and nothing of what came meanwhile.
    void classDuringADrag()
    {
        m_hands.put({m_hands.made(Box{4, 4, 10, 8}, m_hands.classId("cat"))});
        m_hands.press(9, 8);
        m_hands.move(19, 10);
        m_hands.key(Qt::Key_2);
        QCOMPARE(m_hands.only().classId, m_hands.classId("dog"));
        m_hands.move(19, 12);
        m_hands.release(19, 12);
        QCOMPARE(m_hands.only().classId, m_hands.classId("dog"));
        QVERIFY(test::isNear(m_hands.only().shape, Box{14, 8, 10, 8}));
        m_hands.contents().select({});
        const ItemId item = m_hands.item();
        m_hands.press(39, 28); // on nothing: the picture is meant
        m_hands.key(Qt::Key_1);
        m_hands.release(39, 28);
        QCOMPARE(m_hands.project().column(item)->classId, m_hands.classId("cat"));
    }

    /// Points that are set stay, whatever class is chosen on the way.
    void classDuringKeypoints()
    {
        m_hands.tool("keypoints");
        m_hands.contents().setCurrentClass(m_hands.classId("cat"));
        m_hands.click(10, 10);
        m_hands.click(20, 10);
        m_hands.key(Qt::Key_2); // has no keypoints
        m_hands.key(Qt::Key_Return);
        const Annotation made = m_hands.only();
        QCOMPARE(made.classId, m_hands.classId("cat"));
        const auto points = std::get<Keypoints>(made.shape).points;
        QCOMPARE(points.size(), std::size_t(3));
        QVERIFY(points[1].state == KeypointState::Visible && points[2].state == KeypointState::Absent);
    }

    /// A key that takes points back does not go on with what is saved.
    void backspaceOnceTooOften()
    {
        const ItemId item = m_hands.item();
        auto edit = makeSetClass(m_hands.project(), std::span(&item, 1), m_hands.classId("cat"));
        QVERIFY(m_hands.window().session().document->apply(std::move(edit)).has_value());
        m_hands.tool("polygon");
        m_hands.click(10, 10);
        m_hands.click(20, 10);
        for (int times = 0; times < 4; ++times)
            hold(Qt::Key_Backspace);
        QCOMPARE(pictureClass(), m_hands.classId("cat"));
        QVERIFY(!m_hands.canvas().tool()->isDrafting());
        m_hands.key(Qt::Key_Backspace); // while one draws, the picture is not meant
        QCOMPARE(pictureClass(), m_hands.classId("cat"));
        m_hands.tool("select");
        m_hands.key(Qt::Key_Backspace);
        QCOMPARE(pictureClass(), ClassId(0));
    }

    void deleteOfADraft()
    {
        const auto made = m_hands.put({m_hands.made(Box{2, 2, 6, 6})});
        m_hands.tool("polygon");
        m_hands.contents().select({made[0]});
        m_hands.click(20, 10);
        m_hands.click(30, 10);
        m_hands.key(Qt::Key_Delete);
        QVERIFY(!m_hands.canvas().tool()->isDrafting());
        QCOMPARE(m_hands.shapes().size(), std::size_t(1));
        m_hands.tool("select"); // held on a vertex: that one, not the shape then
        m_hands.put({m_hands.made(Polygon{{{{{20, 6}, {40, 6}, {40, 22}, {30, 28}, {20, 22}}, {}}}})});
        m_hands.click(30, 14);
        m_hands.move(30, 28, {}, Qt::NoButton);
        m_hands.key(Qt::Key_Delete);
        for (int times = 0; times < 3; ++times)
            hold(Qt::Key_Delete);
        QCOMPARE(m_hands.shapes().size(), std::size_t(2));
        QCOMPARE(verticesOf(m_hands.shapes()[1].shape).size(), std::size_t(4));
    }

    void doubleClickOnALine()
    {
        const Shape line = Polyline{{{6, 6}, {40, 6}, {40, 26}}};
        m_hands.put({m_hands.made(line)});
        m_hands.contents().select({});
        m_hands.doubleClick(20, 6);
        QVERIFY(m_hands.only().shape == line);
    }

    /// Opened from elsewhere, a picture is shown whatever Label went through before.
    void opensWhatIsNotInTheQueue()
    {
        auto* queues =
            test::named<QComboBox>(m_hands.panel(), QStringLiteral("Which pictures to go through"));
        QVERIFY(queues != nullptr);
        const ItemId labelled = m_hands.item();
        auto edit = makeSetClass(m_hands.project(), std::span(&labelled, 1), m_hands.classId("cat"));
        QVERIFY(m_hands.window().session().document->apply(std::move(edit)).has_value());
        m_hands.panel().run("next");
        const ItemId leftOut = m_hands.item();
        m_hands.panel().run("exclude");
        queues->setCurrentIndex(1); // not labelled
        QVERIFY(m_hands.item() != labelled && m_hands.item() != leftOut);
        for (const ItemId item : {labelled, leftOut}) {
            queues->setCurrentIndex(1);
            m_hands.window().session().view.openInLabel(item);
            QCOMPARE(m_hands.item(), item);
            QTRY_VERIFY(!m_hands.canvas().isWaiting());
        }
    }
};

QTEST_MAIN(LabelKeysTest)
#include "tst_label_keys.moc"
