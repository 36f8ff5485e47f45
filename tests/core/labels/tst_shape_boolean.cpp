// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/geometry.h"
#include "core/labels/mask_ops.h"
#include "core/labels/shape_boolean.h"
#include "tests/core/labels/geometry_goldens.h"

#include <QTest>
#include <cmath>

using namespace trainyard;
using namespace trainyard::test;

namespace {

double areaOf(const Result<std::optional<Shape>>& shape)
{
    return *shape ? area(**shape) : 0;
}

Polygon square(double x, double y, double side)
{
    return {{{cornersOf(Box{x, y, side, side}), {}}}};
}

double sum(const std::vector<Shape>& shapes)
{
    double all = 0;
    for (const Shape& shape : shapes)
        all += area(shape);
    return all;
}

} // namespace

class TestShapeBoolean : public QObject
{
    Q_OBJECT
private slots:
    void againstShapely()
    {
        for (const Json& row : geometryGoldens("booleans")) {
            const Polygon left = polygonFrom(row.at("left"));
            const Polygon right = polygonFrom(row.at("right"));
            // Crossings are rounded to 2^-16 pixel along edges of at most 60 pixels.
            const auto isNear = [](double a, const Json& b) { return std::abs(a - b.get<double>()) < 5e-3; };
            QVERIFY(isNear(areaOf(united(left, right)), row.at("union")));
            QVERIFY(isNear(areaOf(subtracted(left, right)), row.at("difference")));
            QVERIFY(isNear(areaOf(intersected(left, right)), row.at("intersection")));
            QVERIFY(isNear(intersectionArea(left, right), row.at("intersection")));
            for (const auto& result : {united(left, right), subtracted(left, right)}) {
                if (!*result)
                    continue;
                QVERIFY(checkShape(**result));
                // Outlines clockwise on the screen: the shoelace sum is above 0; holes the other way.
                for (const PolygonPart& part : std::get<Polygon>(**result).parts) {
                    double twice = 0;
                    for (std::size_t i = 0; i < part.outline.size(); ++i) {
                        const Vertex& a = part.outline[i];
                        const Vertex& b = part.outline[(i + 1) % part.outline.size()];
                        twice += a.x * b.y - b.x * a.y;
                    }
                    QVERIFY(twice > 0);
                }
            }
        }
    }
    void kinds()
    {
        const auto hollow = subtracted(Box{0, 0, 10, 10}, RotatedBox{5, 5, 4, 4, 90});
        QCOMPARE(areaOf(hollow), 84.0);
        const auto& polygon = std::get<Polygon>(**hollow);
        QCOMPARE(polygon.parts.size(), 1u);
        QCOMPARE(polygon.parts[0].holes.size(), 1u);
        // What lies in the hole is a part of its own.
        const auto island = united(polygon, Box{4, 4, 2, 2});
        QCOMPARE(std::get<Polygon>(**island).parts.size(), 2u);
        QCOMPARE(areaOf(island), 88.0);
        QVERIFY(!*subtracted(Box{1, 1, 2, 2}, Box{0, 0, 9, 9}));
        QVERIFY(!*intersected(Box{0, 0, 1, 1}, Box{5, 5, 1, 1}));
        QVERIFY(!*intersected(Box{0, 0, 1, 1}, Box{1, 0, 1, 1}));
        // A mask that leads stays a mask.
        QVERIFY(**subtracted(maskFrom("###/###"), Box{1, 0, 1, 1}) == Shape(maskFrom("#.#/###")));
        QVERIFY(**united(maskFrom("#"), Box{2, 0, 1, 1}) == Shape(maskFrom("#.#")));
        QCOMPARE(areaOf(subtracted(Box{0, 0, 3, 2}, maskFrom("#", 1, 1))), 5.0);
        QVERIFY(!*subtracted(maskFrom("#"), Box{0, 0, 1, 1}));
        for (const Shape& wrong : {Shape(), Shape(Vertex{1, 1}), Shape(Polyline{{{0, 0}, {5, 5}}})}) {
            QVERIFY(united(Box{0, 0, 1, 1}, wrong).error().code == ErrorCode::InvalidArgument);
            QVERIFY(united(wrong, Box{0, 0, 1, 1}).error().code == ErrorCode::InvalidArgument);
            QVERIFY(united(maskFrom("#"), wrong).error().code == ErrorCode::InvalidArgument);
        }
        // Two lobes of one ring that crosses itself cover what the even-odd rule says.
        const Polygon crossed{{{{{0, 0}, {10, 10}, {10, 0}, {0, 10}}, {}}}};
        QCOMPARE(areaOf(intersected(crossed, Box{0, 0, 10, 10})), 50.0);
    }
    void split()
    {
        const auto halves = *splitBy(square(0, 0, 10), {{{-5, 3}, {15, 3}}});
        QCOMPARE(halves.size(), 2u);
        QCOMPARE(area(halves[0]), 70.0);
        QCOMPARE(area(halves[1]), 30.0);
        // Neighbours share the very vertices of the cut.
        for (const Shape& half : halves) {
            const Ring vertices = verticesOf(half);
            QVERIFY(std::count(vertices.begin(), vertices.end(), Vertex{0, 3}) == 1);
            QVERIFY(std::count(vertices.begin(), vertices.end(), Vertex{10, 3}) == 1);
            QCOMPARE(vertices.size(), 4u);
        }
        // A bent line, and one that goes through twice.
        const auto bent = *splitBy(square(0, 0, 10), {{{5, -1}, {5, 5}, {11, 5}}});
        QCOMPARE(bent.size(), 2u);
        QVERIFY(std::abs(area(bent[1]) - 25) < 1e-6);
        QVERIFY(std::abs(area(bent[0]) - 75) < 1e-6);
        QCOMPARE(verticesOf(bent[0]).size(), 6u);
        const auto three = *splitBy(square(0, 0, 10), {{{-1, 2}, {11, 2}, {11, 8}, {-1, 8}}});
        QCOMPARE(three.size(), 3u);
        QVERIFY(std::abs(sum(three) - 100) < 1e-6);
        QVERIFY(std::abs(area(three[2]) - 20) < 1e-6);
        // A slanting line through random places leaves nothing out.
        for (int i = 1; i < 60; ++i) {
            const auto some = splitBy(square(0, 0, 10), {{{-1, i * 0.17}, {4, 9.3 - i * 0.11}, {12, 10.1}}});
            if (some)
                QVERIFY(std::abs(sum(*some) - 100) < 1e-2);
        }
    }
    void splitHolesAndParts()
    {
        const Shape ring = **subtracted(Box{0, 0, 10, 10}, Box{4, 4, 2, 2});
        const auto halves = *splitBy(ring, {{{-1, 5}, {11, 5}}});
        QCOMPARE(halves.size(), 2u);
        QVERIFY(std::abs(area(halves[0]) - 48) < 1e-6);
        QVERIFY(std::get<Polygon>(halves[0]).parts[0].holes.empty());
        // Through one side of a ring: nothing is divided.
        QVERIFY(splitBy(ring, {{{-1, 5}, {5, 5}}}).error().code == ErrorCode::InvalidArgument);
        QVERIFY(!splitBy(ring, {{{-1, 5}, {2, 5}}}));
        QVERIFY(!splitBy(ring, {{{-5, 5}, {-1, 5}}}));
        QVERIFY(!splitBy(ring, {{{2, 2}, {3, 2}}}));
        // A line that cuts once, and ends inside the second time.
        const auto once = *splitBy(square(0, 0, 10), {{{-1, 2}, {11, 2}, {11, 8}, {5, 8}}});
        QCOMPARE(once.size(), 2u);
        QVERIFY(std::abs(sum(once) - 100) < 1e-6);
        // The part that the line leaves whole stays with the largest piece.
        Polygon two = square(0, 0, 10);
        two.parts.push_back(square(20, 0, 3).parts[0]);
        const auto parts = *splitBy(two, {{{3, -1}, {3, 11}}});
        QCOMPARE(parts.size(), 2u);
        QVERIFY(std::abs(area(parts[0]) - 79) < 1e-6);
        QCOMPARE(std::get<Polygon>(parts[0]).parts.size(), 2u);
    }
    void splitOthers()
    {
        const auto boxes = *splitBy(Box{0, 0, 4, 4}, {{{-1, 1}, {5, 1}}});
        QVERIFY(shapeKind(boxes[0]) == ShapeKind::Polygon);
        const Mask mask = maskFrom("####/####/####");
        const auto masks = *splitBy(mask, {{{-1, 1.2}, {5, 0.8}}});
        QCOMPARE(masks.size(), 2u);
        QVERIFY(masks[0] == Shape(maskFrom("####/####", 0, 1)));
        QVERIFY(masks[1] == Shape(maskFrom("####")));
        const auto lines = *splitBy(Polyline{{{0, 0}, {10, 0}, {10, 10}}}, {{{5, -1}, {5, 1}, {11, 5}}});
        QCOMPARE(lines.size(), 3u);
        QVERIFY(lines[0] == Shape(Polyline{{{0, 0}, {5, 0}}}));
        QCOMPARE(std::get<Polyline>(lines[1]).vertices.size(), 3u);
        QVERIFY(!splitBy(Polyline{{{0, 0}, {10, 0}}}, {{{5, 1}, {5, 2}}}));
        QVERIFY(!splitBy(Vertex{1, 1}, {{{0, 0}, {5, 5}}}));
    }
    void separate()
    {
        const Shape two = **united(Box{0, 0, 2, 2}, Box{5, 5, 3, 3});
        QCOMPARE(separated(two).size(), 2u);
        const std::vector<Shape> pieces = {maskFrom("##", 2, 0), maskFrom("#")};
        QVERIFY(separated(maskFrom("#.##")) == pieces);
        QCOMPARE(separated(Box{0, 0, 1, 1}).size(), 1u);
    }
    void join()
    {
        const std::vector<Shape> boxes = {Box{0, 0, 4, 4}, Box{4, 0, 4, 4}, Box{20, 0, 1, 1}};
        const Shape all = *joined(boxes);
        QCOMPARE(area(all), 33.0);
        QCOMPARE(std::get<Polygon>(all).parts.size(), 2u);
        const std::vector<Shape> pixels = {maskFrom("#"), Box{1, 0, 1, 1}};
        QVERIFY(*joined(pixels) == Shape(maskFrom("##")));
        const std::vector<Shape> lines = {Polyline{{{0, 0}, {5, 0}}}, Polyline{{{9, 9}, {5, 1}}},
                                          Polyline{{{-5, 0}, {0, 0}}}};
        QVERIFY(*joined(lines) == Shape(Polyline{{{-5, 0}, {0, 0}, {5, 0}, {5, 1}, {9, 9}}}));
        QVERIFY(!joined(std::span(boxes).first(1)));
        QVERIFY((!joined(std::vector<Shape>{lines[0], boxes[0]})));
        QVERIFY((!joined(std::vector<Shape>{boxes[0], lines[0]})));
        QVERIFY((!joined(std::vector<Shape>{Vertex{0, 0}, Vertex{1, 1}})));
    }
};

QTEST_APPLESS_MAIN(TestShapeBoolean)
#include "tst_shape_boolean.moc"
