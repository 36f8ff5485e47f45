// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/tools/shape_handles.h"

#include <algorithm>
#include <cmath>

namespace trainyard::widgets {

namespace {

constexpr double kTurnDistance = 26; ///< screen pixels above the upper side
constexpr double kDegrees = 180 / 3.14159265358979323846;
constexpr double kTurnStep = 15;

QPointF middle(const Vertex& a, const Vertex& b)
{
    return {(a.x + b.x) / 2, (a.y + b.y) / 2};
}

void addSides(const Ring& corners, std::vector<ShapeHandle>& handles)
{
    for (int i = 0; i < 4; ++i)
        handles.push_back(
            {HandleKind::Side,
             {0, 0, i},
             middle(corners[static_cast<std::size_t>(i)], corners[static_cast<std::size_t>((i + 1) % 4)])});
}

Shape withBoxSide(const Box& box, int side, const QPointF& to)
{
    double left = box.x;
    double top = box.y;
    double right = box.x + box.width;
    double bottom = box.y + box.height;
    (side == 0 ? top : side == 2 ? bottom : side == 1 ? right : left) = side % 2 == 0 ? to.y() : to.x();
    return Box{std::min(left, right), std::min(top, bottom), std::abs(right - left), std::abs(bottom - top)};
}

/// The other side stays where it is.
Shape withRotatedSide(RotatedBox box, int side, const QPointF& to)
{
    const double turn = box.angle / kDegrees;
    const QPointF along(std::cos(turn), std::sin(turn));
    const QPointF across(-std::sin(turn), std::cos(turn));
    const QPointF outwards = side == 0 ? -across : side == 1 ? along : side == 2 ? across : -along;
    double& extent = side % 2 == 0 ? box.height : box.width;
    const QPointF fixed = QPointF(box.centreX, box.centreY) - outwards * extent / 2;
    extent = std::max(1e-3, QPointF::dotProduct(to - fixed, outwards));
    const QPointF centre = fixed + outwards * extent / 2;
    box.centreX = centre.x();
    box.centreY = centre.y();
    return box;
}

Shape turned(RotatedBox box, const QPointF& to, bool isStepped)
{
    const double angle = std::atan2(to.y() - box.centreY, to.x() - box.centreX) * kDegrees + 90;
    box.angle = std::remainder(isStepped ? std::round(angle / kTurnStep) * kTurnStep : angle, 360);
    return box;
}

/// The corner's new place on the line through the opposite one that keeps the proportions.
QPointF keepingProportions(const Box& box, int corner, const QPointF& to)
{
    const Ring corners = cornersOf(box);
    const Vertex& fixed = corners[static_cast<std::size_t>((corner + 2) % 4)];
    const Vertex& moving = corners[static_cast<std::size_t>(corner)];
    const double share =
        std::max((to.x() - fixed.x) / (moving.x - fixed.x), (to.y() - fixed.y) / (moving.y - fixed.y));
    return {fixed.x + (moving.x - fixed.x) * share, fixed.y + (moving.y - fixed.y) * share};
}

} // namespace

bool hasOwnVertices(const Shape& shape)
{
    return std::holds_alternative<Polygon>(shape) || std::holds_alternative<Polyline>(shape) ||
           std::holds_alternative<Keypoints>(shape);
}

void forEachVertex(const Shape& shape, const std::function<void(const VertexRef&, const Vertex&)>& take)
{
    const auto ring = [&](const Ring& vertices, int part, int place) {
        for (std::size_t i = 0; i < vertices.size(); ++i)
            take({part, place, static_cast<int>(i)}, vertices[i]);
    };
    if (const Box* box = std::get_if<Box>(&shape))
        ring(cornersOf(*box), 0, 0);
    else if (const RotatedBox* rotated = std::get_if<RotatedBox>(&shape))
        ring(cornersOf(*rotated), 0, 0);
    else if (const Polyline* line = std::get_if<Polyline>(&shape))
        ring(line->vertices, 0, 0);
    else if (const Vertex* point = std::get_if<Vertex>(&shape))
        take({}, *point);
    else if (const Keypoints* keypoints = std::get_if<Keypoints>(&shape)) {
        for (std::size_t i = 0; i < keypoints->points.size(); ++i)
            if (keypoints->points[i].state != KeypointState::Absent)
                take({0, 0, static_cast<int>(i)}, keypoints->points[i].at);
    } else if (const Polygon* polygon = std::get_if<Polygon>(&shape)) {
        for (std::size_t part = 0; part < polygon->parts.size(); ++part) {
            ring(polygon->parts[part].outline, static_cast<int>(part), 0);
            for (std::size_t hole = 0; hole < polygon->parts[part].holes.size(); ++hole)
                ring(polygon->parts[part].holes[hole], static_cast<int>(part), static_cast<int>(hole) + 1);
        }
    }
}

std::vector<ShapeHandle> handlesOf(const Shape& shape, double zoom)
{
    std::vector<ShapeHandle> handles;
    forEachVertex(shape, [&](const VertexRef& vertex, const Vertex& at) {
        handles.push_back({HandleKind::Vertex, vertex, {at.x, at.y}});
    });
    if (const Box* box = std::get_if<Box>(&shape))
        addSides(cornersOf(*box), handles);
    if (const RotatedBox* box = std::get_if<RotatedBox>(&shape)) {
        const Ring corners = cornersOf(*box);
        addSides(corners, handles);
        const double turn = box->angle / kDegrees;
        handles.push_back({HandleKind::Turn,
                           {},
                           middle(corners[0], corners[1]) +
                               QPointF(std::sin(turn), -std::cos(turn)) * kTurnDistance / zoom});
    }
    return handles;
}

Result<Shape> withHandleAt(const Shape& shape, const ShapeHandle& handle, const QPointF& to, bool isStepped)
{
    const Box* box = std::get_if<Box>(&shape);
    const RotatedBox* rotated = std::get_if<RotatedBox>(&shape);
    if (handle.kind == HandleKind::Turn && rotated != nullptr)
        return turned(*rotated, to, isStepped);
    if (handle.kind == HandleKind::Side && box != nullptr)
        return withBoxSide(*box, handle.vertex.index, to);
    if (handle.kind == HandleKind::Side && rotated != nullptr)
        return withRotatedSide(*rotated, handle.vertex.index, to);
    const QPointF at = box != nullptr && isStepped ? keepingProportions(*box, handle.vertex.index, to) : to;
    return withVertex(shape, handle.vertex, {at.x(), at.y()});
}

} // namespace trainyard::widgets
