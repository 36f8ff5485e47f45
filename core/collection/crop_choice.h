// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/collection/picture_labels.h"
#include "core/collection/source_scan.h"

#include <cstdint>
#include <string>
#include <vector>

namespace trainyard {

/// A box that becomes a picture of its own.
struct ChosenBox
{
    std::string className;
    std::int64_t number = 0; ///< of the label in its label file
    Box box;                 ///< in the upright picture, without margin

    bool operator==(const ChosenBox&) const = default;
};

/// The boxes of a source that become pictures, and what becomes of all others.
struct CropChoice
{
    std::vector<std::vector<ChosenBox>> perPicture; ///< by the order of SourceScan::pictures
    std::int64_t leftOut = 0; ///< boxes beyond the number asked for, pictures without labels
    std::vector<Rejection> rejections;
    std::vector<std::string> notes;
};

/// With `perClass` > 0 the first boxes of each class in the order of XXH3(seed, picture's relative path,
/// number): the same on every machine. Reads the headers of labelled pictures.
Result<CropChoice> chooseCrops(const SourceScan& scan, std::int64_t perClass, std::uint64_t seed);

/// The box with a tenth of its size added on each side, clipped to the picture.
Box withMargin(const Box& box, int pictureWidth, int pictureHeight);

} // namespace trainyard
