// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/perceptual_hash.h"

#include "core/base/assert.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace trainyard {

namespace {

constexpr int kGrid = 32;
constexpr int kBlock = 8;
constexpr double kZero = 1e-6;

/// The parts of `size` pixels that one of 32 equal areas covers: whole pixels weigh 1, those on an edge their
/// part.
struct Span
{
    int first = 0;
    std::vector<double> weights; ///< their sum is size / 32
};

std::vector<Span> spansOf(int size)
{
    std::vector<Span> spans(kGrid);
    const double step = static_cast<double>(size) / kGrid;
    for (int i = 0; i < kGrid; ++i) {
        const double begin = i * step;
        const double end = (i + 1) * step;
        Span& span = spans[static_cast<std::size_t>(i)];
        span.first = static_cast<int>(begin);
        for (int at = span.first; at < size && at < end; ++at)
            span.weights.push_back(std::min<double>(at + 1, end) - std::max<double>(at, begin));
    }
    return spans;
}

using Grid = std::array<double, kGrid * kGrid>;

Grid areaMeans(const Image& image)
{
    const std::vector<Span> columns = spansOf(image.width);
    const std::vector<Span> rows = spansOf(image.height);
    std::vector<double> luma(static_cast<std::size_t>(image.width));
    std::vector<double> sums(static_cast<std::size_t>(image.height) * kGrid);
    for (int y = 0; y < image.height; ++y) {
        const std::uint8_t* pixel = image.row(y);
        for (double& value : luma) {
            value = (299 * pixel[0] + 587 * pixel[1] + 114 * pixel[2]) / 1000.0;
            pixel += 3;
        }
        for (std::size_t x = 0; x < kGrid; ++x) {
            double sum = 0;
            for (std::size_t i = 0; i < columns[x].weights.size(); ++i)
                sum += columns[x].weights[i] * luma[static_cast<std::size_t>(columns[x].first) + i];
            sums[static_cast<std::size_t>(y) * kGrid + x] = sum;
        }
    }
    const double area =
        static_cast<double>(image.width) / kGrid * (static_cast<double>(image.height) / kGrid);
    Grid grid{};
    for (std::size_t y = 0; y < kGrid; ++y)
        for (std::size_t i = 0; i < rows[y].weights.size(); ++i)
            for (std::size_t x = 0; x < kGrid; ++x)
                grid[y * kGrid + x] += rows[y].weights[i] *
                                       sums[(static_cast<std::size_t>(rows[y].first) + i) * kGrid + x] / area;
    return grid;
}

/// cosines[k][n] = 2 cos(pi k (2 n + 1) / 64).
std::array<std::array<double, kGrid>, kBlock> dctCosines()
{
    std::array<std::array<double, kGrid>, kBlock> cosines{};
    for (int k = 0; k < kBlock; ++k)
        for (int n = 0; n < kGrid; ++n)
            cosines[static_cast<std::size_t>(k)][static_cast<std::size_t>(n)] =
                2 * std::cos(std::numbers::pi * k * (2 * n + 1) / (2 * kGrid));
    return cosines;
}

std::array<double, kBlock * kBlock> lowFrequencies(const Grid& grid)
{
    static const auto cosines = dctCosines();
    std::array<double, kGrid * kBlock> rows{};
    for (std::size_t y = 0; y < kGrid; ++y)
        for (std::size_t k = 0; k < kBlock; ++k)
            for (std::size_t n = 0; n < kGrid; ++n)
                rows[y * kBlock + k] += grid[y * kGrid + n] * cosines[k][n];
    std::array<double, kBlock * kBlock> block{};
    for (std::size_t v = 0; v < kBlock; ++v)
        for (std::size_t n = 0; n < kGrid; ++n)
            for (std::size_t u = 0; u < kBlock; ++u)
                block[v * kBlock + u] += rows[n * kBlock + u] * cosines[v][n];
    return block;
}

} // namespace

std::uint64_t perceptualHash(const Image& image)
{
    TRAINYARD_ASSERT(!image.isEmpty());
    auto block = lowFrequencies(areaMeans(image));
    for (double& value : block)
        value = std::abs(value) < kZero ? 0.0 : value;
    std::array<double, kBlock * kBlock - 1> others{};
    std::copy(block.begin() + 1, block.end(), others.begin());
    auto* const middle = others.begin() + others.size() / 2;
    std::nth_element(others.begin(), middle, others.end());
    std::uint64_t hash = 0;
    for (const double value : block)
        hash = (hash << 1) | (value > *middle ? 1 : 0);
    return hash;
}

} // namespace trainyard
