// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/tools/tool_drawing.h"

#include <QApplication>
#include <QLineF>
#include <QPainter>
#include <QPolygonF>
#include <algorithm>

namespace trainyard::widgets {

bool isDrag(const QPointF& from, const QPointF& to)
{
    return QLineF(from, to).length() >= 4;
}

Ring rectangleRing(const QRectF& rectangle)
{
    return {{rectangle.left(), rectangle.top()},
            {rectangle.right(), rectangle.top()},
            {rectangle.right(), rectangle.bottom()},
            {rectangle.left(), rectangle.bottom()}};
}

QPointF insidePicture(const QPointF& at, const QSize& picture)
{
    return {std::clamp<double>(at.x(), 0, picture.width()), std::clamp<double>(at.y(), 0, picture.height())};
}

void drawDraft(QPainter& painter, const CanvasTransform& transform, std::span<const Vertex> line,
               bool isClosed, const QColor& colour)
{
    QPolygonF points;
    points.reserve(static_cast<qsizetype>(line.size()));
    for (const Vertex& vertex : line)
        points << transform.toScreen(vertex.x, vertex.y);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor fill = colour;
    fill.setAlphaF(0.18F);
    painter.setBrush(isClosed ? QBrush(fill) : QBrush(Qt::NoBrush));
    for (const QPen& pen : {QPen(QColor(0, 0, 0, 150), 3.5), QPen(colour, 1.75)}) {
        painter.setPen(pen);
        if (isClosed)
            painter.drawPolygon(points);
        else
            painter.drawPolyline(points);
        painter.setBrush(Qt::NoBrush);
    }
}

void drawHandle(QPainter& painter, const QPointF& screen, const QColor& colour, bool isHot)
{
    const double edge = isHot ? kHandleEdge + 3 : kHandleEdge;
    const QRectF square(screen - QPointF(edge / 2, edge / 2), QSizeF(edge, edge));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(QColor(0, 0, 0, 200), 1));
    painter.setBrush(isHot ? colour : QColor(Qt::white));
    painter.drawRect(square);
}

void drawMeasure(QPainter& painter, const QPointF& screen, const QString& text)
{
    const QFontMetricsF metrics(painter.font());
    const QRectF tag(screen + QPointF(8, 6),
                     QSizeF(metrics.horizontalAdvance(text) + 10, metrics.height() + 4));
    painter.fillRect(tag, QColor(20, 22, 25, 215));
    painter.setPen(Qt::white);
    painter.drawText(tag, Qt::AlignCenter, text);
}

} // namespace trainyard::widgets
