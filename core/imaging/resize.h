// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/imaging/image.h"

namespace trainyard {

/// The one resize of Trainyard: separable triangle filter whose support grows with the reduction (antialiased), edges
/// renormalised, as Pillow's BILINEAR; results within 1 of Pillow's.
Image resizeImage(const Image& image, int width, int height);

/// The pixels of a box, clipped to the picture and rounded outwards to whole pixels.
Image cropImage(const Image& image, const Box& box);

/// The eight EXIF orientations; 1 changes nothing.
Image orientImage(const Image& image, int orientation);

} // namespace trainyard
