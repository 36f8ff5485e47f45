// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/geometry.h"
#include "widgets/views/canvas_picture.h"
#include "widgets/views/canvas_scene.h"
#include "widgets/views/canvas_snap.h"

#include <QTest>
#include <random>

using namespace trainyard;
using namespace trainyard::widgets;

namespace {

bool touch(const QRectF& a, const QRectF& b)
{
    return a.left() <= b.right() && b.left() <= a.right() && a.top() <= b.bottom() && b.top() <= a.bottom();
}

Annotation made(AnnotationId id, Shape shape, std::int64_t order = 0)
{
    Annotation annotation;
    annotation.id = id;
    annotation.shape = std::move(shape);
    annotation.zOrder = order;
    return annotation;
}

} // namespace

/// What is found on the canvas, compared with looking at everything.
class CanvasSceneTest : public QObject
{
    Q_OBJECT
private slots:
    void theIndexFindsWhatALoopFinds_data()
    {
        QTest::addColumn<int>("count");
        QTest::addColumn<double>("size");
        QTest::newRow("none") << 0 << 10.0;
        QTest::newRow("one") << 1 << 10.0;
        QTest::newRow("many small") << 3000 << 20.0;
        QTest::newRow("some of the whole picture") << 400 << 4000.0;
    }
    void theIndexFindsWhatALoopFinds()
    {
        QFETCH(int, count);
        QFETCH(double, size);
        std::mt19937 random(7);
        const auto number = [&](double most) {
            return std::uniform_real_distribution<double>(0, most)(random);
        };
        std::vector<QRectF> boxes;
        for (int i = 0; i < count; ++i)
            boxes.push_back(i % 50 == 49
                                ? QRectF()
                                : QRectF(number(4000) - 50, number(3000) - 50, number(size), number(size)));
        const CanvasIndex index(boxes);
        for (int i = 0; i < 500; ++i) {
            const double extent = i % 2 == 0 ? 0 : number(600);
            const QRectF area(number(4400) - 200, number(3400) - 200, extent, extent);
            std::vector<std::uint32_t> expected;
            for (std::uint32_t place = 0; place < boxes.size(); ++place)
                if (!boxes[place].isNull() && touch(boxes[place], area))
                    expected.push_back(place);
            QVERIFY(index.touching(area) == expected);
        }
    }

    void aClickFindsWhatALoopFinds()
    {
        std::mt19937 random(3);
        const auto number = [&](double least, double most) {
            return std::uniform_real_distribution<double>(least, most)(random);
        };
        std::vector<Annotation> shapes;
        for (int i = 0; i < 800; ++i) {
            const double x = number(0, 1000);
            const double y = number(0, 800);
            Ring ring;
            for (int corner = 0; corner < 7; ++corner) {
                const double angle = corner * 2 * 3.14159 / 7;
                ring.push_back({x + std::cos(angle) * number(5, 40), y + std::sin(angle) * number(5, 40)});
            }
            const Shape kinds[] = {Polygon{{{ring, {}}}}, Polyline{ring}, Vertex{x, y},
                                   Box{x, y, number(2, 50), number(2, 50)}};
            shapes.push_back(made(i + 1, kinds[i % 4], i % 5));
        }
        const CanvasScene scene(shapes);
        const double reach = 4;
        int hits = 0;
        for (int i = 0; i < 2000; ++i) {
            const QPointF at(number(-20, 1020), number(-20, 820));
            const Vertex place{at.x(), at.y()};
            AnnotationId expected = 0;
            double extent = 1e18;
            bool isLine = false;
            for (auto shape = scene.shapes().rbegin(); shape != scene.shapes().rend(); ++shape) {
                const auto outline = nearestOnOutline(shape->shape, place);
                if (outline && outline->distance <= reach) {
                    expected = shape->id;
                    isLine = true;
                    break;
                }
            }
            for (auto shape = scene.shapes().rbegin(); !isLine && shape != scene.shapes().rend(); ++shape) {
                const auto box = boundingBox(shape->shape);
                if (contains(shape->shape, place) && box->width * box->height < extent) {
                    extent = box->width * box->height;
                    expected = shape->id;
                }
            }
            const auto found = scene.hit(at, reach, [](const Annotation&) { return true; });
            QCOMPARE(found.value_or(0), expected);
            hits += expected != 0 ? 1 : 0;
        }
        QVERIFY(hits > 500 && hits < 2000);
    }

    void whatIsNotAcceptedIsNotHit()
    {
        const CanvasScene scene({made(1, Box{0, 0, 10, 10}), made(2, Box{0, 0, 10, 10}, 3)});
        QCOMPARE(scene.hit({5, 5}, 1, [](const Annotation&) { return true; }).value_or(0), AnnotationId(2));
        QCOMPARE(scene.hit({5, 5}, 1, [](const Annotation& shape) { return shape.id != 2; }).value_or(0),
                 AnnotationId(1));
    }

    void snapping()
    {
        const CanvasScene scene({made(1, Box{20, 20, 40, 30})});
        const auto all = [](const Annotation&) { return true; };
        CanvasGuides guides;
        guides.columns = {80};
        const QSize picture(100, 90);
        QCOMPARE(snappedToShape({21, 22}, 4, scene, all), QPointF(20, 20)); // a vertex
        QCOMPARE(snappedToShape({40, 22}, 4, scene, all), QPointF(40, 20)); // an edge
        QVERIFY(!snappedToShape({40, 35}, 4, scene, all));
        QVERIFY(!snappedToShape({21, 22}, 4, scene, [](const Annotation&) { return false; }));
        QCOMPARE(snappedToLines({77, 88.5}, 4, 2, guides, picture), QPointF(80, 90)); // guide and border
        QCOMPARE(snappedToLines({40, 87}, 4, 2, guides, picture), QPointF(40, 87));   // nothing near
    }

    void adjustmentsChangeTheViewAlone()
    {
        QCOMPARE(adjustmentTable({}), [] {
            std::vector<uchar> same(256);
            for (int i = 0; i < 256; ++i)
                same[static_cast<std::size_t>(i)] = static_cast<uchar>(i);
            return same;
        }());
        QCOMPARE(adjustmentTable({100, 0, 1})[0], uchar(255));
        QCOMPARE(adjustmentTable({0, 50, 1})[10], uchar(0));
        QCOMPARE(adjustmentTable({0, 0, 2})[64], uchar(128));
        QImage picture(32, 32, QImage::Format_RGB888);
        picture.fill(QColor(100, 100, 100));
        CanvasPicture layer;
        layer.setPicture(picture, picture.size());
        layer.setAdjustment({20, 0, 1});
        const QImage view = layer.view({1, {4, 4}}, QSize(40, 40), 1, Qt::black);
        QCOMPARE(view.pixelColor(20, 20), QColor(151, 151, 151));
        QCOMPARE(view.pixelColor(1, 1), QColor(Qt::black));
        QCOMPARE(layer.pixels().pixelColor(5, 5), QColor(100, 100, 100));
    }
};

QTEST_MAIN(CanvasSceneTest)
#include "tst_canvas_scene.moc"
