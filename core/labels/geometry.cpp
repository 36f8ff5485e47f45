// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/geometry.h"

#include "core/labels/mask_ops.h"
#include "core/labels/segments.h"
#include "core/labels/shape_boolean.h"

#include <algorithm>
#include <cmath>

namespace trainyard {

namespace {

double ringArea(const Ring& ring)
{
    if (ring.empty())
        return 0;
    // Relative to the first vertex, so that far places lose no digits.
    const Vertex& origin = ring.front();
    double sum = 0;
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const Vertex& from = ring[i];
        const Vertex& to = ring[(i + 1) % ring.size()];
        sum += (from.x - origin.x) * (to.y - origin.y) - (to.x - origin.x) * (from.y - origin.y);
    }
    return std::abs(sum) / 2;
}

double length(const Ring& vertices, bool isClosed)
{
    double sum = 0;
    for (std::size_t i = 1; i < vertices.size(); ++i)
        sum += distanceBetween(vertices[i - 1], vertices[i]);
    return isClosed && !vertices.empty() ? sum + distanceBetween(vertices.back(), vertices.front()) : sum;
}

double partArea(const PolygonPart& part)
{
    double sum = ringArea(part.outline);
    for (const Ring& hole : part.holes)
        sum -= ringArea(hole);
    return sum;
}

struct Area
{
    double operator()(const Box& box) const { return box.width * box.height; }
    double operator()(const RotatedBox& box) const { return box.width * box.height; }
    double operator()(const Polygon& polygon) const
    {
        double sum = 0;
        for (const PolygonPart& part : polygon.parts)
            sum += partArea(part);
        return sum;
    }
    double operator()(const Mask& mask) const { return static_cast<double>(maskArea(mask)); }
    template <typename WithoutArea>
    double operator()(const WithoutArea&) const
    {
        return 0;
    }
};

struct Perimeter
{
    double operator()(const Box& box) const { return 2 * (box.width + box.height); }
    double operator()(const RotatedBox& box) const { return 2 * (box.width + box.height); }
    double operator()(const Polygon& polygon) const
    {
        double sum = 0;
        for (const PolygonPart& part : polygon.parts) {
            sum += length(part.outline, true);
            for (const Ring& hole : part.holes)
                sum += length(hole, true);
        }
        return sum;
    }
    double operator()(const Polyline& line) const { return length(line.vertices, false); }
    double operator()(const Mask& mask) const { return (*this)(polygonFromMask(mask)); }
    template <typename WithoutOutline>
    double operator()(const WithoutOutline&) const
    {
        return 0;
    }
};

/// Whether a line to the right crosses the ring an odd number of times.
bool isInside(const Ring& ring, const Vertex& place)
{
    bool isIn = false;
    for (std::size_t i = 0, before = ring.size() - 1; i < ring.size(); before = i++) {
        const Vertex& a = ring[i];
        const Vertex& b = ring[before];
        if ((a.y > place.y) != (b.y > place.y) && place.x < (b.x - a.x) * (place.y - a.y) / (b.y - a.y) + a.x)
            isIn = !isIn;
    }
    return isIn;
}

struct Contains
{
    const Vertex& place;

    bool operator()(const Box& box) const
    {
        return place.x >= box.x && place.y >= box.y && place.x < box.x + box.width &&
               place.y < box.y + box.height;
    }
    bool operator()(const RotatedBox& box) const { return isInside(cornersOf(box), place); }
    bool operator()(const Polygon& polygon) const
    {
        return std::any_of(polygon.parts.begin(), polygon.parts.end(), [&](const PolygonPart& part) {
            return isInside(part.outline, place) &&
                   std::none_of(part.holes.begin(), part.holes.end(),
                                [&](const Ring& hole) { return isInside(hole, place); });
        });
    }
    bool operator()(const Mask& mask) const
    {
        return std::abs(place.x) < 1e9 && std::abs(place.y) < 1e9 &&
               maskContains(mask, static_cast<int>(std::floor(place.x)),
                            static_cast<int>(std::floor(place.y)));
    }
    template <typename WithoutArea>
    bool operator()(const WithoutArea&) const
    {
        return false;
    }
};

/// Keeps the nearest edge and vertex of those that it is shown.
class Nearest
{
public:
    explicit Nearest(const Vertex& place) : m_place(place) {}
    void addRing(const Ring& ring, int part, int ringIndex, bool isClosed)
    {
        for (std::size_t i = 0; i < ring.size(); ++i) {
            const VertexRef ref{part, ringIndex, static_cast<int>(i)};
            const bool hasEdge = isClosed || i + 1 < ring.size() || ring.size() == 1;
            add(ref, ring[i], hasEdge ? ring[(i + 1) % ring.size()] : ring[i]);
        }
    }
    void add(const VertexRef& ref, const Vertex& from, const Vertex& to)
    {
        const Vertex at = nearestOnSegment(m_place, from, to);
        const double edgeDistance = distanceBetween(at, m_place);
        const double vertexDistance = distanceBetween(from, m_place);
        if (!m_hit)
            m_hit = OutlineHit{edgeDistance, at, ref, vertexDistance, ref};
        if (edgeDistance < m_hit->distance) {
            m_hit->distance = edgeDistance;
            m_hit->at = at;
            m_hit->edge = ref;
        }
        if (vertexDistance < m_hit->vertexDistance) {
            m_hit->vertexDistance = vertexDistance;
            m_hit->vertex = ref;
        }
    }
    void operator()(std::monostate) {}
    void operator()(const Box& box) { addRing(cornersOf(box), 0, 0, true); }
    void operator()(const RotatedBox& box) { addRing(cornersOf(box), 0, 0, true); }
    void operator()(const Polygon& polygon)
    {
        for (std::size_t part = 0; part < polygon.parts.size(); ++part) {
            addRing(polygon.parts[part].outline, static_cast<int>(part), 0, true);
            for (std::size_t hole = 0; hole < polygon.parts[part].holes.size(); ++hole)
                addRing(polygon.parts[part].holes[hole], static_cast<int>(part), static_cast<int>(hole) + 1,
                        true);
        }
    }
    void operator()(const Polyline& line) { addRing(line.vertices, 0, 0, false); }
    void operator()(const Vertex& point) { add({}, point, point); }
    void operator()(const Keypoints& keypoints)
    {
        for (std::size_t i = 0; i < keypoints.points.size(); ++i)
            if (keypoints.points[i].state != KeypointState::Absent)
                add({0, 0, static_cast<int>(i)}, keypoints.points[i].at, keypoints.points[i].at);
    }
    void operator()(const Mask& mask) { (*this)(polygonFromMask(mask)); }
    [[nodiscard]] const std::optional<OutlineHit>& hit() const { return m_hit; }

private:
    Vertex m_place;
    std::optional<OutlineHit> m_hit;
};

bool coversArea(const Shape& shape)
{
    const ShapeKind kind = shapeKind(shape);
    return kind == ShapeKind::Box || kind == ShapeKind::RotatedBox || kind == ShapeKind::Polygon ||
           kind == ShapeKind::Mask;
}

} // namespace

double area(const Shape& shape)
{
    return std::visit(Area{}, shape);
}

double perimeter(const Shape& shape)
{
    return std::visit(Perimeter{}, shape);
}

bool contains(const Shape& shape, const Vertex& place)
{
    return std::visit(Contains{place}, shape);
}

std::optional<OutlineHit> nearestOnOutline(const Shape& shape, const Vertex& place)
{
    Nearest nearest(place);
    std::visit(nearest, shape);
    return nearest.hit();
}

double intersectionArea(const Shape& left, const Shape& right)
{
    if (!coversArea(left) || !coversArea(right))
        return 0;
    const auto leftBounds = boundingBox(left);
    const auto rightBounds = boundingBox(right);
    if (!leftBounds || !rightBounds)
        return 0;
    const double x = std::max(leftBounds->x, rightBounds->x);
    const double y = std::max(leftBounds->y, rightBounds->y);
    const double width = std::min(leftBounds->x + leftBounds->width, rightBounds->x + rightBounds->width) - x;
    const double height =
        std::min(leftBounds->y + leftBounds->height, rightBounds->y + rightBounds->height) - y;
    if (width <= 0 || height <= 0)
        return 0;
    if (std::holds_alternative<Box>(left) && std::holds_alternative<Box>(right))
        return width * height;
    // A mask leads, so that the order of the two makes no difference.
    const bool isTurned = std::holds_alternative<Mask>(right) && !std::holds_alternative<Mask>(left);
    const auto shared = isTurned ? intersected(right, left) : intersected(left, right);
    return shared && *shared ? area(**shared) : 0;
}

double intersectionOverUnion(const Shape& left, const Shape& right)
{
    const double shared = intersectionArea(left, right);
    if (shared <= 0)
        return 0;
    // A shape beside a mask counts by its pixels here too, so that the quotient stays within 0..1.
    const auto counted = [](const Shape& shape, const Shape& other) {
        const bool isBesideMask = std::holds_alternative<Mask>(other) && !std::holds_alternative<Mask>(shape);
        return isBesideMask ? static_cast<double>(maskArea(pixelsOf(shape))) : area(shape);
    };
    const double all = counted(left, right) + counted(right, left) - shared;
    return all > 0 ? std::min(1.0, shared / all) : 0;
}

} // namespace trainyard
