// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/canvas_picture.h"

#include "widgets/bridge/background.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

namespace trainyard::widgets {

namespace {

constexpr int kSmallEnough = 512;           ///< no level is smaller
constexpr qint64 kAtOncePixels = 1'500'000; ///< smaller pictures are made ready without another thread
constexpr double kSquaresFrom = 3;          ///< from so many screen pixels a picture pixel stays a square

std::vector<QImage> levelsOf(const QImage& pixels)
{
    std::vector<QImage> levels{pixels.convertToFormat(QImage::Format_RGB32)};
    while (std::max(levels.back().width(), levels.back().height()) > 2 * kSmallEnough)
        levels.push_back(halved(levels.back()));
    return levels;
}

} // namespace

QImage halved(const QImage& rgb32)
{
    QImage half(std::max(1, rgb32.width() / 2), std::max(1, rgb32.height() / 2), QImage::Format_RGB32);
    const int right = std::min(1, rgb32.width() - 1);
    const int below = std::min(1, rgb32.height() - 1);
    for (int y = 0; y < half.height(); ++y) {
        const auto* upper = reinterpret_cast<const QRgb*>(rgb32.constScanLine(2 * y));
        const auto* lower = reinterpret_cast<const QRgb*>(rgb32.constScanLine(2 * y + below));
        auto* out = reinterpret_cast<QRgb*>(half.scanLine(y));
        for (int x = 0; x < half.width(); ++x) {
            const QRgb a = upper[2 * x];
            const QRgb b = upper[2 * x + right];
            const QRgb c = lower[2 * x];
            const QRgb d = lower[2 * x + right];
            // Two channels at a time: sums of four bytes need ten bits, and there are eight free between
            // them.
            const QRgb redBlue = (a & 0xff00ff) + (b & 0xff00ff) + (c & 0xff00ff) + (d & 0xff00ff) + 0x020002;
            const QRgb green = (a & 0xff00) + (b & 0xff00) + (c & 0xff00) + (d & 0xff00) + 0x0200;
            out[x] = 0xff000000 | ((redBlue >> 2) & 0xff00ff) | ((green >> 2) & 0xff00);
        }
    }
    return half;
}

std::vector<uchar> adjustmentTable(const PictureAdjustment& adjustment)
{
    std::vector<uchar> table(256);
    const double contrast =
        std::tan((std::clamp(adjustment.contrast, -100, 99) + 100) * 3.14159265358979 / 400);
    for (int value = 0; value < 256; ++value) {
        double share = std::pow(value / 255.0, 1 / std::clamp(adjustment.gamma, 0.2, 5.0));
        share = (share - 0.5) * contrast + 0.5 + adjustment.brightness / 100.0;
        table[static_cast<std::size_t>(value)] =
            static_cast<uchar>(std::lround(std::clamp(share, 0.0, 1.0) * 255));
    }
    return table;
}

void CanvasPicture::setPicture(const QImage& pixels, const QSize& fullSize)
{
    m_pixels = pixels;
    m_fullSize = fullSize.isEmpty() ? pixels.size() : fullSize;
    m_levels.clear();
    const int generation = ++m_generation;
    if (pixels.isNull())
        return;
    if (static_cast<qint64>(pixels.width()) * pixels.height() <= kAtOncePixels) {
        m_levels = levelsOf(pixels);
        return;
    }
    runInBackground(
        this, [pixels] { return levelsOf(pixels); },
        [this, generation](std::vector<QImage> levels) {
            if (generation != m_generation)
                return;
            m_levels = std::move(levels);
            emit refined();
        });
}

void CanvasPicture::setAdjustment(const PictureAdjustment& adjustment)
{
    m_adjustment = adjustment;
}

/// The smallest level that has a pixel for each of the screen's.
const QImage& CanvasPicture::level(double zoom) const
{
    if (m_levels.empty())
        return m_pixels;
    const QImage* best = &m_levels.front();
    for (const QImage& candidate : m_levels)
        if (candidate.width() >= m_fullSize.width() * zoom)
            best = &candidate;
    return *best;
}

QImage CanvasPicture::view(const CanvasTransform& transform, const QSize& size, double pixelRatio,
                           const QColor& background) const
{
    QImage shown(size * pixelRatio, QImage::Format_RGB32);
    shown.setDevicePixelRatio(pixelRatio);
    shown.fill(background);
    if (m_pixels.isNull() || shown.isNull())
        return shown;
    const QImage& source = level(transform.zoom * pixelRatio);
    const QRectF area = transform.toScreen(QRectF(QPointF(0, 0), QSizeF(m_fullSize)));
    const double screenPerPixel = area.width() * pixelRatio / source.width();
    // Only what is in view: Qt walks the whole source otherwise. Whole source pixels, and one around them.
    const double perX = area.width() / source.width();
    const double perY = area.height() / source.height();
    const QRectF inView = area & QRectF(QPointF(0, 0), QSizeF(size));
    if (inView.isEmpty())
        return shown;
    const QRect part =
        QRectF((inView.left() - area.left()) / perX - 1, (inView.top() - area.top()) / perY - 1,
               inView.width() / perX + 2, inView.height() / perY + 2)
            .toAlignedRect()
            .intersected(source.rect());
    const QRectF target(area.left() + part.left() * perX, area.top() + part.top() * perY, part.width() * perX,
                        part.height() * perY);
    {
        QPainter painter(&shown);
        painter.setRenderHint(QPainter::SmoothPixmapTransform,
                              !m_levels.empty() && screenPerPixel < kSquaresFrom);
        painter.drawImage(target, source, QRectF(part));
    }
    if (m_adjustment == PictureAdjustment())
        return shown;
    const std::vector<uchar> table = adjustmentTable(m_adjustment);
    const QRect changed = QRectF(inView.topLeft() * pixelRatio, inView.size() * pixelRatio).toAlignedRect() &
                          QRect(QPoint(0, 0), shown.size());
    for (int y = changed.top(); y <= changed.bottom(); ++y) {
        auto* line = reinterpret_cast<QRgb*>(shown.scanLine(y));
        for (int x = changed.left(); x <= changed.right(); ++x)
            line[x] = qRgb(table[static_cast<std::size_t>(qRed(line[x]))],
                           table[static_cast<std::size_t>(qGreen(line[x]))],
                           table[static_cast<std::size_t>(qBlue(line[x]))]);
    }
    return shown;
}

} // namespace trainyard::widgets
