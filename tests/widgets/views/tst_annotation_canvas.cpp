// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/annotation_canvas.h"
#include "widgets/views/minimap.h"

#include <QApplication>
#include <QMouseEvent>
#include <QPainter>
#include <QTest>
#include <QWheelEvent>
#include <random>

using namespace trainyard;
using namespace trainyard::widgets;

namespace {

Annotation made(AnnotationId id, Shape shape, ClassId classId = 1)
{
    Annotation annotation;
    annotation.id = id;
    annotation.classId = classId;
    annotation.shape = std::move(shape);
    return annotation;
}

std::vector<Annotation> manyPolygons(int count)
{
    std::mt19937 random(5);
    const auto number = [&](double most) { return std::uniform_real_distribution<double>(0, most)(random); };
    std::vector<Annotation> shapes;
    for (int i = 0; i < count; ++i) {
        const double x = number(780);
        const double y = number(580);
        Ring ring;
        for (int corner = 0; corner < 6; ++corner)
            ring.push_back({x + 10 + std::cos(corner * 1.0472) * 9, y + 10 + std::sin(corner * 1.0472) * 9});
        shapes.push_back(made(i + 1, Polygon{{{ring, {}}}}, 1 + i % 2));
    }
    return shapes;
}

QImage picture(const QColor& colour, QSize size = QSize(800, 600))
{
    QImage image(size, QImage::Format_RGB888);
    image.fill(colour);
    return image;
}

} // namespace

/// The canvas by itself: its layers, what it shows meanwhile, zoom and place.
class AnnotationCanvasTest : public QObject
{
    Q_OBJECT
private:
    std::unique_ptr<AnnotationCanvas> m_canvas;

    void setShapes(std::vector<Annotation> shapes, ItemId item = 1)
    {
        m_canvas->contents().setAnnotations(item, std::move(shapes));
        QTRY_VERIFY(m_canvas->isSettled());
    }
    void mouse(QEvent::Type type, QPointF place, Qt::MouseButton button, Qt::MouseButtons held = {})
    {
        QMouseEvent event(type, place, m_canvas->mapToGlobal(place), button, held, {});
        QApplication::sendEvent(m_canvas.get(), &event);
    }
    /// How the canvas looks, without its focus frame.
    [[nodiscard]] QImage shot() const
    {
        return m_canvas->grab().toImage().convertToFormat(QImage::Format_RGB32);
    }

private slots:
    void init()
    {
        m_canvas = std::make_unique<AnnotationCanvas>();
        m_canvas->resize(640, 480);
        CanvasClasses classes;
        classes.emplace(1, CanvasClass{{1, "cell", 0xff0000, "1"}, QColor(255, 60, 60)});
        classes.emplace(2, CanvasClass{{2, "platelet", 0x00ff00, "2"}, QColor(60, 220, 60)});
        m_canvas->contents().setClasses(classes);
        m_canvas->setPicture(picture(QColor(40, 60, 90)), QSize(800, 600));
        m_canvas->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_canvas.get()));
    }
    void cleanup() { m_canvas.reset(); }

    void theLayerIsWhatDirectPaintingGives()
    {
        // 1,000 shapes go through the other thread; the same painted straight onto a picture must be the same
        // pixels.
        const std::vector<Annotation> shapes = manyPolygons(1000);
        setShapes(shapes);
        const QImage seen = shot();
        CanvasPicture base;
        base.setPicture(picture(QColor(40, 60, 90)), QSize(800, 600));
        QImage expected = base.view(m_canvas->transform(), m_canvas->size(), 1,
                                    m_canvas->palette().color(QPalette::Window));
        {
            QPainter painter(&expected);
            painter.setRenderHint(QPainter::Antialiasing);
            for (const Annotation& shape : shapes)
                paintShape(painter, shape, m_canvas->transform(), *m_canvas->contents().classes(),
                           CanvasStyle().fillOpacity, ShapeLook::Plain);
        }
        int different = 0;
        int drawn = 0;
        for (int y = 4; y < seen.height() - 4; ++y)
            for (int x = 4; x < seen.width() - 4; ++x) {
                const QColor a = seen.pixelColor(x, y);
                const QColor b = expected.pixelColor(x, y);
                drawn += b != QColor(40, 60, 90) ? 1 : 0;
                // Blending one layer onto another rounds once more than painting in place.
                different += std::abs(a.red() - b.red()) > 6 || std::abs(a.green() - b.green()) > 6 ||
                             std::abs(a.blue() - b.blue()) > 6;
            }
        QVERIFY(drawn > 50'000);
        QVERIFY2(different == 0, qPrintable(QString::number(different)));
    }

    void selectedShapesLeaveTheLayer()
    {
        setShapes(manyPolygons(300));
        const QImage before = shot();
        m_canvas->contents().select({7});
        QTRY_VERIFY(m_canvas->isSettled());
        const QImage chosen = shot();
        QVERIFY(chosen != before);
        m_canvas->contents().select({});
        QTRY_VERIFY(m_canvas->isSettled());
        QCOMPARE(shot(), before);
    }

    void theOldPictureIsThereAfterZoom()
    {
        setShapes(manyPolygons(3000));
        QVERIFY(shot() != picture(Qt::black));
        m_canvas->setZoom(m_canvas->transform().zoom * 1.1);
        const QImage meanwhile = shot(); // at once: the other thread has not drawn yet
        int coloured = 0;
        for (int y = 100; y < 380; ++y)
            for (int x = 100; x < 540; ++x)
                coloured += meanwhile.pixelColor(x, y) != QColor(40, 60, 90) ? 1 : 0;
        QVERIFY(coloured > 10'000); // shapes are there, stretched
        QTRY_VERIFY(m_canvas->isSettled());
        QVERIFY(shot() != meanwhile);
    }

    void neverAWhiteFlash()
    {
        setShapes({made(1, Box{300, 200, 200, 200})});
        m_canvas->waitForPicture();
        m_canvas->contents().setAnnotations(2, {made(2, Box{10, 10, 700, 500})});
        QVERIFY(m_canvas->isWaiting());
        const QImage waiting = shot();
        QCOMPARE(waiting.pixelColor(320, 240),
                 QColor(40, 60, 90)); // the picture before, without anybody's shapes
        QCOMPARE(waiting.pixelColor(20, 20), QColor(40, 60, 90));
        mouse(QEvent::MouseButtonPress, {320, 240}, Qt::LeftButton, Qt::LeftButton);
        QVERIFY(m_canvas->contents().selection().empty());
        m_canvas->setPicture(picture(QColor(90, 20, 20), QSize(200, 150)), QSize(800, 600)); // a thumbnail
        QVERIFY(!m_canvas->isWaiting());
        const QImage there = shot();
        QVERIFY(there.pixelColor(320, 470) == QColor(90, 20, 20));
        QVERIFY(there.pixelColor(320, 240) != QColor(90, 20, 20)); // under the shape's fill
    }

    void zoomAndPlace()
    {
        QVERIFY(m_canvas->isFitted());
        const QPointF place(100, 150);
        const QPointF before = m_canvas->transform().toPicture(place);
        for (int i = 0; i < 10; ++i) {
            QWheelEvent wheel(place, m_canvas->mapToGlobal(place), {}, {0, 120}, Qt::NoButton, {},
                              Qt::NoScrollPhase, false);
            QApplication::sendEvent(m_canvas.get(), &wheel);
        }
        QVERIFY(m_canvas->transform().zoom > 5);
        const QPointF after = m_canvas->transform().toPicture(place);
        QVERIFY(std::abs(after.x() - before.x()) < 1e-6 && std::abs(after.y() - before.y()) < 1e-6);
        QVERIFY(m_canvas->findChild<Minimap*>()->isVisible());

        const QPointF origin = m_canvas->transform().origin;
        mouse(QEvent::MouseButtonPress, {300, 200}, Qt::MiddleButton, Qt::MiddleButton);
        mouse(QEvent::MouseMove, {280, 190}, Qt::NoButton, Qt::MiddleButton);
        mouse(QEvent::MouseButtonRelease, {280, 190}, Qt::MiddleButton);
        QCOMPARE(m_canvas->transform().origin, origin + QPointF(-20, -10));
        QTest::keyPress(m_canvas.get(), Qt::Key_Space);
        mouse(QEvent::MouseButtonPress, {300, 200}, Qt::LeftButton, Qt::LeftButton);
        mouse(QEvent::MouseMove, {320, 210}, Qt::NoButton, Qt::LeftButton);
        mouse(QEvent::MouseButtonRelease, {320, 210}, Qt::LeftButton);
        QTest::keyRelease(m_canvas.get(), Qt::Key_Space);
        QCOMPARE(m_canvas->transform().origin, origin);
        QTest::keyClick(m_canvas.get(), Qt::Key_Left, Qt::ControlModifier);
        QVERIFY(m_canvas->transform().origin.x() > origin.x());
        QTest::mouseClick(m_canvas->findChild<Minimap*>(), Qt::LeftButton, {}, QPoint(90, 67)); // the middle
        const QPointF middle = m_canvas->transform().toPicture({320, 240});
        QVERIFY(std::abs(middle.x() - 400) < 6 && std::abs(middle.y() - 300) < 6);
        m_canvas->zoomToFit();
        QVERIFY(m_canvas->isFitted() && !m_canvas->findChild<Minimap*>()->isVisible());
    }

    void hoverHighlights()
    {
        setShapes({made(1, Box{300, 200, 200, 200}), made(2, Box{20, 20, 50, 50})});
        const QImage before = shot();
        mouse(QEvent::MouseMove, m_canvas->transform().toScreen(400, 300), Qt::NoButton);
        const QImage hovered = shot();
        QVERIFY(hovered != before);
        mouse(QEvent::MouseMove, m_canvas->transform().toScreen(200, 500), Qt::NoButton);
        QCOMPARE(shot(), before);
    }

    void suggestionsAreSeenAndNotTouched()
    {
        setShapes({});
        const QImage before = shot();
        m_canvas->contents().setSuggested(
            {made(0, Box{300, 200, 200, 200}), made(0, Box{20, 20, 50, 50}, 2)});
        QVERIFY(shot() != before);
        QCOMPARE(m_canvas->contents().suggestedAt({400, 300}).value_or(9), std::size_t(0));
        QCOMPARE(m_canvas->contents().suggestedAt({40, 40}).value_or(9), std::size_t(1));
        QVERIFY(!m_canvas->contents().suggestedAt({200, 500}));
        mouse(QEvent::MouseButtonPress, m_canvas->transform().toScreen(400, 300), Qt::LeftButton,
              Qt::LeftButton);
        QVERIFY(m_canvas->contents().selection().empty());
        m_canvas->contents().setAnnotations(2, {}); // of another picture
        QVERIFY(!m_canvas->contents().suggestedAt({400, 300}));
    }

    void displayHidesAndAdjusts()
    {
        setShapes({made(1, Box{300, 200, 200, 200})});
        const QPoint inside = m_canvas->transform().toScreen(400, 300).toPoint();
        CanvasDisplay display;
        display.style.fillOpacity = 0;
        m_canvas->setDisplay(display);
        QCOMPARE(shot().pixelColor(inside), QColor(40, 60, 90));
        display.style.fillOpacity = 1;
        m_canvas->setDisplay(display);
        QCOMPARE(shot().pixelColor(inside), QColor(255, 60, 60));
        display.hasShapes = false;
        display.adjustment.brightness = 50;
        m_canvas->setDisplay(display);
        QCOMPARE(shot().pixelColor(inside), QColor(168, 188, 218));
    }

    void aProposalThatIsRefusedLeavesEverything()
    {
        setShapes({made(1, Box{300, 200, 200, 200})});
        int asked = 0;
        m_canvas->contents().setProposalHandler(
            [&](AnnotationChanges, const std::string&, const std::string&) {
                ++asked;
                return std::optional<std::vector<AnnotationId>>();
            });
        m_canvas->setTool(QStringLiteral("select"));
        const auto at = [&](double x, double y) { return m_canvas->transform().toScreen(x, y); };
        mouse(QEvent::MouseButtonPress, at(400, 300), Qt::LeftButton, Qt::LeftButton);
        mouse(QEvent::MouseMove, at(450, 300), Qt::NoButton, Qt::LeftButton);
        QCOMPARE(m_canvas->contents().previewed().size(), std::size_t(1));
        mouse(QEvent::MouseButtonRelease, at(450, 300), Qt::LeftButton);
        QCOMPARE(asked, 1);
        QVERIFY(m_canvas->contents().previewed().empty());
        QVERIFY(m_canvas->contents().shape(1)->shape == Shape(Box{300, 200, 200, 200}));
    }

    void masksArePixels()
    {
        const Mask mask{2, 1, 2, 3, {1, 3, 2}}; // columns 1..: 0 1 1 | 1 0 0
        const QImage image = maskImage(mask, QColor(255, 0, 0), 1);
        QCOMPARE(image.size(), QSize(2, 3));
        QCOMPARE(qAlpha(image.pixel(0, 0)), 0);
        QCOMPARE(qAlpha(image.pixel(0, 1)), 255);
        QCOMPARE(qAlpha(image.pixel(0, 2)), 255);
        QCOMPARE(qAlpha(image.pixel(1, 0)), 255);
        QCOMPARE(qAlpha(image.pixel(1, 1)), 0);
    }
};

QTEST_MAIN(AnnotationCanvasTest)
#include "tst_annotation_canvas.moc"
