// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/imaging/image.h"

#include <cstdint>
#include <utility>

namespace trainyard {

/// The one resize of Trainyard: separable triangle filter whose support grows with the reduction
/// (antialiased), edges renormalised, as Pillow's BILINEAR; results within 1 of Pillow's.
Image resizeImage(const Image& image, int width, int height);

/// The size with this long edge and the same proportions; the size itself where it is smaller already.
std::pair<int, int> fittedSize(int width, int height, int longEdge);

/// The pixels of a box, clipped to the picture and rounded outwards to whole pixels.
Image cropImage(const Image& image, const Box& box);

/// The eight EXIF orientations; 1 changes nothing.
Image orientImage(const Image& image, int orientation);
/// The same between buffers of width * height RGB pixels; `width` and `height` are those of `stored`.
void orientPixels(const std::uint8_t* stored, int width, int height, int orientation, std::uint8_t* upright);

} // namespace trainyard
