// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/selection/magic_wand.h"

#include "core/imaging/selection/opencv_call.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace trainyard {

namespace {

constexpr int kRowsBetweenLooks = 64;

class SameColour
{
public:
    SameColour(const Image& picture, int x, int y, int tolerance) : m_picture(picture), m_tolerance(tolerance)
    {
        std::copy_n(picture.row(y) + 3 * x, 3, m_seed.begin());
    }
    [[nodiscard]] bool holds(int x, int y) const
    {
        const std::uint8_t* pixel = m_picture.row(y) + static_cast<std::ptrdiff_t>(3) * x;
        return std::abs(pixel[0] - m_seed[0]) <= m_tolerance &&
               std::abs(pixel[1] - m_seed[1]) <= m_tolerance && std::abs(pixel[2] - m_seed[2]) <= m_tolerance;
    }

private:
    const Image& m_picture;
    std::array<std::uint8_t, 3> m_seed{};
    int m_tolerance;
};

/// Marks the stretch of a row around `x` that has the colour, and says where it ends.
std::pair<int, int> fillStretch(Bitmap& bitmap, const SameColour& colour, int x, int y)
{
    std::uint8_t* row = bitmap.row(y);
    int left = x;
    while (left > 0 && row[left - 1] == 0 && colour.holds(left - 1, y))
        --left;
    int end = x + 1;
    while (end < bitmap.width && row[end] == 0 && colour.holds(end, y))
        ++end;
    std::fill(row + left, row + end, std::uint8_t(1));
    return {left, end};
}

bool fillContiguous(Bitmap& bitmap, const SameColour& colour, int x, int y, const Cancellation& cancellation)
{
    std::vector<std::pair<int, int>> open = {{x, y}};
    for (std::size_t step = 0; !open.empty(); ++step) {
        if (step % 1024 == 0 && cancellation.isCancelled())
            return false;
        const auto [seedX, seedY] = open.back();
        open.pop_back();
        if (bitmap.row(seedY)[seedX] != 0)
            continue;
        const auto [left, end] = fillStretch(bitmap, colour, seedX, seedY);
        for (const int next : {seedY - 1, seedY + 1}) {
            if (next < 0 || next >= bitmap.height)
                continue;
            bool isInStretch = false;
            for (int at = left; at < end; ++at) {
                const bool isOpen = bitmap.row(next)[at] == 0 && colour.holds(at, next);
                if (isOpen && !isInStretch)
                    open.emplace_back(at, next);
                isInStretch = isOpen;
            }
        }
    }
    return true;
}

bool fillEverywhere(Bitmap& bitmap, const SameColour& colour, const Cancellation& cancellation)
{
    for (int y = 0; y < bitmap.height; ++y) {
        if (y % kRowsBetweenLooks == 0 && cancellation.isCancelled())
            return false;
        for (int x = 0; x < bitmap.width; ++x)
            bitmap.row(y)[x] = colour.holds(x, y) ? 1 : 0;
    }
    return true;
}

/// Without the empty rows and columns around.
Bitmap tight(const Bitmap& bitmap)
{
    int left = bitmap.width;
    int right = 0;
    int top = bitmap.height;
    int bottom = 0;
    for (int y = 0; y < bitmap.height; ++y) {
        const std::uint8_t* row = bitmap.row(y);
        const std::uint8_t* first = std::find(row, row + bitmap.width, 1);
        if (first == row + bitmap.width)
            continue;
        top = std::min(top, y);
        bottom = y + 1;
        left = std::min(left, static_cast<int>(first - row));
        int last = bitmap.width;
        while (last > right && row[last - 1] == 0)
            --last;
        right = std::max(right, last);
    }
    Bitmap result{left, top, right - left, bottom - top, {}};
    result.bytes.reserve(static_cast<std::size_t>(result.width) * static_cast<std::size_t>(result.height));
    for (int y = top; y < bottom; ++y)
        result.bytes.insert(result.bytes.end(), bitmap.row(y) + left, bitmap.row(y) + right);
    return result;
}

} // namespace

Result<Bitmap> magicWand(const Image& picture, int seedX, int seedY, const MagicWandOptions& options,
                         const Cancellation& cancellation)
{
    if (seedX < 0 || seedY < 0 || seedX >= picture.width || seedY >= picture.height)
        return fail(ErrorCode::InvalidArgument, "the place lies outside the picture");
    Bitmap bitmap{0, 0, picture.width, picture.height, std::vector<std::uint8_t>(picture.pixels.size() / 3)};
    const SameColour colour(picture, seedX, seedY, options.tolerance);
    const bool isDone = options.isContiguous ? fillContiguous(bitmap, colour, seedX, seedY, cancellation)
                                             : fillEverywhere(bitmap, colour, cancellation);
    if (!isDone)
        return selectionCancelled();
    return tight(bitmap);
}

} // namespace trainyard
