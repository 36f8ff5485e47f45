// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/box_interpolation.h"
#include "core/labels/geometry.h"
#include "core/labels/shape_convert.h"
#include "tests/core/labels/geometry_goldens.h"

#include <QTest>
#include <cmath>

using namespace trainyard;
using namespace trainyard::test;

namespace {

constexpr int kSide = 50;

Result<Shape> converted(const Shape& shape, ShapeKind kind)
{
    return convertedShape(shape, kind, kSide, kSide);
}

bool isNear(double a, double b)
{
    return std::abs(a - b) < 1e-9;
}

} // namespace

class TestShapeConvert : public QObject
{
    Q_OBJECT
private slots:
    void rectanglesAgainstOpenCv()
    {
        for (const Json& row : geometryGoldens("rectangles")) {
            const Ring points = ringFrom(row.at("points"));
            const auto box = leastRectangle(points);
            // OpenCV computes in float.
            QVERIFY(std::abs(box->width * box->height / row.at("area").get<double>() - 1) < 1e-4);
            QVERIFY(box->angle >= -45 && box->angle < 45);
            const Shape grown =
                RotatedBox{box->centreX, box->centreY, box->width + 1e-6, box->height + 1e-6, box->angle};
            for (const Vertex& point : points)
                QVERIFY(contains(grown, point));
            const Ring hull = convexHull(points);
            QVERIFY(isNear(area(Polygon{{{hull, {}}}}), row.at("hull").get<double>()));
        }
        QVERIFY(!leastRectangle({{0, 0}, {1, 1}, {2, 2}}));
        QVERIFY(!leastRectangle({}));
    }
    void conversions()
    {
        const Box box{2, 3, 10, 6};
        QVERIFY(*converted(box, ShapeKind::Box) == Shape(box));
        QVERIFY(*converted(box, ShapeKind::RotatedBox) == Shape(RotatedBox{7, 6, 10, 6, 0}));
        QVERIFY(*converted(box, ShapeKind::Polygon) == Shape(Polygon{{{cornersOf(box), {}}}}));
        QVERIFY(area(*converted(box, ShapeKind::Mask)) == 60);
        QVERIFY(*converted(box, ShapeKind::Point) == Shape(Vertex{7, 6}));
        QVERIFY(perimeter(*converted(box, ShapeKind::Polyline)) == 32);
        // Through a polygon and back: a rotated box is found again.
        const RotatedBox turned{20, 20, 12, 5, 30};
        const Shape outline = *converted(turned, ShapeKind::Polygon);
        const auto again = std::get<RotatedBox>(*converted(outline, ShapeKind::RotatedBox));
        QVERIFY(isNear(again.width, 12) && isNear(again.height, 5) && isNear(again.angle, 30));
        QVERIFY(isNear(again.centreX, 20) && isNear(again.centreY, 20));
        const Shape mask = maskFrom("###/#.#/###", 4, 5);
        QVERIFY(*converted(mask, ShapeKind::Box) == Shape(Box{4, 5, 3, 3}));
        QVERIFY(*converted(mask, ShapeKind::RotatedBox) == Shape(RotatedBox{5.5, 6.5, 3, 3, 0}));
        const Shape exact = *convertedShape(mask, ShapeKind::Polygon, kSide, kSide, 0);
        QVERIFY(*converted(exact, ShapeKind::Mask) == mask);
        const Polyline line{{{0, 0}, {8, 0}, {8, 8}, {0, 0}}};
        QCOMPARE(std::get<Polygon>(*converted(line, ShapeKind::Polygon)).parts[0].outline.size(), 3u);
        QCOMPARE(std::get<Keypoints>(*converted(line, ShapeKind::Keypoints)).points.size(), 4u);
        QVERIFY(*converted(*converted(line, ShapeKind::Keypoints), ShapeKind::Polyline) == Shape(line));
        QVERIFY(*converted(Vertex{3, 4}, ShapeKind::Keypoints) ==
                Shape(Keypoints{{{{3, 4}, KeypointState::Visible}}}));
        QVERIFY(*converted(line, ShapeKind::Box) == Shape(Box{0, 0, 8, 8}));
    }
    void refusals()
    {
        const auto isRefused = [](const Shape& shape, ShapeKind kind, const char* why) {
            const auto result = converted(shape, kind);
            return !result && result.error().code == ErrorCode::InvalidArgument &&
                   result.error().message.find(why) != std::string::npos;
        };
        QVERIFY(isRefused({}, ShapeKind::Box, "a class-tag cannot become a box"));
        QVERIFY(isRefused(Box{0, 0, 1, 1}, ShapeKind::ClassTag, "its place would be lost"));
        QVERIFY(isRefused(Box{0, 0, 1, 1}, ShapeKind::Keypoints, "which vertex is which"));
        QVERIFY(isRefused(Vertex{1, 1}, ShapeKind::Box, "no width"));
        QVERIFY(isRefused(Vertex{1, 1}, ShapeKind::Polygon, "covers no area"));
        QVERIFY(isRefused(Vertex{1, 1}, ShapeKind::Polyline, "no outline"));
        QVERIFY(isRefused(Polyline{{{0, 0}, {5, 5}}}, ShapeKind::Polygon, "fewer than three"));
        QVERIFY(isRefused(Polyline{{{0, 0}, {5, 5}}}, ShapeKind::RotatedBox, "no width"));
        QVERIFY(isRefused(Polyline{{{0, 0}, {5, 5}, {0, 5}}}, ShapeKind::Mask, "covers no area"));
        QVERIFY(isRefused(Box{60, 0, 5, 5}, ShapeKind::Mask, "centre of no pixel"));
    }
    void interpolation()
    {
        QVERIFY(*interpolatedShape(Box{0, 0, 10, 10}, Box{10, 20, 20, 14}, 0.25) ==
                Shape(Box{2.5, 5, 12.5, 11}));
        QVERIFY(*interpolatedShape(RotatedBox{0, 0, 4, 2, 170}, RotatedBox{2, 0, 4, 2, -170}, 0.5) ==
                Shape(RotatedBox{1, 0, 4, 2, 180}));
        const Polygon from{{{{{0, 0}, {4, 0}, {4, 4}}, {}}}};
        const Polygon to{{{{{2, 2}, {6, 2}, {6, 10}}, {}}}};
        QVERIFY(*interpolatedShape(from, to, 0.5) == Shape(Polygon{{{{{1, 1}, {5, 1}, {5, 7}}, {}}}}));
        const Keypoints some{{{{0, 0}, KeypointState::Hidden}, {{0, 0}, KeypointState::Visible}}};
        const Keypoints others{{{{4, 2}, KeypointState::Visible}, {{0, 0}, KeypointState::Absent}}};
        QVERIFY(*interpolatedShape(some, others, 0.5) ==
                Shape(Keypoints{{{{2, 1}, KeypointState::Hidden}, {}}}));
        const Polygon more{{{{{0, 0}, {4, 0}, {4, 4}, {0, 4}}, {}}}};
        QVERIFY(!interpolatedShape(from, more, 0.5));
        QVERIFY(!interpolatedShape(from, Box{0, 0, 1, 1}, 0.5));
        QVERIFY(!interpolatedShape(maskFrom("#"), maskFrom("#"), 0.5));
        QVERIFY(!interpolatedShape({}, {}, 0.5));
    }
    void sequence()
    {
        const std::vector<KeyFrame> keys = {
            {14, Box{0, 0, 2, 2}}, {10, Box{0, 0, 10, 10}}, {15, Box{5, 5, 2, 2}}};
        const auto frames = *framesBetween(keys);
        QVERIFY(frames ==
                (std::vector<KeyFrame>{{11, Box{0, 0, 8, 8}}, {12, Box{0, 0, 6, 6}}, {13, Box{0, 0, 4, 4}}}));
        QVERIFY(framesBetween(std::vector<KeyFrame>{{1, Box{0, 0, 1, 1}}, {1, Box{0, 0, 1, 1}}})
                    .error()
                    .message.starts_with("frame 1 has two"));
        QVERIFY(framesBetween(std::vector<KeyFrame>{{1, Box{0, 0, 1, 1}}, {3, Vertex{0, 0}}})
                    .error()
                    .message.starts_with("between frames 1 and 3: "));
        QVERIFY(framesBetween({})->empty());
    }
};

QTEST_APPLESS_MAIN(TestShapeConvert)
#include "tst_shape_convert.moc"
