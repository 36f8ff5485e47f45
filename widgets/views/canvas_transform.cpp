// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/canvas_transform.h"

#include <algorithm>

namespace trainyard::widgets {

namespace {

constexpr double kLargestFit = 16; ///< a tiny picture is shown large, but not as a handful of squares
constexpr double kFitMargin = 4;   ///< so that what lies on the picture's border can be seen and reached

} // namespace

CanvasTransform fittedTransform(const QSize& picture, const QSize& view)
{
    CanvasTransform fitted;
    if (picture.isEmpty())
        return fitted;
    const double fit = std::min((view.width() - 2 * kFitMargin) / picture.width(),
                                (view.height() - 2 * kFitMargin) / picture.height());
    fitted.zoom = std::clamp(fit, kSmallestCanvasZoom, kLargestFit);
    fitted.origin = {(view.width() - picture.width() * fitted.zoom) / 2,
                     (view.height() - picture.height() * fitted.zoom) / 2};
    return fitted;
}

CanvasTransform zoomedAround(const CanvasTransform& from, double zoom, const QPointF& screen)
{
    CanvasTransform zoomed;
    zoomed.zoom = std::clamp(zoom, kSmallestCanvasZoom, kLargestCanvasZoom);
    zoomed.origin = screen - from.toPicture(screen) * zoomed.zoom;
    return zoomed;
}

CanvasTransform keptInView(const CanvasTransform& from, const QSize& picture, const QSize& view)
{
    const auto place = [](double origin, double size, double room) {
        return size <= room ? (room - size) / 2 : std::clamp(origin, room / 2 - size, room / 2);
    };
    return {from.zoom,
            {place(from.origin.x(), picture.width() * from.zoom, view.width()),
             place(from.origin.y(), picture.height() * from.zoom, view.height())}};
}

} // namespace trainyard::widgets
