// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/geometry.h"
#include "core/labels/mask_ops.h"
#include "widgets/bridge/background.h"
#include "widgets/views/annotation_canvas.h"
#include "widgets/views/tools/magnetic_tool.h"
#include "widgets/views/tools/selection_source.h"
#include "widgets/views/tools/superpixel_tool.h"
#include "widgets/views/tools/tool_table.h"

#include <QApplication>
#include <QMouseEvent>
#include <QPainter>
#include <QTest>
#include <cmath>
#include <random>

using namespace trainyard;
using namespace trainyard::widgets;

namespace {

const QSize kSize(400, 300);

/// A red ellipse of 160 x 120 pixels in the middle of green, with some noise, and a blue disc at (60, 60).
QImage ellipsePicture()
{
    std::mt19937 random(5);
    QImage image(kSize, QImage::Format_RGB888);
    for (int y = 0; y < kSize.height(); ++y)
        for (int x = 0; x < kSize.width(); ++x) {
            const double dx = (x + 0.5 - 200) / 80;
            const double dy = (y + 0.5 - 150) / 60;
            const bool isDisc = std::hypot(x + 0.5 - 60, y + 0.5 - 60) < 25;
            const bool isEllipse = dx * dx + dy * dy < 1;
            const int noise = static_cast<int>(random() % 9);
            image.setPixelColor(x, y,
                                isDisc      ? QColor(40 + noise, 40, 200)
                                : isEllipse ? QColor(200, 60 + noise, 60)
                                            : QColor(70, 160, 70 + noise));
        }
    return image;
}

Polygon ellipse(double cx = 200, double cy = 150, double rx = 80, double ry = 60)
{
    Ring ring;
    for (int i = 0; i < 360; ++i)
        ring.push_back({cx + rx * std::cos(i * M_PI / 180), cy + ry * std::sin(i * M_PI / 180)});
    return {{{ring, {}}}};
}

} // namespace

/// The tools that look at the picture, by real mouse and key events on the canvas.
class SmartToolsTest : public QObject
{
    Q_OBJECT
private:
    std::unique_ptr<AnnotationCanvas> m_canvas;
    std::vector<Annotation> m_shapes; ///< what the "project" has
    std::vector<std::string> m_verbs;
    QStringList m_told;

    void mouse(QEvent::Type type, double x, double y, Qt::MouseButton button, Qt::MouseButtons held,
               Qt::KeyboardModifiers modifiers = {})
    {
        const QPointF place = m_canvas->transform().toScreen(x, y);
        QMouseEvent event(type, place, m_canvas->mapToGlobal(place), button, held, modifiers);
        QApplication::sendEvent(m_canvas.get(), &event);
    }
    void move(double x, double y, Qt::MouseButton held = Qt::NoButton)
    {
        mouse(QEvent::MouseMove, x, y, Qt::NoButton, held);
    }
    void press(double x, double y, Qt::KeyboardModifiers modifiers = {})
    {
        move(x, y);
        mouse(QEvent::MouseButtonPress, x, y, Qt::LeftButton, Qt::LeftButton, modifiers);
    }
    void release(double x, double y, Qt::KeyboardModifiers modifiers = {})
    {
        mouse(QEvent::MouseButtonRelease, x, y, Qt::LeftButton, Qt::NoButton, modifiers);
    }
    void click(double x, double y, Qt::KeyboardModifiers modifiers = {})
    {
        press(x, y, modifiers);
        release(x, y, modifiers);
    }
    void key(Qt::Key key) { QTest::keyClick(m_canvas.get(), key); }
    /// Runs what another thread has ready, and nothing of it may change the shapes.
    void settle()
    {
        backgroundPool().waitForDone();
        QApplication::processEvents();
    }
    std::optional<std::vector<AnnotationId>> take(AnnotationChanges changes, const std::string& verb)
    {
        m_verbs.push_back(verb);
        std::vector<AnnotationId> ids;
        for (Annotation& added : changes.added) {
            added.id = static_cast<AnnotationId>(m_shapes.size()) + 1;
            ids.push_back(added.id);
            m_shapes.push_back(std::move(added));
        }
        for (const Annotation& changed : changes.changed)
            for (Annotation& shape : m_shapes)
                if (shape.id == changed.id)
                    shape = changed;
        for (const AnnotationId id : changes.deleted)
            std::erase_if(m_shapes, [&](const Annotation& shape) { return shape.id == id; });
        m_canvas->contents().setAnnotations(1, m_shapes);
        return ids;
    }
    [[nodiscard]] double overlap(const Shape& expected) const
    {
        return m_shapes.size() == 1 ? intersectionOverUnion(m_shapes.front().shape, expected) : 0;
    }

private slots:
    void init()
    {
        m_shapes.clear();
        m_verbs.clear();
        m_told.clear();
        m_canvas = std::make_unique<AnnotationCanvas>();
        m_canvas->resize(800, 600);
        CanvasClasses classes;
        classes.emplace(1, CanvasClass{{1, "cell", 0xff0000, "1"}, QColor(255, 60, 60)});
        m_canvas->contents().setClasses(classes);
        m_canvas->contents().setCurrentClass(1);
        m_canvas->contents().setProposalHandler(
            [this](AnnotationChanges changes, const std::string& verb, const std::string&) {
                return take(std::move(changes), verb);
            });
        connect(&m_canvas->contents(), &CanvasContents::told, this,
                [this](const QString& sentence) { m_told << sentence; });
        m_canvas->contents().setAnnotations(1, {});
        m_canvas->setPicture(ellipsePicture(), kSize);
        m_canvas->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_canvas.get()));
    }
    void cleanup() { m_canvas.reset(); }

    void smartBox()
    {
        m_canvas->setTool("smart-box");
        press(105, 75);
        move(200, 150, Qt::LeftButton);
        move(295, 225, Qt::LeftButton);
        release(295, 225);
        QVERIFY(m_shapes.empty()); // it is being looked for, and nothing waits for it
        QVERIFY(m_canvas->tool()->isDrafting());
        QTRY_COMPARE(m_shapes.size(), std::size_t(1));
        QVERIFY(!m_canvas->tool()->isDrafting());
        QVERIFY(m_verbs == std::vector<std::string>{"add-mask"});
        QCOMPARE(m_shapes[0].classId, ClassId(1));
        QVERIFY2(overlap(ellipse()) > 0.97, qPrintable(QString::number(overlap(ellipse()))));
        QVERIFY(m_canvas->contents().selection() == std::set<AnnotationId>{1});
    }
    void smartBoxIsCalledOff()
    {
        m_canvas->setTool("smart-box");
        press(105, 75);
        move(295, 225, Qt::LeftButton);
        release(295, 225);
        QVERIFY(m_canvas->tool()->isDrafting());
        key(Qt::Key_Escape);
        QVERIFY(!m_canvas->tool()->isDrafting());
        settle();
        QVERIFY(m_shapes.empty());
        // Another picture comes while it is looked for: its mask belongs to neither.
        press(105, 75);
        move(295, 225, Qt::LeftButton);
        release(295, 225);
        m_canvas->waitForPicture();
        settle();
        QVERIFY(m_shapes.empty());
        // The tool goes while its thread is at work.
        m_canvas->setPicture(ellipsePicture(), kSize);
        press(105, 75);
        move(295, 225, Qt::LeftButton);
        release(295, 225);
        m_canvas->setTool("box");
        settle();
        QVERIFY(m_shapes.empty());
    }
    void smartBoxOnASmallerVersion()
    {
        m_canvas->setPicture(ellipsePicture(), kSize * 4);
        m_canvas->setTool("smart-box");
        press(420, 300);
        move(1180, 900, Qt::LeftButton);
        release(1180, 900);
        QTRY_COMPARE(m_shapes.size(), std::size_t(1));
        QVERIFY(overlap(ellipse(800, 600, 320, 240)) > 0.96);
    }
    void wand()
    {
        m_canvas->setTool("wand");
        press(200, 150);
        QTRY_VERIFY(m_canvas->contents().previewed().size() == 1); // seen before the release
        release(200, 150);
        QTRY_COMPARE(m_shapes.size(), std::size_t(1));
        QVERIFY(overlap(ellipse()) > 0.98);
        QVERIFY(m_verbs == std::vector<std::string>{"add-mask"});
        // Shift takes an area away: all of it here, so the shape goes.
        click(200, 150, Qt::ShiftModifier);
        QTRY_VERIFY(m_shapes.empty());
        QCOMPARE(m_verbs.back(), std::string("erase-mask"));
        // Nothing is selected and nothing lies there.
        click(200, 150, Qt::ShiftModifier);
        settle();
        QCOMPARE(m_told.size(), 1);
        QVERIFY(!m_canvas->tool()->isDrafting());
    }
    void wandGrowsWithTheWayToTheRight()
    {
        m_canvas->setTool("wand");
        press(200, 150);
        QTRY_VERIFY(m_canvas->contents().previewed().size() == 1);
        const auto shownArea = [this] {
            const auto& shown = m_canvas->contents().previewed();
            return shown.empty() ? 0 : area(shown.begin()->second.shape);
        };
        const double before = shownArea();
        move(380, 150, Qt::LeftButton); // 360 pixels of the screen: everything
        QTRY_VERIFY(shownArea() > 3 * before);
        move(200, 150, Qt::LeftButton);
        QTRY_COMPARE(shownArea(), before);
        key(Qt::Key_Escape);
        QVERIFY(m_canvas->contents().previewed().empty());
        release(200, 150);
        settle();
        QVERIFY(m_shapes.empty());
        // The next one goes on with the selected mask.
        click(60, 60);
        QTRY_COMPARE(m_shapes.size(), std::size_t(1));
        QVERIFY(overlap(ellipse(60, 60, 25, 25)) > 0.95);
        click(200, 150);
        QTRY_VERIFY(overlap(Polygon{{ellipse().parts[0], ellipse(60, 60, 25, 25).parts[0]}}) > 0.97);
        QCOMPARE(m_shapes.size(), std::size_t(1));
    }
    void magneticOutline()
    {
        m_canvas->setTool("magnetic");
        const auto* tool = static_cast<const MagneticTool*>(m_canvas->tool());
        // Four clicks for an outline that a polygon would need dozens for.
        for (const int degrees : {0, 90, 180, 270}) {
            click(200 + 80 * std::cos(degrees * M_PI / 180), 150 + 60 * std::sin(degrees * M_PI / 180));
            QTRY_VERIFY(tool->isReady());
        }
        QVERIFY(m_shapes.empty());
        key(Qt::Key_Return);
        QCOMPARE(m_shapes.size(), std::size_t(1));
        QVERIFY(m_verbs == std::vector<std::string>{"add-polygon"});
        QVERIFY2(overlap(ellipse()) > 0.95, qPrintable(QString::number(overlap(ellipse()))));
        // The rhombus of the four clicks alone has 2 / pi of the ellipse.
        const auto vertices = verticesOf(m_shapes[0].shape);
        QVERIFY(vertices.size() > 12 && vertices.size() < 120);
    }
    void magneticOutlineIsTakenBack()
    {
        m_canvas->setTool("magnetic");
        const auto* tool = static_cast<const MagneticTool*>(m_canvas->tool());
        click(280, 150);
        click(200, 210); // before the edges are known: straight
        key(Qt::Key_Return);
        QVERIFY(m_shapes.empty()); // two places are no polygon
        QCOMPARE(m_told.size(), 1);
        QTRY_VERIFY(tool->isReady());
        key(Qt::Key_Backspace);
        QVERIFY(tool->isDrafting());
        key(Qt::Key_Backspace);
        QVERIFY(!tool->isDrafting());
        click(280, 150);
        key(Qt::Key_Escape);
        QVERIFY(!tool->isDrafting());
        settle();
        QVERIFY(m_shapes.empty());
        // A click on the first place closes; Alt keeps a stretch straight.
        click(100, 40);
        QTRY_VERIFY(tool->isReady());
        click(380, 40, Qt::AltModifier);
        QTRY_VERIFY(tool->isReady());
        click(380, 280, Qt::AltModifier);
        QTRY_VERIFY(tool->isReady());
        click(100, 40, Qt::AltModifier);
        QCOMPARE(m_shapes.size(), std::size_t(1));
        QVERIFY(overlap(Polygon{{{{{100, 40}, {380, 40}, {380, 280}}, {}}}}) > 0.99);
    }
    void superpixelBrush()
    {
        m_canvas->setTool("superpixels");
        m_canvas->contents().setBrushRadius(8);
        auto* tool = static_cast<SuperpixelTool*>(m_canvas->tool());
        move(200, 150);
        QTRY_VERIFY(tool->hasPiecesAt({200, 150}));
        press(200, 150);
        move(215, 150, Qt::LeftButton);
        QCOMPARE(m_canvas->contents().previewed().size(), std::size_t(1));
        release(215, 150);
        QCOMPARE(m_shapes.size(), std::size_t(1));
        // The two or three pieces on the way, each about 16 x 16 pixels.
        const double small = area(m_shapes[0].shape);
        QVERIFY2(small > 200 && small < 2000, qPrintable(QString::number(small)));
        QVERIFY(contains(m_shapes[0].shape, {200, 150}) && contains(m_shapes[0].shape, {214, 150}));
        // Along the rim of the ellipse: what is painted keeps to its edge, though the brush does not.
        press(200, 150);
        for (int degrees = 0; degrees <= 360; degrees += 5) {
            const QPointF at(200 + 74 * std::cos(degrees * M_PI / 180),
                             150 + 54 * std::sin(degrees * M_PI / 180));
            QTRY_VERIFY(tool->hasPiecesAt(at));
            move(at.x(), at.y(), Qt::LeftButton);
        }
        release(274, 150);
        QCOMPARE(m_shapes.size(), std::size_t(1));
        const double outside = area(m_shapes[0].shape) - intersectionArea(m_shapes[0].shape, ellipse());
        QVERIFY2(outside < 0.03 * area(m_shapes[0].shape), qPrintable(QString::number(outside)));
        QVERIFY(area(m_shapes[0].shape) > 5 * small);
        // Shift takes pieces away again.
        const double before = area(m_shapes[0].shape);
        press(200, 150, Qt::ShiftModifier);
        release(200, 150, Qt::ShiftModifier);
        QVERIFY(area(m_shapes[0].shape) < before);
        QVERIFY(!contains(m_shapes[0].shape, {200, 150}));
    }
    void superpixelBrushIsCalledOff()
    {
        m_canvas->setTool("superpixels");
        auto* tool = static_cast<SuperpixelTool*>(m_canvas->tool());
        move(200, 150);
        QTRY_VERIFY(tool->hasPiecesAt({200, 150}));
        press(200, 150);
        QCOMPARE(m_canvas->contents().previewed().size(), std::size_t(1));
        key(Qt::Key_Escape);
        release(200, 150);
        QVERIFY(m_shapes.empty());
        QVERIFY(m_canvas->contents().previewed().empty());
        m_canvas->contents().setBrushRadius(20); // another size needs other pieces
        QVERIFY(!tool->hasPiecesAt({200, 150}));
        move(-50, -50); // beside the picture: nothing to look at
        settle();
        press(-50, -50);
        release(-50, -50);
        QVERIFY(m_shapes.empty());
    }
    void sources()
    {
        const QImage picture = ellipsePicture();
        const SelectionSource whole = selectionSource(picture, kSize, QRectF(50.2, 20, 100, 100), 4096);
        QCOMPARE(whole.area, QRectF(50, 20, 101, 100));
        QCOMPARE(whole.pixels.width, 101);
        QCOMPARE(whole.toPixels(QPointF(60, 30)), QPointF(10, 10));
        const Bitmap bitmap{3, 4, 2, 1, {1, 1}};
        QVERIFY((whole.toPicture(bitmap) == Mask{53, 24, 2, 1, {0, 2}}));
        const SelectionSource half = selectionSource(picture, kSize, QRectF(0, 0, 400, 300), 200);
        QCOMPARE(half.pixels.width, 200);
        QCOMPARE(half.toPicture(QPointF(100, 75)), QPointF(200, 150));
        QVERIFY((half.toPicture(bitmap) == Mask{6, 8, 4, 2, {0, 8}}));
        QVERIFY(selectionSource(picture, kSize, QRectF(500, 0, 9, 9), 99).pixels.isEmpty());
        QVERIFY(selectionSource(QImage(), kSize, QRectF(0, 0, 9, 9), 99).pixels.isEmpty());
    }
};

QTEST_MAIN(SmartToolsTest)
#include "tst_smart_tools.moc"
