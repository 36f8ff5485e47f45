// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/picture_pyramid.h"

#include <cstdint>

namespace trainyard::widgets {

namespace {

constexpr int kSmallestEdge = 256;

/// Each pixel the mean of four; an odd last row or column goes with its neighbour.
template <typename Value, int channels>
QImage halvedAs(const QImage& image)
{
    const int width = (image.width() + 1) / 2;
    const int height = (image.height() + 1) / 2;
    QImage half(width, height, image.format());
    for (int y = 0; y < height; ++y) {
        const auto* above = reinterpret_cast<const Value*>(image.constScanLine(2 * y));
        const auto* below =
            reinterpret_cast<const Value*>(image.constScanLine(std::min(2 * y + 1, image.height() - 1)));
        auto* out = reinterpret_cast<Value*>(half.scanLine(y));
        for (int x = 0; x < width; ++x) {
            const int left = 2 * channels * x;
            const int right = std::min(2 * x + 1, image.width() - 1) * channels;
            for (int channel = 0; channel < channels; ++channel)
                out[channels * x + channel] =
                    static_cast<Value>((above[left + channel] + above[right + channel] +
                                        below[left + channel] + below[right + channel] + 2) /
                                       4);
        }
    }
    return half;
}

QImage halved(const QImage& image)
{
    return image.format() == QImage::Format_Grayscale16 ? halvedAs<std::uint16_t, 1>(image)
                                                        : halvedAs<uchar, 3>(image);
}

} // namespace

PicturePyramid::PicturePyramid(QImage largest, QSize fullSize) : m_fullSize(fullSize)
{
    if (largest.isNull())
        return;
    auto levels = std::make_shared<std::vector<QImage>>();
    const bool isKept =
        largest.format() == QImage::Format_RGB888 || largest.format() == QImage::Format_Grayscale16;
    levels->push_back(isKept ? std::move(largest) : largest.convertToFormat(QImage::Format_RGB888));
    while (std::max(levels->back().width(), levels->back().height()) > kSmallestEdge)
        levels->push_back(halved(levels->back()));
    m_levels = std::move(levels);
}

const QImage& PicturePyramid::levelFor(double zoom) const
{
    const double wanted = zoom * m_fullSize.width();
    const QImage* best = &m_levels->front();
    for (const QImage& level : *m_levels)
        if (level.width() >= wanted)
            best = &level;
    return *best;
}

qint64 PicturePyramid::bytes() const
{
    qint64 sum = 0;
    if (m_levels != nullptr)
        for (const QImage& level : *m_levels)
            sum += level.sizeInBytes();
    return sum;
}

QImage toQImage(Image image)
{
    if (image.isEmpty())
        return {};
    auto* kept = new Image(std::move(image));
    return QImage(
        kept->pixels.data(), kept->width, kept->height, static_cast<qsizetype>(kept->width) * 3,
        QImage::Format_RGB888, [](void* owned) { delete static_cast<Image*>(owned); }, kept);
}

} // namespace trainyard::widgets
