// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/imaging/image.h"

#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

namespace trainyard {

/// pHash, defined exactly: luma (299 R + 587 G + 114 B) / 1000 in double; mean over 32 x 32 equal areas
/// (pixels on an edge count by their part); two-dimensional DCT-II without normalisation (each sum times 2);
/// coefficients within 1e-6 of zero are zero, so that a flat picture has a hash of its own and not one of
/// rounding errors; bit k of the 8 x 8 block of the lowest frequencies (row-major from the most significant)
/// is set where its coefficient is above the median of the 63 others than the constant one.
std::uint64_t perceptualHash(const Image& image);

inline int hammingDistance(std::uint64_t a, std::uint64_t b)
{
    return std::popcount(a ^ b);
}

/// All pairs (i < j) of hashes at most `radius` bits apart, in rising order.
std::vector<std::pair<std::uint32_t, std::uint32_t>> pairsWithin(const std::vector<std::uint64_t>& hashes,
                                                                 int radius);

} // namespace trainyard
