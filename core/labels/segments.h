// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/shape.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace trainyard {

/// What geometry needs of straight lines between two places.

inline double distanceBetween(const Vertex& a, const Vertex& b)
{
    return std::hypot(a.x - b.x, a.y - b.y);
}

inline Vertex placeAlong(const Vertex& from, const Vertex& to, double share)
{
    return {from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)};
}

/// The place of a segment that is nearest to another one.
inline Vertex nearestOnSegment(const Vertex& place, const Vertex& from, const Vertex& to)
{
    const double dx = to.x - from.x;
    const double dy = to.y - from.y;
    const double square = dx * dx + dy * dy;
    const double along = (place.x - from.x) * dx + (place.y - from.y) * dy;
    return placeAlong(from, to, square > 0 ? std::clamp(along / square, 0.0, 1.0) : 0);
}

/// Where a-b meets c-d, ends included, as a share of a-b; nothing where they are parallel or do not meet.
inline std::optional<double> meetingOf(const Vertex& a, const Vertex& b, const Vertex& c, const Vertex& d)
{
    const double cross = (b.x - a.x) * (d.y - c.y) - (b.y - a.y) * (d.x - c.x);
    if (cross == 0)
        return std::nullopt;
    const double along = ((c.x - a.x) * (d.y - c.y) - (c.y - a.y) * (d.x - c.x)) / cross;
    const double other = ((c.x - a.x) * (b.y - a.y) - (c.y - a.y) * (b.x - a.x)) / cross;
    const bool isHit = along >= 0 && along <= 1 && other >= 0 && other <= 1;
    return isHit ? std::optional(along) : std::nullopt;
}

} // namespace trainyard
