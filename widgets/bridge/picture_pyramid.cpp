// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/picture_pyramid.h"

#include <cstdint>

namespace trainyard::widgets {

namespace {

constexpr int kSmallestEdge = 256;

/// Each pixel the mean of four; an odd last row or column goes with its neighbour.
QImage halved(const QImage& image)
{
    const int width = (image.width() + 1) / 2;
    const int height = (image.height() + 1) / 2;
    QImage half(width, height, QImage::Format_RGB888);
    for (int y = 0; y < height; ++y) {
        const uchar* above = image.constScanLine(2 * y);
        const uchar* below = image.constScanLine(std::min(2 * y + 1, image.height() - 1));
        uchar* out = half.scanLine(y);
        for (int x = 0; x < width; ++x) {
            const int left = 6 * x;
            const int right = std::min(2 * x + 1, image.width() - 1) * 3;
            for (int channel = 0; channel < 3; ++channel)
                out[3 * x + channel] =
                    static_cast<uchar>((above[left + channel] + above[right + channel] +
                                        below[left + channel] + below[right + channel] + 2) /
                                       4);
        }
    }
    return half;
}

} // namespace

PicturePyramid::PicturePyramid(QImage largest, QSize fullSize) : m_fullSize(fullSize)
{
    if (largest.isNull())
        return;
    auto levels = std::make_shared<std::vector<QImage>>();
    levels->push_back(largest.format() == QImage::Format_RGB888
                          ? std::move(largest)
                          : largest.convertToFormat(QImage::Format_RGB888));
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
