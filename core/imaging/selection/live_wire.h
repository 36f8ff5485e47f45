// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancellation.h"
#include "core/base/result.h"
#include "core/imaging/image.h"

#include <memory>
#include <vector>

namespace trainyard {

/// A pixel of a picture, by its column and row.
struct PixelPlace
{
    int x = 0;
    int y = 0;

    bool operator==(const PixelPlace&) const = default;
};

/// The outline that follows the edges of a picture from a place to any other (Mortensen and Barrett,
/// "Intelligent scissors", 1995): costs of a square around the place, and from there the cheapest ways to all
/// of its pixels.
///
/// A value that owns its maps and not the picture; copies share the maps. Building it takes tens of
/// milliseconds and belongs off the window's thread; pathTo() does not, and may be called from any thread.
class LiveWire
{
public:
    /// `reach` is half the side of the square, in pixels; the memory is about 30 bytes a pixel of it.
    ///
    /// InvalidArgument: a place outside the picture, a reach below 2. Cancelled before and between the maps.
    static Result<LiveWire> from(const Image& picture, PixelPlace seed, int reach,
                                 const Cancellation& cancellation);

    [[nodiscard]] PixelPlace seed() const;
    /// Whether the square holds a place.
    [[nodiscard]] bool reaches(PixelPlace place) const;
    /// The pixels from the seed to a place, both with them, each beside the one before. A place beyond the
    /// square gives the way to the nearest one in it.
    [[nodiscard]] std::vector<PixelPlace> pathTo(PixelPlace place) const;

private:
    struct Maps;
    explicit LiveWire(std::shared_ptr<const Maps> maps) : m_maps(std::move(maps)) {}

    std::shared_ptr<const Maps> m_maps;
};

} // namespace trainyard
