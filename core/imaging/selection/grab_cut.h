// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancellation.h"
#include "core/base/result.h"
#include "core/imaging/image.h"
#include "core/imaging/selection/bitmap.h"

namespace trainyard {

struct GrabCutOptions
{
    int iterations = 4;
    int longEdge = 320; ///< pixels that the crop is reduced to: bounds the time whatever the picture's size
    double core = 0.7;  ///< the ellipse in the middle of the box that surely is the object, as a share of its
                        ///< sides; 0 leaves all to the colours
    double surroundings = 0.4; ///< how much around the box is looked at, as a share of its sides
};

/// What stands out from its surroundings within a box (Rother, Kolmogorov and Blake, "GrabCut", 2004), at the
/// picture's own resolution, in the smallest rectangle. Nothing outside the box is ever selected, and the
/// same input gives the same pixels.
///
/// InvalidArgument: a box of fewer than 4 x 4 pixels of the picture, or the whole of a picture of one colour.
/// NotFound: nothing stands out. Cancelled between two iterations.
Result<Bitmap> grabCut(const Image& picture, const Box& box, const GrabCutOptions& options,
                       const Cancellation& cancellation);

} // namespace trainyard
