// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/shape.h"

#include <optional>
#include <span>
#include <vector>

namespace trainyard {

/// Shapes put together, cut and split: by Clipper on coordinates of 2^-16 pixel, by runs where masks take
/// part. Parts and holes are kept. Only boxes, rotated boxes, polygons and masks cover an area; the others
/// are refused with InvalidArgument.
///
/// The result is a mask where the first shape is one (the second then counts by its pixels, see
/// rasterised()), else a polygon; a mask as the second shape counts by its outline. Nothing where no area is
/// left.

Result<std::optional<Shape>> united(const Shape& left, const Shape& right);
Result<std::optional<Shape>> subtracted(const Shape& from, const Shape& what);
Result<std::optional<Shape>> intersected(const Shape& left, const Shape& right);

/// Cuts a shape along a drawn line: the pieces, largest first. The line may begin and end anywhere; what of
/// it ends inside the shape does not cut. Parts that the line leaves whole stay with the largest piece. A
/// polyline is cut where the line crosses it, in its own order. InvalidArgument: a kind that cannot be cut,
/// or a line that divides nothing.
Result<std::vector<Shape>> splitBy(const Shape& shape, const Polyline& line);

/// Each part of a polygon, each connected set of pixels of a mask as a shape of its own.
std::vector<Shape> separated(const Shape& shape);

/// Several annotations' shapes as one: areas become their union in the kind of the first (boxes and rotated
/// boxes a polygon), polylines one line through their nearest ends. InvalidArgument: fewer than two, areas
/// mixed with lines, and kinds that cannot be joined.
Result<Shape> joined(std::span<const Shape> shapes);

/// The outline of a shape that covers an area, as it is; nothing for others.
std::optional<Polygon> outlineOf(const Shape& shape);

} // namespace trainyard
