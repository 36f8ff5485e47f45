// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/shape.h"

namespace trainyard {

/// Four corners in order as the shape they are, to a thousandth of a pixel: a box where the sides are upright
/// and the first corner is the top left one, a rotated box where the angles are right, else a polygon.
Shape shapeFromCorners(const Ring& corners);

/// A rotated box with this top left corner before it was turned clockwise about that corner.
RotatedBox boxTurnedAboutCorner(const Vertex& corner, double width, double height, double angle);
/// Its inverse: where the first corner lies.
Vertex firstCornerOf(const RotatedBox& box);

/// An ellipse, turned clockwise by an angle in degrees, as an outline of 64 corners.
Polygon ellipseOutline(const Vertex& centre, double radiusX, double radiusY, double angle);

/// The angle in (-180, 180].
double tidyAngle(double degrees);

} // namespace trainyard
