// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/imaging/image_header.h"
#include "core/labels/label_set.h"

#include <string>
#include <vector>

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

/// The labels of one picture as the project keeps them: in the upright picture.
struct PictureLabels
{
    std::vector<FileAnnotation> labels; ///< each with its number
    std::vector<Rejection> rejections;  ///< every other one; paths as in LabelledPicture
    bool isFrameOpen = false;           ///< the size fits the stored and the turned picture
};

/// The note that follows a picture's name where the frame is open.
inline constexpr const char* kFrameOpen = ": the label file's size fits the picture as stored and as EXIF "
                                          "turns it; the boxes were taken as drawn on the "
                                          "upright picture";

/// Turns shapes of the stored picture upright where the label file's size, or its format, says so; labels
/// that speak of another size than the picture's are rejected, and so are shapes that say nothing.
PictureLabels pictureLabels(const LabelledPicture& picture, const ImageHeader& header);

/// The number that a label goes by: its own, else its place in the picture from 1.
std::int64_t numberOf(const LabelledPicture& picture, std::size_t index);

} // namespace trainyard
