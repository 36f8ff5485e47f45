// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/tools/selection_source.h"

#include "core/labels/geometry.h"
#include "core/labels/mask_ops.h"

#include <algorithm>
#include <cmath>

namespace trainyard::widgets {

QPointF SelectionSource::toPixels(const QPointF& inPicture) const
{
    return {(inPicture.x() - area.x()) * pixels.width / area.width(),
            (inPicture.y() - area.y()) * pixels.height / area.height()};
}

Box SelectionSource::toPixels(const QRectF& inPicture) const
{
    const QPointF from = toPixels(inPicture.topLeft());
    const QPointF to = toPixels(inPicture.bottomRight());
    return {from.x(), from.y(), to.x() - from.x(), to.y() - from.y()};
}

QPointF SelectionSource::toPicture(const QPointF& inPixels) const
{
    return {area.x() + inPixels.x() * area.width() / pixels.width,
            area.y() + inPixels.y() * area.height() / pixels.height};
}

Mask SelectionSource::toPicture(const Bitmap& selected) const
{
    Mask mask = maskFromBitmap(selected);
    if (maskArea(mask) == 0)
        return {};
    const Box from{0, 0, static_cast<double>(pixels.width), static_cast<double>(pixels.height)};
    const Box to{area.x(), area.y(), area.width(), area.height()};
    const bool hasSameSize = from.width == to.width && from.height == to.height;
    const Shape placed = hasSameSize ? moved(mask, to.x, to.y) : resized(mask, from, to);
    return croppedMask(std::get<Mask>(placed), picture.width(), picture.height());
}

SelectionSource selectionSource(const QImage& atHand, const QSize& picture, const QRectF& area, int longEdge)
{
    SelectionSource source;
    source.picture = picture;
    if (atHand.isNull() || picture.isEmpty())
        return source;
    const double scaleX = static_cast<double>(atHand.width()) / picture.width();
    const double scaleY = static_cast<double>(atHand.height()) / picture.height();
    const QRect part =
        QRectF(area.x() * scaleX, area.y() * scaleY, area.width() * scaleX, area.height() * scaleY)
            .toAlignedRect()
            .intersected(atHand.rect());
    if (part.isEmpty())
        return source;
    source.area = QRectF(part.x() / scaleX, part.y() / scaleY, part.width() / scaleX, part.height() / scaleY);
    QImage pixels = atHand.copy(part);
    if (std::max(part.width(), part.height()) > longEdge)
        pixels = pixels.scaled(longEdge, longEdge, Qt::KeepAspectRatio, Qt::SmoothTransformation);
    pixels = pixels.convertToFormat(QImage::Format_RGB888);
    source.pixels.width = pixels.width();
    source.pixels.height = pixels.height();
    source.pixels.pixels.reserve(static_cast<std::size_t>(pixels.width()) *
                                 static_cast<std::size_t>(pixels.height()) * 3);
    for (int y = 0; y < pixels.height(); ++y)
        source.pixels.pixels.insert(source.pixels.pixels.end(), pixels.constScanLine(y),
                                    pixels.constScanLine(y) +
                                        static_cast<std::ptrdiff_t>(3) * pixels.width());
    return source;
}

} // namespace trainyard::widgets
