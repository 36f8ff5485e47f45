// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/formats.h"

namespace trainyard {

/// Masks of Pascal VOC: palette PNGs of the picture's size. SegmentationObject/NAME.png has the number of the
/// <object> as index of its pixels, SegmentationClass/NAME.png the number of the class; 0 is nothing, 255 the
/// border that nobody claims.

/// True for a file in SegmentationClass or SegmentationObject.
bool isVocMask(std::string_view path);

/// Objects that have pixels in SegmentationObject become masks; the class masks of pictures that no object
/// mask describes become one mask for each class. Fills `maskFiles`. Masks that cannot be read are rejected.
Result<void> readVocMasks(LabelSource& source, LabelSet& labels);

/// A whole dataset: Annotations, ImageSets/Main, JPEGImages and, where there are polygons or masks,
/// SegmentationObject, SegmentationClass and labelmap.txt with the classes in the order of their numbers.
Result<LossReport> writeVocDataset(const LabelSet& labels, LabelTarget& target);

} // namespace trainyard
