// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointF>
#include <QRectF>
#include <QSize>

namespace trainyard::widgets {

/// How a picture lies in a view: screen = picture * zoom + origin, in logical pixels of the screen and
/// full-size pixels of the picture. A value.
struct CanvasTransform
{
    double zoom = 1;
    QPointF origin;

    [[nodiscard]] QPointF toScreen(const QPointF& picture) const { return picture * zoom + origin; }
    [[nodiscard]] QPointF toScreen(double x, double y) const
    {
        return {x * zoom + origin.x(), y * zoom + origin.y()};
    }
    [[nodiscard]] QPointF toPicture(const QPointF& screen) const { return (screen - origin) / zoom; }
    [[nodiscard]] QRectF toScreen(const QRectF& picture) const
    {
        return {toScreen(picture.topLeft()), picture.size() * zoom};
    }
    [[nodiscard]] QRectF toPicture(const QRectF& screen) const
    {
        return {toPicture(screen.topLeft()), screen.size() / zoom};
    }

    bool operator==(const CanvasTransform&) const = default;
};

inline constexpr double kSmallestCanvasZoom = 0.005;
inline constexpr double kLargestCanvasZoom = 64;

/// The whole picture in the middle of the view.
CanvasTransform fittedTransform(const QSize& picture, const QSize& view);
/// The same place of the picture stays under `screen`.
CanvasTransform zoomedAround(const CanvasTransform& from, double zoom, const QPointF& screen);
/// Centres what is smaller than the view; of what is larger, at least half of the view stays covered.
CanvasTransform keptInView(const CanvasTransform& from, const QSize& picture, const QSize& view);

} // namespace trainyard::widgets
