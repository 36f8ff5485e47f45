// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/imaging/image_header.h"
#include "core/labels/voc.h"

#include <vector>

namespace trainyard {

/// The boxes of one label file in the upright picture.
struct PictureBoxes
{
    std::vector<FileLabel> labels;
    std::vector<int> numbers;          ///< the object's number in the file for each label
    std::vector<Rejection> rejections; ///< every other object of the file
    bool isFrameOpen = false;          ///< the size fits the stored and the turned picture
};

/// The note that follows a picture's name where the frame is open.
inline constexpr const char* kFrameOpen = ": the label file's size fits the picture as stored and as EXIF "
                                          "turns it; the boxes were taken as drawn on the "
                                          "upright picture";

/// Turns boxes of the stored picture upright where the label file's size says so; a label file that speaks of
/// another size than the picture's has all its objects rejected.
PictureBoxes pictureBoxes(const VocFile& file, int base, const ImageHeader& header);

} // namespace trainyard
