// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/geometry.h"
#include "tests/core/labels/geometry_goldens.h"

#include <QTest>
#include <cmath>

using namespace trainyard;
using namespace trainyard::test;

namespace {

const Polygon kFrame = {{{{{0, 0}, {10, 0}, {10, 10}, {0, 10}}, {{{4, 4}, {6, 4}, {6, 6}, {4, 6}}}},
                         {{{20, 0}, {24, 0}, {22, 4}}, {}}}};

bool isNear(double a, double b, double tolerance = 1e-9)
{
    return std::abs(a - b) <= tolerance;
}

bool isNear(const Box& a, const Box& b)
{
    return isNear(a.x, b.x) && isNear(a.y, b.y) && isNear(a.width, b.width) && isNear(a.height, b.height);
}

} // namespace

class TestGeometry : public QObject
{
    Q_OBJECT
private slots:
    void measures()
    {
        QCOMPARE(area(Box{1, 2, 3, 4}), 12.0);
        QCOMPARE(perimeter(Box{1, 2, 3, 4}), 14.0);
        QCOMPARE(area(RotatedBox{5, 5, 3, 4, 30}), 12.0);
        QCOMPARE(perimeter(RotatedBox{5, 5, 3, 4, 30}), 14.0);
        QCOMPARE(area(kFrame), 100.0 - 4 + 8);
        QVERIFY(isNear(perimeter(kFrame), 40 + 8 + 4 + 2 * std::sqrt(20.0)));
        QCOMPARE(perimeter(Polyline{{{0, 0}, {3, 4}, {3, 5}}}), 6.0);
        QCOMPARE(area(Polyline{{{0, 0}, {3, 4}, {3, 5}}}), 0.0);
        QCOMPARE(area(Vertex{1, 1}), 0.0);
        QCOMPARE(area(Shape()), 0.0);
        QCOMPARE(area(maskFrom("##./.#./..#")), 4.0);
        // Three pixels in an angle have 8 pixel edges; one more that touches by a corner has 4 of its own.
        QCOMPARE(perimeter(maskFrom("##./.#./..#")), 12.0);
        // Far from the origin no digit is lost.
        QCOMPARE(area(moved(kFrame, 1e9, 1e9)), 104.0);
    }
    void contained()
    {
        for (const auto& [x, y, isIn] :
             {std::tuple(1, 1, true), {5, 5, false}, {22, 1, true}, {22, 5, false}, {-1, 5, false}})
            QCOMPARE(contains(kFrame, {static_cast<double>(x), static_cast<double>(y)}), isIn);
        QVERIFY(contains(Box{1, 1, 2, 2}, {1, 1}));
        QVERIFY(!contains(Box{1, 1, 2, 2}, {3, 2}));
        // A square that stands on a corner.
        QVERIFY(contains(RotatedBox{5, 5, 2, 2, 45}, {5, 6.3}));
        QVERIFY(!contains(RotatedBox{5, 5, 2, 2, 45}, {5.9, 5.9}));
        const Mask mask = maskFrom(".#./##.", 10, 20);
        QVERIFY(contains(mask, {11.5, 20.5}));
        QVERIFY(contains(mask, {10, 21}));
        QVERIFY(!contains(mask, {10.5, 20.5}));
        QVERIFY(!contains(mask, {11.5, 22}));
        QVERIFY(!contains(mask, {1e300, 0}));
        QVERIFY(!contains(Shape(), {0, 0}));
        QVERIFY(!contains(Vertex{0, 0}, {0, 0}));
    }
    void againstShapely()
    {
        for (const Json& row : geometryGoldens("places")) {
            const Polygon polygon = polygonFrom(row.at("polygon"));
            const Ring points = ringFrom(row.at("points"));
            for (std::size_t i = 0; i < points.size(); ++i) {
                QCOMPARE(contains(polygon, points[i]), row.at("inside").at(i).get<bool>());
                const auto hit = nearestOnOutline(polygon, points[i]);
                QVERIFY(isNear(hit->distance, row.at("distance").at(i).get<double>()));
                // The hit says itself where it lies: on its edge, as far away as it says.
                QVERIFY(isNear(std::hypot(hit->at.x - points[i].x, hit->at.y - points[i].y), hit->distance));
                const Vertex vertex = *vertexAt(polygon, hit->vertex);
                QVERIFY(
                    isNear(std::hypot(vertex.x - points[i].x, vertex.y - points[i].y), hit->vertexDistance));
            }
        }
        for (const Json& row : geometryGoldens("booleans")) {
            const Polygon left = polygonFrom(row.at("left"));
            QVERIFY(isNear(area(left), row.at("area").get<double>()));
            QVERIFY(isNear(perimeter(left), row.at("perimeter").get<double>()));
        }
        for (const Json& row : geometryGoldens("lines")) {
            const Shape simple =
                simplified(Polyline{ringFrom(row.at("line"))}, row.at("tolerance").get<double>());
            QVERIFY(std::get<Polyline>(simple).vertices == ringFrom(row.at("simplified")));
        }
        for (const Json& row : geometryGoldens("rotated")) {
            std::vector<Shape> boxes;
            for (const Json& box : row.at("boxes"))
                boxes.emplace_back(RotatedBox{box.at(0), box.at(1), box.at(2), box.at(3), box.at(4)});
            QVERIFY(isNear(intersectionOverUnion(boxes[0], boxes[1]), row.at("iou").get<double>(), 1e-5));
        }
    }
    void nearest()
    {
        const auto hit = nearestOnOutline(kFrame, {5, 6.5});
        QVERIFY((hit->edge == VertexRef{0, 1, 2}));
        QCOMPARE(hit->distance, 0.5);
        QVERIFY((hit->at == Vertex{5, 6}));
        QVERIFY((nearestOnOutline(kFrame, {9.5, 9.8})->vertex == VertexRef{0, 0, 2}));
        QVERIFY((nearestOnOutline(kFrame, {24, 1})->vertex == VertexRef{1, 0, 1}));
        // The closing edge belongs to the last vertex; a polyline has none.
        QVERIFY((nearestOnOutline(kFrame, {-1, 5})->edge == VertexRef{0, 0, 3}));
        const Polyline line{{{0, 0}, {10, 0}, {10, 10}}};
        QVERIFY((nearestOnOutline(line, {2, 2})->edge == VertexRef{0, 0, 0}));
        QCOMPARE(nearestOnOutline(line, {3, 9})->distance, 7.0);
        QCOMPARE(nearestOnOutline(Vertex{3, 4}, {0, 0})->distance, 5.0);
        const Keypoints points{{{{0, 0}, KeypointState::Absent}, {{3, 4}, KeypointState::Hidden}}};
        QVERIFY((nearestOnOutline(points, {0, 0})->vertex == VertexRef{0, 0, 1}));
        QCOMPARE(nearestOnOutline(maskFrom("##/##", 4, 4), {5, 4.75})->distance, 0.75);
        QVERIFY(!nearestOnOutline(Shape(), {0, 0}));
        QVERIFY((*vertexAt(kFrame, {0, 1, 2}) == Vertex{6, 6}));
        for (const VertexRef& wrong : {VertexRef{2, 0, 0}, {0, 2, 0}, {0, 0, 4}, {0, 0, -1}, {-1, 0, 0}})
            QVERIFY(!vertexAt(kFrame, wrong));
        QVERIFY(!vertexAt(points, {0, 0, 0}));
        QVERIFY(!vertexAt(Box{0, 0, 1, 1}, {1, 0, 0}));
    }
    void movedAndResized()
    {
        QVERIFY(moved(Box{1, 2, 3, 4}, 0.5, -2) == Shape(Box{1.5, 0, 3, 4}));
        QVERIFY(moved(RotatedBox{1, 2, 3, 4, 20}, 1, 1) == Shape(RotatedBox{2, 3, 3, 4, 20}));
        QVERIFY(moved(maskFrom("#"), 1.4, -0.6) == Shape(maskFrom("#", 1, -1)));
        QVERIFY(moved(Shape(), 1, 1) == Shape());
        QVERIFY((vertexAt(moved(kFrame, 1, 2), {0, 1, 0}) == Vertex{5, 6}));
        const Box from{0, 0, 24, 10};
        const Box to{10, 10, 48, 30};
        QVERIFY((vertexAt(resized(kFrame, from, to), {0, 1, 0}) == Vertex{18, 22}));
        QVERIFY(resized(Box{12, 5, 6, 5}, from, to) == Shape(Box{34, 25, 12, 15}));
        // A box that is turned by a quarter takes the scale of the other axis.
        const auto turned = std::get<RotatedBox>(resized(RotatedBox{12, 5, 6, 4, 90}, from, to));
        QVERIFY(isNear(turned.width, 18) && isNear(turned.height, 8) && isNear(turned.angle, 90));
        QVERIFY(resized(maskFrom("#./.#", 0, 0), {0, 0, 2, 2}, {2, 4, 4, 4}) ==
                Shape(maskFrom("##../##../..##/..##", 2, 4)));
    }
    void vertices()
    {
        QVERIFY(*withVertex(Box{0, 0, 10, 10}, {0, 0, 2}, {4, 5}) == Shape(Box{0, 0, 4, 5}));
        QVERIFY(*withVertex(Box{10, 10, 10, 10}, {0, 0, 0}, {30, 15}) == Shape(Box{20, 15, 10, 5}));
        QVERIFY(!withVertex(Box{0, 0, 10, 10}, {0, 0, 2}, {0, 5}));
        QVERIFY(!withVertex(Box{0, 0, 10, 10}, {0, 0, 4}, {5, 5}));
        // The corner of a turned box: the others follow at right angles.
        const RotatedBox box{5, 5, 4, 2, 30};
        const Vertex target = cornersOf(RotatedBox{6, 5.5, 7, 3, 30})[2];
        const auto moved = std::get<RotatedBox>(*withVertex(box, {0, 0, 2}, target));
        QVERIFY(moved.angle == 30);
        const Vertex kept = cornersOf(moved)[0];
        QVERIFY(isNear(kept.x, cornersOf(box)[0].x) && isNear(kept.y, cornersOf(box)[0].y));
        QVERIFY(isNear(cornersOf(moved)[2].x, target.x) && isNear(cornersOf(moved)[2].y, target.y));

        const Shape more = *withInsertedVertex(kFrame, {0, 1, 3}, {3, 5});
        QVERIFY((std::get<Polygon>(more).parts[0].holes[0] == Ring{{4, 4}, {6, 4}, {6, 6}, {4, 6}, {3, 5}}));
        QVERIFY(*withoutVertex(more, {0, 1, 4}) == Shape(kFrame));
        // A hole of three vertices goes whole, then a part beside another one; the last triangle stays.
        const Shape triangle = *withoutVertex(kFrame, {0, 1, 0});
        const Shape noHole = *withoutVertex(triangle, {0, 1, 0});
        QVERIFY(std::get<Polygon>(noHole).parts[0].holes.empty());
        const Shape onePart = *withoutVertex(noHole, {1, 0, 2});
        QCOMPARE(std::get<Polygon>(onePart).parts.size(), 1u);
        const Shape last = *withoutVertex(onePart, {0, 0, 0});
        QCOMPARE(area(last), 50.0);
        QVERIFY(withoutVertex(last, {0, 0, 0}).error().code == ErrorCode::InvalidArgument);

        const Polyline line{{{0, 0}, {1, 1}}};
        QVERIFY(*withInsertedVertex(line, {0, 0, -1}, {9, 9}) == Shape(Polyline{{{9, 9}, {0, 0}, {1, 1}}}));
        QVERIFY(*withInsertedVertex(line, {0, 0, 1}, {9, 9}) == Shape(Polyline{{{0, 0}, {1, 1}, {9, 9}}}));
        QVERIFY(!withInsertedVertex(line, {0, 0, 2}, {9, 9}));
        QVERIFY(!withInsertedVertex(Box{0, 0, 1, 1}, {0, 0, 0}, {9, 9}));
        QVERIFY(!withoutVertex(line, {0, 0, 0}));
        QVERIFY(!withoutVertex(Box{0, 0, 1, 1}, {0, 0, 0}));
        const Keypoints two{{{{1, 1}, KeypointState::Visible}, {{3, 4}, KeypointState::Hidden}}};
        const Shape one = *withoutVertex(two, {0, 0, 0});
        QVERIFY(std::get<Keypoints>(one).points[0].state == KeypointState::Absent);
        QVERIFY(!withoutVertex(one, {0, 0, 1}));
        QVERIFY((std::get<Keypoints>(*withVertex(two, {0, 0, 1}, {7, 7})).points[1] ==
                 Keypoint{{7, 7}, KeypointState::Hidden}));
    }
    void simplifiedRings()
    {
        Polygon circle{{{{}, {{{0, 0}, {0.1, 0}, {0.1, 0.1}}}}}};
        for (int i = 0; i < 720; ++i)
            circle.parts[0].outline.push_back(
                {100 * std::cos(i * M_PI / 360), 100 * std::sin(i * M_PI / 360)});
        const auto simple = std::get<Polygon>(simplified(circle, 0.5));
        const Ring& ring = simple.parts[0].outline;
        // A chord that leaves a circle of radius r by at most t spans 2 acos(1 - t / r): 11.5 degrees here.
        QVERIFY(ring.size() >= 32 && ring.size() <= 64);
        for (const Vertex& vertex : circle.parts[0].outline)
            QVERIFY(nearestOnOutline(simple, vertex)->distance <= 0.5);
        QVERIFY(simple.parts[0].holes.empty());
        // However large the tolerance, a triangle stays.
        QCOMPARE(std::get<Polygon>(simplified(circle, 1e6)).parts[0].outline.size(), 3u);
        QVERIFY(simplified(Box{0, 0, 1, 1}, 5) == Shape(Box{0, 0, 1, 1}));
    }
    void clipped()
    {
        QVERIFY(*clippedTo(Box{-2, 3, 5, 100}, 10, 10) == Shape(Box{0, 3, 3, 7}));
        QVERIFY(!clippedTo(Box{10, 3, 5, 5}, 10, 10));
        QVERIFY(*clippedTo(kFrame, 30, 30) == Shape(kFrame));
        const Shape half = *clippedTo(kFrame, 5, 20);
        QCOMPARE(area(half), 50.0 - 2);
        QVERIFY(isNear(*boundingBox(half), {0, 0, 5, 10}));
        QVERIFY(!clippedTo(moved(kFrame, 100, 0), 30, 30));
        const Polyline zigzag{{{-5, 5}, {5, 5}, {5, 15}, {8, 15}, {8, 1}}};
        QVERIFY(*clippedTo(zigzag, 10, 10) == Shape(Polyline{{{0, 5}, {5, 5}, {5, 10}}}));
        QVERIFY(!clippedTo(Polyline{{{-5, 5}, {-1, 5}}}, 10, 10));
        QVERIFY(!clippedTo(Vertex{11, 1}, 10, 10));
        QVERIFY(*clippedTo(Vertex{10, 1}, 10, 10) == Shape(Vertex{10, 1}));
        const Keypoints points{{{{1, 1}, KeypointState::Visible}, {{30, 4}, KeypointState::Hidden}}};
        QVERIFY((std::get<Keypoints>(*clippedTo(points, 10, 10)).points[1] == Keypoint()));
        QVERIFY(!clippedTo(points, 1, 0));
        QVERIFY(*clippedTo(maskFrom("###/###", -1, 9), 10, 10) == Shape(maskFrom("##", 0, 9)));
        QVERIFY(*clippedTo(RotatedBox{0, 0, 9, 2, 10}, 10, 10) == Shape(RotatedBox{0, 0, 9, 2, 10}));
        QVERIFY(!clippedTo(RotatedBox{-9, 0, 9, 2, 10}, 10, 10));
        QVERIFY(*clippedTo(Shape(), 10, 10) == Shape());
    }
    void overlap()
    {
        QCOMPARE(intersectionOverUnion(Box{0, 0, 10, 10}, Box{5, 5, 10, 10}), 25.0 / 175);
        QCOMPARE(intersectionOverUnion(Box{0, 0, 10, 10}, Box{10, 0, 10, 10}), 0.0);
        QCOMPARE(intersectionOverUnion(Box{0, 0, 10, 10}, kFrame), 96.0 / 108);
        QCOMPARE(intersectionOverUnion(kFrame, Polyline{{{0, 0}, {9, 9}}}), 0.0);
        // Two bars that cross: a mask and a box, either way round.
        const Mask bar = maskFrom("####/####", 0, 2);
        QCOMPARE(intersectionOverUnion(bar, Box{1, 0, 2, 6}), 4.0 / 16);
        QCOMPARE(intersectionOverUnion(Box{1, 0, 2, 6}, bar), 4.0 / 16);
        QCOMPARE(intersectionArea(bar, maskFrom("#/#/#", 3, 3)), 1.0);
    }
};

QTEST_APPLESS_MAIN(TestGeometry)
#include "tst_geometry.moc"
