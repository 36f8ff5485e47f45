// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancellation.h"
#include "core/base/result.h"
#include "core/imaging/image.h"
#include "core/imaging/selection/bitmap.h"

namespace trainyard {

struct MagicWandOptions
{
    int tolerance = 24;       ///< 0..255: the most that any of red, green and blue may differ from the seed's
    bool isContiguous = true; ///< only what is joined to the seed by the sides of pixels
};

/// The pixels of the colour at a place, in the smallest rectangle around them.
///
/// InvalidArgument: a place outside the picture. Cancelled between two rows.
Result<Bitmap> magicWand(const Image& picture, int seedX, int seedY, const MagicWandOptions& options,
                         const Cancellation& cancellation);

} // namespace trainyard
