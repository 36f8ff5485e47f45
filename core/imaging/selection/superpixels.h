// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancellation.h"
#include "core/base/result.h"
#include "core/imaging/image.h"
#include "core/imaging/selection/bitmap.h"

#include <cstdint>
#include <span>
#include <vector>

namespace trainyard {

/// A rectangle of a picture in small pieces of one colour each, numbered from 0; every piece is joined by the
/// sides of its pixels.
struct Superpixels
{
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;
    int count = 0;
    std::vector<std::int32_t> labels; ///< width * height, row by row

    /// The piece at a pixel of the picture; -1 outside.
    [[nodiscard]] std::int32_t at(int pictureX, int pictureY) const
    {
        const int column = pictureX - x;
        const int line = pictureY - y;
        if (column < 0 || line < 0 || column >= width || line >= height)
            return -1;
        return labels[static_cast<std::size_t>(line) * static_cast<std::size_t>(width) +
                      static_cast<std::size_t>(column)];
    }
};

struct SuperpixelOptions
{
    int cellSize = 16;       ///< side of a piece in pixels, from 4
    double compactness = 10; ///< how much place counts beside colour: 1 follows every edge, 40 gives squares
    int iterations = 5;
};

/// Achanta and others, "SLIC superpixels", 2012, in CIELAB; pieces of less than a quarter of a cell join a
/// neighbour. The region is rounded outwards to whole pixels and cut to the picture.
///
/// InvalidArgument: a region outside the picture, a cell below 4. Cancelled between two iterations.
Result<Superpixels> superpixels(const Image& picture, const Box& region, const SuperpixelOptions& options,
                                const Cancellation& cancellation);

/// The pixels of these pieces, in the rectangle of the superpixels.
Bitmap selectedPieces(const Superpixels& superpixels, std::span<const std::int32_t> pieces);

} // namespace trainyard
