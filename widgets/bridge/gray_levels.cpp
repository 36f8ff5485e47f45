// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/gray_levels.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace trainyard::widgets {

namespace {

constexpr std::size_t kValues = 65536;
constexpr double kStrayShare = 0.005; ///< of the pixels at either end

const std::uint16_t* rowOf(const QImage& levels, int y)
{
    return reinterpret_cast<const std::uint16_t*>(levels.constScanLine(y));
}

ValueWindow automaticWindow(const QImage& levels)
{
    std::vector<std::int64_t> counts(kValues);
    for (int y = 0; y < levels.height(); ++y) {
        const std::uint16_t* row = rowOf(levels, y);
        for (int x = 0; x < levels.width(); ++x)
            ++counts[row[x]];
    }
    const auto stray = static_cast<std::int64_t>(kStrayShare * static_cast<double>(levels.width()) *
                                                 static_cast<double>(levels.height()));
    const auto end = [stray](auto first, auto last) {
        std::int64_t seen = 0;
        return std::find_if(first, last, [&](std::int64_t count) { return (seen += count) > stray; }) - first;
    };
    ValueWindow window;
    window.low = static_cast<int>(end(counts.begin(), counts.end()));
    window.high = static_cast<int>(kValues) - 1 - static_cast<int>(end(counts.rbegin(), counts.rend()));
    if (window.low >= window.high) { // one value alone: in the middle of what is shown
        window.high = std::min<int>(kValues - 1, window.low + 1);
        window.low = window.high - 2 < 0 ? 0 : window.high - 2;
    }
    return window;
}

} // namespace

GrayLevels::GrayLevels(QImage levels)
{
    if (levels.isNull())
        return;
    m_automatic = automaticWindow(levels);
    const QSize size = levels.size();
    m_pyramid = PicturePyramid(std::move(levels), size);
}

QImage levelsFrom(const Image& numbers)
{
    QImage levels(numbers.width, numbers.height, QImage::Format_Grayscale16);
    for (int y = 0; y < levels.height(); ++y) {
        const std::uint8_t* in = numbers.row(y);
        auto* out = reinterpret_cast<std::uint16_t*>(levels.scanLine(y));
        for (int x = 0; x < levels.width(); ++x)
            out[x] = static_cast<std::uint16_t>(in[3 * x + 1] << 8 | in[3 * x + 2]);
    }
    return levels;
}

std::vector<uchar> windowTable(const ValueWindow& window)
{
    std::vector<uchar> table(kValues);
    const double width = std::max(1, window.high - window.low);
    for (std::size_t value = 0; value < kValues; ++value)
        table[value] = static_cast<uchar>(
            std::lround(std::clamp((static_cast<double>(value) - window.low) / width, 0.0, 1.0) * 255));
    return table;
}

QImage windowed(const QImage& levels, const std::vector<uchar>& table)
{
    QImage shown(levels.size(), QImage::Format_RGB32);
    for (int y = 0; y < levels.height(); ++y) {
        const std::uint16_t* in = rowOf(levels, y);
        auto* out = reinterpret_cast<QRgb*>(shown.scanLine(y));
        for (int x = 0; x < levels.width(); ++x) {
            const uchar value = table[in[x]];
            out[x] = qRgb(value, value, value);
        }
    }
    return shown;
}

} // namespace trainyard::widgets
