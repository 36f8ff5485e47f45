// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/geometry.h"

#include <QPointF>
#include <functional>
#include <optional>
#include <vector>

namespace trainyard::widgets {

/// What of a selected shape can be taken hold of.
enum class HandleKind {
    Vertex, ///< a vertex, a corner, a keypoint
    Side,   ///< the middle of a box's side: moves that side alone
    Turn,   ///< above a rotated box
};

struct ShapeHandle
{
    HandleKind kind = HandleKind::Vertex;
    VertexRef vertex; ///< for sides the corner that they start at, clockwise
    QPointF at;

    bool operator==(const ShapeHandle&) const = default;
};

/// Those of boxes, rotated boxes, polygons, lines, points and keypoints; masks have none. `zoom` tells how
/// far from the box the handle for turning stands.
std::vector<ShapeHandle> handlesOf(const Shape& shape, double zoom);

/// True for polygons, lines and keypoints: their vertices can be chosen, and taken away.
bool hasOwnVertices(const Shape& shape);

/// Every vertex with its name. Absent keypoints are left out.
void forEachVertex(const Shape& shape, const std::function<void(const VertexRef&, const Vertex&)>& take);

/// The shape after the handle was moved there. `isStepped`: turns by 15 degrees, boxes keep their
/// proportions. InvalidArgument where that would leave no shape.
Result<Shape> withHandleAt(const Shape& shape, const ShapeHandle& handle, const QPointF& to, bool isStepped);

} // namespace trainyard::widgets
