// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/shape.h"

namespace trainyard {

/// Shapes between the picture that a camera stored and the one that EXIF turns upright, for all eight
/// orientations of EXIF (others count as 1). The sizes are those of the stored picture in both directions.
/// Vertices, keypoints and corners keep their order; mirrored rings therefore run the other way round. Angles
/// of rotated boxes stay within (-180, 180] where they are turned; masks keep every pixel.

Shape uprightShape(const Shape& shape, int orientation, double storedWidth, double storedHeight);

/// The way back: storedShape(uprightShape(s, ...), ...) is s.
Shape storedShape(const Shape& shape, int orientation, double storedWidth, double storedHeight);

} // namespace trainyard
