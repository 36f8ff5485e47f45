// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/tools/rotated_box_tool.h"

#include "widgets/views/tools/tool_drawing.h"

#include <QCoreApplication>
#include <QLineF>
#include <cmath>

namespace trainyard::widgets {

void RotatedBoxTool::press(const CanvasPointer& pointer)
{
    if (pointer.button != Qt::LeftButton)
        return;
    m_next = pointer.at;
    m_pressedAt = pointer.screen;
    if (!m_first) {
        m_first = pointer.snapped;
    } else if (!m_second) {
        m_second = pointer.snapped;
    } else {
        const RotatedBox box = draft();
        cancel();
        const double zoom = canvas().transform().zoom;
        if (box.width * zoom >= kSmallestDraft && box.height * zoom >= kSmallestDraft)
            canvas().propose({{fresh(box)}, {}, {}}, "add-rotated-box", "add");
    }
    canvas().repaint();
}

void RotatedBoxTool::move(const CanvasPointer& pointer)
{
    m_next = m_second ? pointer.at : pointer.snapped;
    if (isDrafting())
        canvas().repaint();
}

void RotatedBoxTool::release(const CanvasPointer& pointer)
{
    if (pointer.button == Qt::LeftButton && m_first && !m_second && isDrag(m_pressedAt, pointer.screen))
        m_second = pointer.snapped;
}

void RotatedBoxTool::cancel()
{
    m_first.reset();
    m_second.reset();
    canvas().repaint();
}

RotatedBox RotatedBoxTool::draft() const
{
    const QPointF side = *m_second - *m_first;
    const double length = std::hypot(side.x(), side.y());
    RotatedBox box;
    if (length <= 0)
        return box;
    const QPointF across = QPointF(-side.y(), side.x()) / length;
    const double depth = QPointF::dotProduct(m_next - *m_first, across);
    const QPointF centre = (*m_first + *m_second) / 2 + across * depth / 2;
    box.centreX = centre.x();
    box.centreY = centre.y();
    box.width = length;
    box.height = std::abs(depth);
    box.angle = std::atan2(side.y(), side.x()) * 180 / 3.14159265358979323846;
    return box;
}

void RotatedBoxTool::paint(QPainter& painter, const CanvasTransform& transform) const
{
    if (!m_first)
        return;
    const QColor colour = canvas().colourOf(canvas().currentClass());
    if (!m_second) {
        const Ring side{toVertex(*m_first), toVertex(m_next)};
        drawDraft(painter, transform, side, false, colour);
        return;
    }
    const RotatedBox box = draft();
    drawDraft(painter, transform, cornersOf(box), true, colour);
    drawMeasure(painter, transform.toScreen(m_next),
                QStringLiteral("%1 × %2, %3°")
                    .arg(std::lround(box.width))
                    .arg(std::lround(box.height))
                    .arg(std::lround(box.angle)));
}

QString RotatedBoxTool::hint() const
{
    if (!m_first)
        return QCoreApplication::translate("tools",
                                           "Drag along one side of the object, or click its two ends.");
    return m_second ? QCoreApplication::translate("tools", "Click on the opposite side. Esc: not.")
                    : QCoreApplication::translate("tools", "Click the other end of the side. Esc: not.");
}

} // namespace trainyard::widgets
