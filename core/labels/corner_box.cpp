// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/corner_box.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace trainyard {

namespace {

constexpr double kTolerance = 1e-3; ///< pixels
constexpr int kEllipseCorners = 64;

double distance(const Vertex& a, const Vertex& b)
{
    return std::hypot(a.x - b.x, a.y - b.y);
}

} // namespace

Polygon ellipseOutline(const Vertex& centre, double radiusX, double radiusY, double angle)
{
    const double turn = angle * std::numbers::pi / 180;
    Ring ring;
    for (int i = 0; i < kEllipseCorners; ++i) {
        const double step = 2 * std::numbers::pi * i / kEllipseCorners;
        const double x = radiusX * std::cos(step);
        const double y = radiusY * std::sin(step);
        ring.push_back({centre.x + x * std::cos(turn) - y * std::sin(turn),
                        centre.y + x * std::sin(turn) + y * std::cos(turn)});
    }
    return Polygon{{PolygonPart{std::move(ring), {}}}};
}

double tidyAngle(double degrees)
{
    const double turned = std::remainder(degrees, 360.0);
    return turned <= -180.0 ? turned + 360.0 : turned;
}

Shape shapeFromCorners(const Ring& corners)
{
    Polygon polygon;
    polygon.parts.push_back({corners, {}});
    if (corners.size() != 4)
        return polygon;
    Ring ring = corners;
    const auto cross = [&] {
        return (ring[1].x - ring[0].x) * (ring[3].y - ring[0].y) -
               (ring[1].y - ring[0].y) * (ring[3].x - ring[0].x);
    };
    if (cross() < 0)
        std::swap(ring[1], ring[3]);
    RotatedBox box;
    box.centreX = (ring[0].x + ring[1].x + ring[2].x + ring[3].x) / 4;
    box.centreY = (ring[0].y + ring[1].y + ring[2].y + ring[3].y) / 4;
    box.width = (distance(ring[0], ring[1]) + distance(ring[2], ring[3])) / 2;
    box.height = (distance(ring[1], ring[2]) + distance(ring[3], ring[0])) / 2;
    const Vertex across{ring[1].x - ring[0].x + ring[2].x - ring[3].x,
                        ring[1].y - ring[0].y + ring[2].y - ring[3].y};
    box.angle = std::atan2(across.y, across.x) * 180 / std::numbers::pi;
    const Ring exact = cornersOf(box);
    for (std::size_t i = 0; i < 4; ++i)
        if (!(distance(exact[i], ring[i]) <= kTolerance))
            return polygon;
    const double reach = std::max(box.width, box.height);
    if (std::abs(box.angle) * std::numbers::pi / 180 * reach < kTolerance / 2) {
        const double left = (ring[0].x + ring[3].x) / 2;
        const double top = (ring[0].y + ring[1].y) / 2;
        return Box{left, top, (ring[1].x + ring[2].x) / 2 - left, (ring[2].y + ring[3].y) / 2 - top};
    }
    return box;
}

RotatedBox boxTurnedAboutCorner(const Vertex& corner, double width, double height, double angle)
{
    RotatedBox box{0, 0, width, height, angle};
    const Vertex first = cornersOf(box).front();
    box.centreX = corner.x - first.x;
    box.centreY = corner.y - first.y;
    return box;
}

Vertex firstCornerOf(const RotatedBox& box)
{
    return cornersOf(box).front();
}

} // namespace trainyard
