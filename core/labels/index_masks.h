// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/formats.h"

#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace trainyard {

/// Masks inside mask pictures.

/// One mask for every value of the picture, each in the smallest rectangle that holds its pixels. One walk
/// over the picture, and memory and time by its pixels, whatever the number of values and wherever they
/// stand. InvalidFile where they are more than 65,536: a photograph.
Result<std::map<std::uint32_t, Mask>> masksByValue(const IndexPicture& picture);

/// Writes `value` where the shape covers a pixel's centre (masks: where they are set). `values` are the rows
/// of a picture of this size. Gives how many pixels it wrote that had a value other than 0 before.
std::int64_t paintShape(std::span<std::uint32_t> values, int width, int height, const Shape& shape,
                        std::uint32_t value);

} // namespace trainyard
