// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/shape_convert.h"

#include "core/labels/geometry.h"
#include "core/labels/mask_ops.h"
#include "core/labels/shape_boolean.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace trainyard {

namespace {

tl::unexpected<Error> refused(const Shape& shape, ShapeKind kind, const char* why)
{
    return fail(ErrorCode::InvalidArgument, "a " + std::string(shapeKindName(shapeKind(shape))) +
                                                " cannot become a " + std::string(shapeKindName(kind)) +
                                                ": " + why);
}

/// What a rectangle around the shape has to hold.
Ring extremesOf(const Shape& shape)
{
    const auto* mask = std::get_if<Mask>(&shape);
    return mask != nullptr ? verticesOf(polygonFromMask(*mask)) : verticesOf(shape);
}

Result<Shape> toBox(const Shape& shape)
{
    const auto bounds = boundingBox(shape);
    if (!bounds || !(bounds->width > 0 && bounds->height > 0))
        return refused(shape, ShapeKind::Box, "it has no width or no height");
    return Shape(*bounds);
}

Result<Shape> toRotatedBox(const Shape& shape)
{
    if (const auto* box = std::get_if<Box>(&shape))
        return Shape(
            RotatedBox{box->x + box->width / 2, box->y + box->height / 2, box->width, box->height, 0});
    const auto rectangle = leastRectangle(extremesOf(shape));
    if (!rectangle)
        return refused(shape, ShapeKind::RotatedBox, "it has no width or no height");
    return Shape(*rectangle);
}

Result<Shape> toPolygon(const Shape& shape, double tolerance)
{
    if (const auto* line = std::get_if<Polyline>(&shape)) {
        Ring ring = line->vertices;
        if (ring.size() > 1 && ring.front() == ring.back())
            ring.pop_back();
        if (ring.size() < 3)
            return refused(shape, ShapeKind::Polygon, "it has fewer than three vertices");
        return Shape(Polygon{{{std::move(ring), {}}}});
    }
    auto outline = outlineOf(shape);
    if (!outline)
        return refused(shape, ShapeKind::Polygon, "it covers no area");
    if (outline->parts.empty())
        return refused(shape, ShapeKind::Polygon, "it has no pixel that is set");
    return std::holds_alternative<Mask>(shape) && tolerance > 0 ? simplified(*outline, tolerance)
                                                                : Shape(*std::move(outline));
}

Result<Shape> toPolyline(const Shape& shape, double tolerance)
{
    if (std::holds_alternative<Keypoints>(shape)) {
        Ring places = verticesOf(shape);
        if (places.size() < 2)
            return refused(shape, ShapeKind::Polyline, "it has fewer than two vertices");
        return Shape(Polyline{std::move(places)});
    }
    const auto polygon = toPolygon(shape, tolerance);
    if (!polygon)
        return refused(shape, ShapeKind::Polyline, "it has no outline");
    const auto& parts = std::get<Polygon>(*polygon).parts;
    const auto largest = std::max_element(parts.begin(), parts.end(), [](const auto& a, const auto& b) {
        return area(Polygon{{a}}) < area(Polygon{{b}});
    });
    Polyline line{largest->outline};
    line.vertices.push_back(line.vertices.front());
    return Shape(std::move(line));
}

Result<Shape> toPoint(const Shape& shape)
{
    const auto bounds = boundingBox(shape);
    if (!bounds)
        return refused(shape, ShapeKind::Point, "it has no place");
    return Shape(Vertex{bounds->x + bounds->width / 2, bounds->y + bounds->height / 2});
}

Result<Shape> toKeypoints(const Shape& shape)
{
    if (!std::holds_alternative<Vertex>(shape) && !std::holds_alternative<Polyline>(shape))
        return refused(shape, ShapeKind::Keypoints, "only a point and a polyline say which vertex is which");
    Keypoints keypoints;
    for (const Vertex& vertex : verticesOf(shape))
        keypoints.points.push_back({vertex, KeypointState::Visible});
    return Shape(std::move(keypoints));
}

Result<Shape> toMask(const Shape& shape, int width, int height)
{
    if (!outlineOf(shape))
        return refused(shape, ShapeKind::Mask, "it covers no area");
    Mask mask = rasterised(shape, width, height);
    if (maskArea(mask) == 0)
        return refused(shape, ShapeKind::Mask, "it holds the centre of no pixel of the picture");
    return Shape(std::move(mask));
}

double cross(const Vertex& origin, const Vertex& a, const Vertex& b)
{
    return (a.x - origin.x) * (b.y - origin.y) - (a.y - origin.y) * (b.x - origin.x);
}

} // namespace

Result<Shape> convertedShape(const Shape& shape, ShapeKind kind, int pictureWidth, int pictureHeight,
                             double tolerance)
{
    if (shapeKind(shape) == kind)
        return shape;
    if (shapeKind(shape) == ShapeKind::ClassTag)
        return refused(shape, kind, "it has no place in the picture");
    switch (kind) {
    case ShapeKind::Box:
        return toBox(shape);
    case ShapeKind::RotatedBox:
        return toRotatedBox(shape);
    case ShapeKind::Polygon:
        return toPolygon(shape, tolerance);
    case ShapeKind::Polyline:
        return toPolyline(shape, tolerance);
    case ShapeKind::Point:
        return toPoint(shape);
    case ShapeKind::Keypoints:
        return toKeypoints(shape);
    case ShapeKind::Mask:
        return toMask(shape, pictureWidth, pictureHeight);
    case ShapeKind::ClassTag:
        break;
    }
    return refused(shape, kind, "its place would be lost");
}

Ring convexHull(Ring places)
{
    std::sort(places.begin(), places.end(),
              [](const Vertex& a, const Vertex& b) { return a.x < b.x || (a.x == b.x && a.y < b.y); });
    places.erase(std::unique(places.begin(), places.end()), places.end());
    if (places.size() < 3)
        return places;
    // Andrew's monotone chain: the upper side from left to right, then the lower one back.
    Ring hull;
    const auto add = [&hull](const Vertex& place, std::size_t kept) {
        while (hull.size() > kept && cross(hull[hull.size() - 2], hull.back(), place) <= 0)
            hull.pop_back();
        hull.push_back(place);
    };
    for (const Vertex& place : places)
        add(place, 1);
    const std::size_t upper = hull.size();
    for (auto place = places.rbegin() + 1; place != places.rend(); ++place)
        add(*place, upper);
    hull.pop_back();
    return hull;
}

std::optional<RotatedBox> leastRectangle(const Ring& places)
{
    const Ring hull = convexHull(places);
    if (hull.size() < 3)
        return std::nullopt;
    std::optional<RotatedBox> best;
    // The least rectangle lies on an edge of the hull (Freeman and Shapira 1975).
    for (std::size_t i = 0; i < hull.size(); ++i) {
        const Vertex& from = hull[i];
        const Vertex& to = hull[(i + 1) % hull.size()];
        const double length = std::hypot(to.x - from.x, to.y - from.y);
        const double cosine = (to.x - from.x) / length;
        const double sine = (to.y - from.y) / length;
        double left = INFINITY;
        double right = -INFINITY;
        double top = INFINITY;
        double bottom = -INFINITY;
        for (const Vertex& place : hull) {
            const double along = (place.x - from.x) * cosine + (place.y - from.y) * sine;
            const double across = (place.y - from.y) * cosine - (place.x - from.x) * sine;
            left = std::min(left, along);
            right = std::max(right, along);
            top = std::min(top, across);
            bottom = std::max(bottom, across);
        }
        const double width = right - left;
        const double height = bottom - top;
        if (best && width * height >= best->width * best->height)
            continue;
        const double along = (left + right) / 2;
        const double across = (top + bottom) / 2;
        best = RotatedBox{from.x + along * cosine - across * sine, from.y + along * sine + across * cosine,
                          width, height, std::atan2(sine, cosine) * 180 / std::numbers::pi};
    }
    while (best->angle >= 45) {
        best->angle -= 90;
        std::swap(best->width, best->height);
    }
    while (best->angle < -45) {
        best->angle += 90;
        std::swap(best->width, best->height);
    }
    return best;
}

} // namespace trainyard
