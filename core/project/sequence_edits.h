// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/project.h"

#include <span>

namespace trainyard {

/// Shapes that move through the pictures of a sequence.

/// How far back a key shape is looked for.
constexpr std::size_t kFarthestKeyFrame = 1000;

/// Fills the pictures between `last`, a shape of the item `frames[current]`, and the shape that it was
/// before: on the nearest earlier frame with a shape of its class and kind by the same person, the one whose
/// middle is nearest.
/// Each picture between gets one new annotation of that person with the class, attributes and flags of the
/// earlier one and the shape in between (box_interpolation.h). One Edit, for one undo.
///
/// NotFound: no earlier frame has such a shape, or none lies between. InvalidArgument: shapes that cannot be
/// interpolated.
Result<Edit> makeInterpolation(Project& project, std::span<const ItemId> frames, std::size_t current,
                               const Annotation& last);

} // namespace trainyard
