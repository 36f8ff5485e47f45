// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/imaging/selection/bitmap.h"
#include "core/labels/shape.h"

#include <vector>

namespace trainyard {

/// Sets of pixels. Every function that returns a Mask returns it in the smallest rectangle that holds its
/// pixels, in the one run-length form that checkShape() takes; Mask() without a rectangle where no pixel is
/// set. The cost follows the number of runs, not the area.

/// The pixels whose centre lies in the area of a shape, within the picture. A centre on an edge counts as the
/// area to its right and below has it, so shapes that share an edge share no pixel. Each part of a polygon by
/// the even-odd rule of its outline and holes. None for shapes without area; a mask is cropped.
Mask rasterised(const Shape& shape, int pictureWidth, int pictureHeight);

/// The same wherever the shape lies, without a picture's edge.
Mask pixelsOf(const Shape& shape);

/// Outlines along the pixel edges, clockwise, and holes against it: one part for each set of pixels that are
/// joined by their sides. rasterised() gives the mask back where the tolerance is 0; above 0 the rings are
/// simplified(). No parts where no pixel is set.
Polygon polygonFromMask(const Mask& mask, double tolerance = 0);

/// One mask for each set of pixels that are joined by their sides, the largest first.
std::vector<Mask> separatedMasks(const Mask& mask);

Mask unitedMasks(const Mask& left, const Mask& right);
Mask subtractedMasks(const Mask& from, const Mask& what);
Mask intersectedMasks(const Mask& left, const Mask& right);

enum class BrushMode { Add, Erase };

/// The pixels whose centre lies within `radius` of a place, or of the line between two.
Mask withDisc(const Mask& mask, const Vertex& centre, double radius, BrushMode mode);
Mask withStroke(const Mask& mask, const Vertex& from, const Vertex& to, double radius, BrushMode mode);

/// The same pixels in the smallest rectangle.
Mask tightMask(const Mask& mask);
Mask croppedMask(const Mask& mask, int pictureWidth, int pictureHeight);
/// Without the holes that enclose fewer pixels, and without the pieces that have fewer.
Mask withoutSpecks(const Mask& mask, std::int64_t minimumPixels);

std::int64_t maskArea(const Mask& mask);
bool maskContains(const Mask& mask, int x, int y); ///< pixel of the picture

/// Row-major bytes of the mask's rectangle: 1 where set, 0 elsewhere.
std::vector<std::uint8_t> maskBytes(const Mask& mask);
/// A pixel is set where its byte is not 0.
Mask maskFromBitmap(const Bitmap& bitmap);
Bitmap bitmapFromMask(const Mask& mask);

} // namespace trainyard
