// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/canvas_picture.h"

#include "widgets/bridge/background.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

namespace trainyard::widgets {

namespace {

constexpr qint64 kAtOncePixels = 1'500'000; ///< smaller pictures are made ready without another thread
constexpr double kSquaresFrom = 3;          ///< from so many screen pixels a picture pixel stays a square

} // namespace

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

void CanvasPicture::setPicture(const PicturePyramid& picture)
{
    ++m_generation;
    m_levels = picture;
    m_levels16 = {};
    m_pixels = picture.isNull() ? QImage() : picture.largest();
    m_fullSize = picture.isNull() ? QSize() : picture.fullSize();
}

void CanvasPicture::setPicture(const QImage& pixels, const QSize& fullSize)
{
    const QSize size = fullSize.isEmpty() ? pixels.size() : fullSize;
    if (static_cast<qint64>(pixels.width()) * pixels.height() <= kAtOncePixels)
        return setPicture(pixels.isNull() ? PicturePyramid() : PicturePyramid(pixels, size));
    m_pixels = pixels;
    m_fullSize = size;
    m_levels = PicturePyramid();
    m_levels16 = {};
    const int generation = ++m_generation;
    runInBackground(
        this, [pixels, size] { return PicturePyramid(pixels, size); },
        [this, generation](const PicturePyramid& picture) {
            if (generation != m_generation)
                return;
            setPicture(picture);
            emit refined();
        });
}

void CanvasPicture::setLevels(const GrayLevels& levels)
{
    m_levels16 = levels.pyramid().fullSize() == m_fullSize ? levels : GrayLevels();
}

QImage CanvasPicture::overview() const
{
    if (isWindowed())
        return windowed(m_levels16.pyramid().levelFor(0), m_windowTable);
    return m_levels.isNull() ? m_pixels : m_levels.levelFor(0);
}

void CanvasPicture::setAdjustment(const PictureAdjustment& adjustment)
{
    if (adjustment.window != m_adjustment.window)
        m_windowTable = adjustment.window ? windowTable(*adjustment.window) : std::vector<uchar>();
    m_adjustment = adjustment;
}

QImage CanvasPicture::view(const CanvasTransform& transform, const QSize& size, double pixelRatio,
                           const QColor& background) const
{
    QImage shown(size * pixelRatio, QImage::Format_RGB32);
    shown.setDevicePixelRatio(pixelRatio);
    shown.fill(background);
    if (m_pixels.isNull() || shown.isNull())
        return shown;
    const double pixelZoom = transform.zoom * pixelRatio;
    const QImage& source = isWindowed()        ? m_levels16.pyramid().levelFor(pixelZoom)
                           : m_levels.isNull() ? m_pixels
                                               : m_levels.levelFor(pixelZoom);
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
                              !m_levels.isNull() && screenPerPixel < kSquaresFrom);
        // Qt draws from 32-bit pixels several times faster than from the 24-bit ones that are kept.
        if (isWindowed())
            painter.drawImage(target, windowed(source.copy(part), m_windowTable),
                              QRectF(QPointF(0, 0), QSizeF(part.size())));
        else
            painter.drawImage(
                target, m_levels.isNull() ? source : source.copy(part).convertToFormat(QImage::Format_RGB32),
                m_levels.isNull() ? QRectF(part) : QRectF(QPointF(0, 0), QSizeF(part.size())));
    }
    PictureAdjustment left = m_adjustment; // what is not done yet
    left.window.reset();
    if (left == PictureAdjustment())
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
