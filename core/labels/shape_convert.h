// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/shape.h"

namespace trainyard {

/// How far a polygon that was a mask may leave the pixel edges, unless somebody asks for another tolerance.
constexpr double kOutlineTolerance = 1.0;

/// A shape as one of another kind, in a picture of this size.
///
/// - box: the bounding box of anything with an extent
/// - rotated box: a box as it is; of others the rectangle of least area around the vertices, with an angle
///   within [-45, 45)
/// - polygon: the corners of boxes, the closed polyline (three vertices), the outline of a mask (simplified
///   with `tolerance`)
/// - polyline: the largest outline, closed by its first vertex again; keypoints in their order
/// - point: the centre of the bounding box
/// - keypoints: a point, or the vertices of a polyline, all visible
/// - mask: the pixels of what covers an area (rasterised())
///
/// InvalidArgument says why a shape cannot be of the kind: class tags have no place, and nothing becomes one.
Result<Shape> convertedShape(const Shape& shape, ShapeKind kind, int pictureWidth, int pictureHeight,
                             double tolerance = kOutlineTolerance);

/// The rectangle of least area around places (rotating calipers over their convex hull); nothing where they
/// lie on one line.
std::optional<RotatedBox> leastRectangle(const Ring& places);

/// Clockwise on the screen, without places on its edges.
Ring convexHull(Ring places);

} // namespace trainyard
