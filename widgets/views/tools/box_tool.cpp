// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/tools/box_tool.h"

#include "widgets/views/tools/tool_drawing.h"

#include <QCoreApplication>
#include <cmath>

namespace trainyard::widgets {

void BoxTool::press(const CanvasPointer& pointer)
{
    if (pointer.button != Qt::LeftButton)
        return;
    m_end = pointer.snapped;
    m_isSquare = pointer.modifiers.testFlag(Qt::ShiftModifier);
    if (m_start) {
        finish(); // the second of two clicks
        return;
    }
    m_start = pointer.snapped;
    m_pressedAt = pointer.screen;
}

void BoxTool::move(const CanvasPointer& pointer)
{
    if (!m_start)
        return;
    m_end = pointer.snapped;
    m_isSquare = pointer.modifiers.testFlag(Qt::ShiftModifier);
    canvas().repaint();
}

void BoxTool::release(const CanvasPointer& pointer)
{
    // A press and release at one place is the first of two clicks.
    if (m_start && pointer.button == Qt::LeftButton && isDrag(m_pressedAt, pointer.screen)) {
        m_end = pointer.snapped;
        finish();
    }
}

void BoxTool::leave()
{
    canvas().repaint();
}

void BoxTool::cancel()
{
    m_start.reset();
    canvas().repaint();
}

QRectF BoxTool::draft() const
{
    QPointF end = m_end;
    if (m_isSquare) {
        const QPointF size = end - *m_start;
        const double edge = std::max(std::abs(size.x()), std::abs(size.y()));
        end = *m_start + QPointF(std::copysign(edge, size.x()), std::copysign(edge, size.y()));
    }
    return QRectF(*m_start, end).normalized() & QRectF(QPointF(0, 0), canvas().pictureSize());
}

void BoxTool::finish()
{
    const QRectF box = draft();
    m_start.reset();
    canvas().repaint();
    if (box.width() * canvas().transform().zoom < kSmallestDraft ||
        box.height() * canvas().transform().zoom < kSmallestDraft)
        return;
    boxDrawn(box);
}

void BoxTool::boxDrawn(const QRectF& box)
{
    canvas().propose({{fresh(Box{box.x(), box.y(), box.width(), box.height()})}, {}, {}}, "add-box", "add");
}

void BoxTool::paint(QPainter& painter, const CanvasTransform& transform) const
{
    if (!m_start)
        return;
    const QRectF box = draft();
    drawDraft(painter, transform, rectangleRing(box), true, canvas().colourOf(canvas().currentClass()));
    drawMeasure(painter, transform.toScreen(box.bottomRight()),
                QStringLiteral("%1 × %2").arg(std::lround(box.width())).arg(std::lround(box.height())));
}

QString BoxTool::hint() const
{
    return m_start
               ? QCoreApplication::translate("tools", "Click the opposite corner. Shift: a square. Esc: not.")
               : QCoreApplication::translate("tools", "Drag a box, or click two opposite corners.");
}

} // namespace trainyard::widgets
