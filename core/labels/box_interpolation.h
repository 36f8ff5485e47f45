// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/shape.h"

#include <span>
#include <vector>

namespace trainyard {

/// A shape at one frame of a sequence.
struct KeyFrame
{
    std::int64_t frame = 0;
    Shape shape;

    bool operator==(const KeyFrame&) const = default;
};

/// The shape a share of the way from one to the other, 0 to 1, every number on a straight line. Angles of
/// rotated boxes take the shorter way round. Polygons and polylines need the same numbers of vertices, and
/// keypoints the same number of points: each keeps the state of the earlier one, and is absent unless both
/// have it. InvalidArgument: different kinds, different numbers of vertices, masks and class tags.
Result<Shape> interpolatedShape(const Shape& from, const Shape& to, double share);

/// The frames strictly between neighbouring key frames, in order; key frames may come in any order.
/// InvalidArgument: two of them at one frame, or a pair that interpolatedShape() refuses, named by its
/// frames.
Result<std::vector<KeyFrame>> framesBetween(std::span<const KeyFrame> keyFrames);

} // namespace trainyard
