// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/shape.h"

#include <vector>

namespace trainyard {

/// Clipper behind our own types; coordinates are rounded to 2^-16 pixel.

enum class PolygonOperation { Unite, Subtract, Intersect };

/// Outlines of the result run clockwise on the screen, holes against it; no part touches or overlaps another.
Polygon combinedPolygons(const Polygon& left, const Polygon& right, PolygonOperation operation);

/// The pieces along a line, and what it leaves whole within the largest one. One polygon where the line does
/// not divide it.
std::vector<Polygon> dividedPolygon(const Polygon& polygon, const Ring& line);

} // namespace trainyard
