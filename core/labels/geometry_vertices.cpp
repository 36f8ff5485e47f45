// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/geometry.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace trainyard {

namespace {

tl::unexpected<Error> refused(const char* why)
{
    return fail(ErrorCode::InvalidArgument, why);
}

/// The ring of a polygon, const or not, that a reference names.
template <typename SomePolygon>
auto ringOf(SomePolygon& polygon, const VertexRef& ref) -> decltype(&polygon.parts.front().outline)
{
    if (ref.part < 0 || ref.part >= static_cast<int>(polygon.parts.size()))
        return nullptr;
    auto& part = polygon.parts[static_cast<std::size_t>(ref.part)];
    if (ref.ring == 0)
        return &part.outline;
    if (ref.ring < 0 || ref.ring > static_cast<int>(part.holes.size()))
        return nullptr;
    return &part.holes[static_cast<std::size_t>(ref.ring) - 1];
}

template <typename List>
auto* at(List* list, int index)
{
    return list != nullptr && index >= 0 && index < static_cast<int>(list->size())
               ? &(*list)[static_cast<std::size_t>(index)]
               : nullptr;
}

/// The vertices that a shape keeps as such, in one ring or line.
Ring* editableRing(Shape& shape, const VertexRef& ref)
{
    if (auto* polygon = std::get_if<Polygon>(&shape))
        return ringOf(*polygon, ref);
    auto* line = std::get_if<Polyline>(&shape);
    return line != nullptr && ref.part == 0 && ref.ring == 0 ? &line->vertices : nullptr;
}

Result<Shape> withCorner(const Box& box, int index, const Vertex& at)
{
    const Vertex opposite = cornersOf(box)[static_cast<std::size_t>((index + 2) % 4)];
    const Box result{std::min(at.x, opposite.x), std::min(at.y, opposite.y), std::abs(at.x - opposite.x),
                     std::abs(at.y - opposite.y)};
    TRAINYARD_CHECK(checkShape(result));
    return Shape(result);
}

Result<Shape> withCorner(const RotatedBox& box, int index, const Vertex& at)
{
    const Vertex opposite = cornersOf(box)[static_cast<std::size_t>((index + 2) % 4)];
    const double radians = box.angle * std::numbers::pi / 180;
    const double cosine = std::cos(radians);
    const double sine = std::sin(radians);
    const double dx = at.x - opposite.x;
    const double dy = at.y - opposite.y;
    const RotatedBox result{(at.x + opposite.x) / 2, (at.y + opposite.y) / 2,
                            std::abs(dx * cosine + dy * sine), std::abs(dy * cosine - dx * sine), box.angle};
    TRAINYARD_CHECK(checkShape(result));
    return Shape(result);
}

void appendAll(Ring& all, const Ring& ring)
{
    all.insert(all.end(), ring.begin(), ring.end());
}

} // namespace

std::optional<Vertex> vertexAt(const Shape& shape, const VertexRef& vertex)
{
    const auto found = [](const Vertex* place) { return place ? std::optional(*place) : std::nullopt; };
    if (const auto* polygon = std::get_if<Polygon>(&shape))
        return found(at(ringOf(*polygon, vertex), vertex.index));
    if (vertex.part != 0 || vertex.ring != 0)
        return std::nullopt;
    if (const auto* keypoints = std::get_if<Keypoints>(&shape)) {
        const Keypoint* point = at(&keypoints->points, vertex.index);
        return point != nullptr && point->state != KeypointState::Absent ? std::optional(point->at)
                                                                         : std::nullopt;
    }
    const Ring vertices = verticesOf(shape);
    return found(at(&vertices, vertex.index));
}

Ring verticesOf(const Shape& shape)
{
    Ring all;
    if (const auto* box = std::get_if<Box>(&shape))
        return cornersOf(*box);
    if (const auto* box = std::get_if<RotatedBox>(&shape))
        return cornersOf(*box);
    if (const auto* line = std::get_if<Polyline>(&shape))
        return line->vertices;
    if (const auto* point = std::get_if<Vertex>(&shape))
        return {*point};
    if (const auto* keypoints = std::get_if<Keypoints>(&shape)) {
        for (const Keypoint& point : keypoints->points)
            if (point.state != KeypointState::Absent)
                all.push_back(point.at);
    } else if (const auto* polygon = std::get_if<Polygon>(&shape)) {
        for (const PolygonPart& part : polygon->parts) {
            appendAll(all, part.outline);
            for (const Ring& hole : part.holes)
                appendAll(all, hole);
        }
    }
    return all;
}

Result<Shape> withVertex(const Shape& shape, const VertexRef& vertex, const Vertex& place)
{
    if (!vertexAt(shape, vertex))
        return refused("the shape has no such vertex");
    if (const auto* box = std::get_if<Box>(&shape))
        return withCorner(*box, vertex.index, place);
    if (const auto* box = std::get_if<RotatedBox>(&shape))
        return withCorner(*box, vertex.index, place);
    if (std::holds_alternative<Vertex>(shape))
        return Shape(place);
    Shape result = shape;
    if (auto* keypoints = std::get_if<Keypoints>(&result))
        keypoints->points[static_cast<std::size_t>(vertex.index)].at = place;
    else
        *at(editableRing(result, vertex), vertex.index) = place;
    return result;
}

Result<Shape> withInsertedVertex(const Shape& shape, const VertexRef& edge, const Vertex& place)
{
    Shape result = shape;
    Ring* ring = editableRing(result, edge);
    const int first = std::holds_alternative<Polyline>(shape) ? -1 : 0;
    if (ring == nullptr || edge.index < first || edge.index >= static_cast<int>(ring->size()))
        return refused("only an edge of a polygon or a polyline takes a vertex more");
    ring->insert(ring->begin() + edge.index + 1, place);
    return result;
}

Result<Shape> withoutVertex(const Shape& shape, const VertexRef& vertex)
{
    if (!vertexAt(shape, vertex))
        return refused("the shape has no such vertex");
    Shape result = shape;
    if (auto* keypoints = std::get_if<Keypoints>(&result)) {
        keypoints->points[static_cast<std::size_t>(vertex.index)] = {};
        TRAINYARD_CHECK(checkShape(result));
        return result;
    }
    Ring* ring = editableRing(result, vertex);
    if (ring == nullptr)
        return refused("only polygons, polylines and keypoints can lose a vertex");
    if (auto* polygon = std::get_if<Polygon>(&result); polygon != nullptr && ring->size() <= 3) {
        if (vertex.ring > 0) {
            auto& holes = polygon->parts[static_cast<std::size_t>(vertex.part)].holes;
            holes.erase(holes.begin() + vertex.ring - 1);
            return result;
        }
        if (polygon->parts.size() == 1)
            return refused("a polygon needs three vertices");
        polygon->parts.erase(polygon->parts.begin() + vertex.part);
        return result;
    }
    ring->erase(ring->begin() + vertex.index);
    TRAINYARD_CHECK(checkShape(result));
    return result;
}

} // namespace trainyard
