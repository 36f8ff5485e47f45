// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/imaging/image.h"

#include <cstdint>
#include <vector>

namespace trainyard {

/// A picture as small luma for comparing: 48 x 48, whatever its shape, with the shape beside it.
struct SmallLuma
{
    int width = 0; ///< of the whole picture
    int height = 0;
    std::vector<std::uint8_t> values;
};

inline constexpr int kCompareEdge = 48;

SmallLuma smallLuma(const Image& image, int fullWidth, int fullHeight);

/// How alike two pictures are.
struct Likeness
{
    double meanDifference = 0; ///< mean absolute difference in grey levels, 0..255
    double correlation =
        0; ///< Pearson, 1 for the same picture up to brightness and contrast; 0 for flat pictures
    double shapeRatio = 1; ///< the larger by the smaller of the two aspect ratios
};
Likeness likeness(const SmallLuma& a, const SmallLuma& b);

/// True for pictures that are copies of one another: re-encoded, resized, a little brighter or darker.
bool isNearDuplicate(const Likeness& likeness);

} // namespace trainyard
