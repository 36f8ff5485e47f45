// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/resize.h"

#include "core/base/assert.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace trainyard {

namespace {

/// Weights are integers with this many binary places, as in Pillow's resampling of 8-bit channels.
constexpr int kPrecision = 32 - 8 - 2;

/// For one output place: the first input place and its weights (a row of `taps`).
struct Taps
{
    int most = 0; ///< weights reserved for each output place
    std::vector<int> first;
    std::vector<int> count;
    std::vector<std::int32_t> weights;
};

/// The triangle filter of Pillow's BILINEAR: support 1, stretched by the reduction.
Taps triangleTaps(int from, int to)
{
    const double scale = static_cast<double>(from) / to;
    const double stretch = std::max(1.0, scale);
    Taps taps;
    taps.most = static_cast<int>(std::ceil(stretch)) * 2 + 1;
    taps.first.resize(static_cast<std::size_t>(to));
    taps.count.resize(static_cast<std::size_t>(to));
    taps.weights.resize(static_cast<std::size_t>(to) * static_cast<std::size_t>(taps.most));
    std::vector<double> exact(static_cast<std::size_t>(taps.most));
    for (int out = 0; out < to; ++out) {
        const double centre = (out + 0.5) * scale;
        const int first = std::max(0, static_cast<int>(centre - stretch + 0.5));
        const int last = std::min(from, static_cast<int>(centre + stretch + 0.5));
        double sum = 0;
        for (int i = first; i < last; ++i) {
            const double distance = std::abs((i - centre + 0.5) / stretch);
            exact[static_cast<std::size_t>(i - first)] = std::max(0.0, 1.0 - distance);
            sum += exact[static_cast<std::size_t>(i - first)];
        }
        taps.first[static_cast<std::size_t>(out)] = first;
        taps.count[static_cast<std::size_t>(out)] = last - first;
        std::int32_t* weights =
            &taps.weights[static_cast<std::size_t>(out) * static_cast<std::size_t>(taps.most)];
        for (int i = 0; i < last - first; ++i)
            weights[i] =
                static_cast<std::int32_t>(0.5 + exact[static_cast<std::size_t>(i)] / sum * (1 << kPrecision));
    }
    return taps;
}

std::uint8_t rounded(std::int32_t sum)
{
    return static_cast<std::uint8_t>(std::clamp(sum >> kPrecision, 0, 255));
}

constexpr std::int32_t kHalf = 1 << (kPrecision - 1);

Image resizeRows(const Image& in, int width)
{
    const Taps taps = triangleTaps(in.width, width);
    Image out{width, in.height, {}};
    out.pixels.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(in.height) * 3);
    for (int y = 0; y < in.height; ++y) {
        const std::uint8_t* row = in.row(y);
        std::uint8_t* target = out.row(y);
        const std::int32_t* weights = taps.weights.data();
        for (std::size_t x = 0; x < static_cast<std::size_t>(width); ++x, target += 3, weights += taps.most) {
            const std::uint8_t* pixel = row + static_cast<std::size_t>(taps.first[x]) * 3;
            std::int32_t red = kHalf;
            std::int32_t green = kHalf;
            std::int32_t blue = kHalf;
            for (int i = 0; i < taps.count[x]; ++i, pixel += 3) {
                red += pixel[0] * weights[i];
                green += pixel[1] * weights[i];
                blue += pixel[2] * weights[i];
            }
            target[0] = rounded(red);
            target[1] = rounded(green);
            target[2] = rounded(blue);
        }
    }
    return out;
}

Image resizeColumns(const Image& in, int height)
{
    const Taps taps = triangleTaps(in.height, height);
    const std::size_t stride = static_cast<std::size_t>(in.width) * 3;
    Image out{in.width, height, {}};
    out.pixels.resize(stride * static_cast<std::size_t>(height));
    std::vector<std::int32_t> sums(stride);
    for (int y = 0; y < height; ++y) {
        std::fill(sums.begin(), sums.end(), kHalf);
        const std::size_t at = static_cast<std::size_t>(y);
        const std::int32_t* weights = &taps.weights[at * static_cast<std::size_t>(taps.most)];
        for (int i = 0; i < taps.count[at]; ++i) {
            const std::uint8_t* row = in.row(taps.first[at] + i);
            const std::int32_t weight = weights[i];
            std::int32_t* sum = sums.data();
            for (std::size_t x = 0; x < stride; ++x)
                sum[x] += row[x] * weight;
        }
        std::uint8_t* target = out.row(y);
        for (std::size_t x = 0; x < stride; ++x)
            target[x] = rounded(sums[x]);
    }
    return out;
}

} // namespace

Image resizeImage(const Image& image, int width, int height)
{
    TRAINYARD_ASSERT(!image.isEmpty() && width > 0 && height > 0);
    if (width == image.width)
        return height == image.height ? image : resizeColumns(image, height);
    const Image rows = resizeRows(image, width);
    return height == image.height ? rows : resizeColumns(rows, height);
}

std::pair<int, int> fittedSize(int width, int height, int longEdge)
{
    const int longest = std::max(width, height);
    if (longest <= longEdge)
        return {width, height};
    const auto scaled = [&](int edge) {
        return std::max(1, static_cast<int>(std::lround(static_cast<double>(edge) * longEdge / longest)));
    };
    return {scaled(width), scaled(height)};
}

Image cropImage(const Image& image, const Box& box)
{
    const auto inside = [](double value, int most) {
        return static_cast<int>(std::clamp(value, 0.0, static_cast<double>(most)));
    };
    const int left = inside(std::floor(box.x), image.width);
    const int top = inside(std::floor(box.y), image.height);
    const int right = inside(std::ceil(box.x + box.width), image.width);
    const int bottom = inside(std::ceil(box.y + box.height), image.height);
    if (right <= left || bottom <= top)
        return {};
    Image out{right - left, bottom - top, {}};
    const std::size_t stride = static_cast<std::size_t>(out.width) * 3;
    out.pixels.resize(stride * static_cast<std::size_t>(out.height));
    for (int y = 0; y < out.height; ++y)
        std::memcpy(out.row(y), image.row(top + y) + static_cast<std::size_t>(left) * 3, stride);
    return out;
}

void orientPixels(const std::uint8_t* stored, int width, int height, int orientation, std::uint8_t* upright)
{
    // EXIF 2.3, tag 274: which stored edge is the visual top and left.
    const bool isTransposed = orientation >= 5;
    const bool isXFlipped = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    const bool isYFlipped = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    const std::ptrdiff_t stride = static_cast<std::ptrdiff_t>(width) * 3;
    const std::ptrdiff_t storedX = isXFlipped ? -3 : 3;
    const std::ptrdiff_t storedY = isYFlipped ? -stride : stride;
    const std::uint8_t* origin =
        stored + (isXFlipped ? stride - 3 : 0) + (isYFlipped ? (height - 1) * stride : 0);
    const std::ptrdiff_t stepX = isTransposed ? storedY : storedX;
    const std::ptrdiff_t stepY = isTransposed ? storedX : storedY;
    const int outWidth = isTransposed ? height : width;
    const int outHeight = isTransposed ? width : height;
    constexpr int kTile = 32; // so that a transposition touches few cache lines at a time
    for (int tileY = 0; tileY < outHeight; tileY += kTile) {
        for (int tileX = 0; tileX < outWidth; tileX += kTile) {
            const int endY = std::min(outHeight, tileY + kTile);
            const int endX = std::min(outWidth, tileX + kTile);
            for (int y = tileY; y < endY; ++y) {
                const std::uint8_t* in = origin + y * stepY + tileX * stepX;
                std::uint8_t* out = upright + (static_cast<std::ptrdiff_t>(y) * outWidth + tileX) * 3;
                for (int x = tileX; x < endX; ++x, in += stepX, out += 3) {
                    out[0] = in[0];
                    out[1] = in[1];
                    out[2] = in[2];
                }
            }
        }
    }
}

Image orientImage(const Image& image, int orientation)
{
    if (orientation <= 1 || orientation > 8 || image.isEmpty())
        return image;
    Image out =
        orientation >= 5 ? Image{image.height, image.width, {}} : Image{image.width, image.height, {}};
    out.pixels.resize(image.pixels.size());
    orientPixels(image.pixels.data(), image.width, image.height, orientation, out.pixels.data());
    return out;
}

} // namespace trainyard
