// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/imaging/image.h"
#include "core/imaging/image_header.h"

namespace trainyard {

/// Which picture a label file's coordinates speak of: the one that a camera stored, or the one that EXIF
/// turns upright. Told from the size that the label file gives.
enum class LabelFrame {
    Upright, ///< also where the picture is stored upright, or the file gives no size
    Stored,
    Either,  ///< EXIF turns the picture, but both sizes are the same: taken as upright, with a note
    Neither, ///< another size than the picture's
};

LabelFrame labelFrame(int labelWidth, int labelHeight, const ImageHeader& header);

/// A box of the stored picture in the upright one; `width` and `height` are the stored size. Orientation as
/// in EXIF.
Box uprightBox(const Box& box, int orientation, double width, double height);

} // namespace trainyard
