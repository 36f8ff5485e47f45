// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/shape.h"
#include "widgets/views/canvas_transform.h"

#include <QColor>
#include <QString>
#include <span>

class QPainter;

namespace trainyard::widgets {

/// What tools share to show their drafts. Positions of dots and texts are on the screen.

inline constexpr double kSmallestDraft = 3; ///< screen pixels; what is smaller was a slip of the hand
inline constexpr double kHandleEdge = 7;

/// True where the mouse moved far enough to be a drag and not a click.
[[nodiscard]] bool isDrag(const QPointF& from, const QPointF& to);
[[nodiscard]] inline Vertex toVertex(const QPointF& point)
{
    return {point.x(), point.y()};
}
[[nodiscard]] inline QPointF toPoint(const Vertex& vertex)
{
    return {vertex.x, vertex.y};
}
Ring rectangleRing(const QRectF& rectangle);
/// The nearest place of the picture.
QPointF insidePicture(const QPointF& at, const QSize& picture);

/// A line that reads on every picture: dark below, coloured above; closed lines are filled lightly.
void drawDraft(QPainter& painter, const CanvasTransform& transform, std::span<const Vertex> line,
               bool isClosed, const QColor& colour);
void drawHandle(QPainter& painter, const QPointF& screen, const QColor& colour, bool isHot = false);
/// A short text beside a place.
void drawMeasure(QPainter& painter, const QPointF& screen, const QString& text);

} // namespace trainyard::widgets
