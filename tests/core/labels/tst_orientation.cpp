// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/imaging/resize.h"
#include "core/labels/geometry.h"
#include "core/labels/mask_ops.h"
#include "core/labels/orientation.h"
#include "tests/core/labels/geometry_goldens.h"

#include <QTest>

using namespace trainyard;
using namespace trainyard::test;

namespace {

constexpr int kWidth = 30;
constexpr int kHeight = 20;

Image painted(const Shape& shape, int width, int height)
{
    Image image{width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width * height * 3))};
    const Bitmap bitmap = bitmapFromMask(rasterised(shape, width, height));
    for (int y = 0; y < bitmap.height; ++y)
        for (int x = 0; x < bitmap.width; ++x)
            image.row(bitmap.y + y)[3 * (bitmap.x + x)] = bitmap.row(y)[x];
    return image;
}

bool isNear(const Vertex& a, const Vertex& b)
{
    return std::abs(a.x - b.x) < 1e-9 && std::abs(a.y - b.y) < 1e-9;
}

/// Shapes at places where no edge leads through the centre of a pixel.
std::vector<Shape> shapesWithArea()
{
    return {Box{3.1, 2.2, 9, 4},
            RotatedBox{14.3, 9.1, 12, 5, 23},
            RotatedBox{14.3, 9.1, 12, 5, -140},
            RotatedBox{9.3, 9.1, 2, 12, 80},
            Polygon{{{{{2.1, 3.2}, {22.3, 4.1}, {9.2, 17.7}}, {{{9.1, 6.3}, {12.2, 6.4}, {10.1, 9.37}}}},
                     {{{23.2, 12.1}, {28.3, 12.3}, {24.4, 18.1}}, {}}}},
            maskFrom("##.#/.#../.###", 5, 2)};
}

} // namespace

class TestOrientation : public QObject
{
    Q_OBJECT
private slots:
    /// The pixels under a shape are those that the picture's own turn brings there.
    void staysOnItsPixels_data()
    {
        QTest::addColumn<int>("orientation");
        for (int orientation = 0; orientation <= 9; ++orientation)
            QTest::addRow("%d", orientation) << orientation;
    }
    void staysOnItsPixels()
    {
        QFETCH(const int, orientation);
        const bool isTurned = orientation >= 5 && orientation <= 8;
        const int width = isTurned ? kHeight : kWidth;
        const int height = isTurned ? kWidth : kHeight;
        for (const Shape& shape : shapesWithArea()) {
            const Image stored = painted(shape, kWidth, kHeight);
            const Shape upright = uprightShape(shape, orientation, kWidth, kHeight);
            QVERIFY2(orientImage(stored, orientation) == painted(upright, width, height),
                     shapeKindName(shapeKind(shape)).data());
            QVERIFY(shapeKind(upright) == shapeKind(shape));
            QVERIFY(std::abs(area(upright) - area(shape)) < 1e-9);
            const Shape back = storedShape(upright, orientation, kWidth, kHeight);
            QVERIFY(painted(back, kWidth, kHeight) == stored);
            const Ring vertices = verticesOf(shape);
            const Ring again = verticesOf(back);
            for (std::size_t i = 0; i < vertices.size(); ++i)
                QVERIFY(isNear(vertices[i], again[i]));
            if (std::holds_alternative<Mask>(shape))
                QVERIFY(back == shape);
        }
        for (double angle = -175; angle <= 180; angle += 12.5) {
            const RotatedBox box{10, 11, 8, 3, angle};
            const Shape back =
                storedShape(uprightShape(box, orientation, kWidth, kHeight), orientation, kWidth, kHeight);
            QVERIFY(back == Shape(box));
        }
    }
    /// A corner by hand: the stored pixel (2, 3) of a picture of 30 x 20.
    void places_data()
    {
        QTest::addColumn<int>("orientation");
        QTest::addColumn<double>("x");
        QTest::addColumn<double>("y");
        QTest::newRow("as it is") << 1 << 2.0 << 3.0;
        QTest::newRow("mirrored") << 2 << 28.0 << 3.0;
        QTest::newRow("half a turn") << 3 << 28.0 << 17.0;
        QTest::newRow("upside down") << 4 << 2.0 << 17.0;
        QTest::newRow("transposed") << 5 << 3.0 << 2.0;
        QTest::newRow("clockwise") << 6 << 17.0 << 2.0;
        QTest::newRow("transversed") << 7 << 17.0 << 28.0;
        QTest::newRow("anticlockwise") << 8 << 3.0 << 28.0;
    }
    void places()
    {
        QFETCH(const int, orientation);
        QFETCH(const double, x);
        QFETCH(const double, y);
        const auto turned = [&](const Shape& shape) {
            return uprightShape(shape, orientation, kWidth, kHeight);
        };
        QVERIFY(turned(Vertex{2, 3}) == Shape(Vertex{x, y}));
        QVERIFY(turned(Polyline{{{2, 3}, {2, 3}}}) == Shape(Polyline{{{x, y}, {x, y}}}));
        const Keypoints points{{{{2, 3}, KeypointState::Hidden}, {{0, 0}, KeypointState::Absent}}};
        QVERIFY(turned(points) ==
                Shape(Keypoints{{{{x, y}, KeypointState::Hidden}, {{0, 0}, KeypointState::Absent}}}));
        QVERIFY(turned(Shape()) == Shape());
    }
};

QTEST_APPLESS_MAIN(TestOrientation)
#include "tst_orientation.moc"
