// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/tools/brush_tool.h"

#include "widgets/views/tools/tool_drawing.h"

#include <QCoreApplication>
#include <QPainter>
#include <algorithm>

namespace trainyard::widgets {

void BrushTool::press(const CanvasPointer& pointer)
{
    if (pointer.button != Qt::LeftButton)
        return;
    const bool isOther = pointer.modifiers.testFlag(Qt::ShiftModifier);
    const bool adds = (m_mode == BrushMode::Add) != isOther;
    if (!m_draft.begin(pointer.at, adds ? BrushMode::Add : BrushMode::Erase))
        return;
    m_last = pointer.at;
    m_draft.apply([&](const Mask& mask) {
        return withDisc(mask, toVertex(pointer.at), canvas().brushRadius(), m_draft.mode());
    });
}

void BrushTool::move(const CanvasPointer& pointer)
{
    const QPointF from = m_last.value_or(pointer.at);
    m_last = pointer.at;
    if (m_draft.isOpen())
        m_draft.apply([&](const Mask& mask) {
            return withStroke(mask, toVertex(from), toVertex(pointer.at), canvas().brushRadius(),
                              m_draft.mode());
        });
    canvas().repaint();
}

void BrushTool::release(const CanvasPointer& pointer)
{
    if (pointer.button != Qt::LeftButton || !m_draft.isOpen())
        return;
    m_draft.finish();
}

void BrushTool::leave()
{
    if (!m_draft.isOpen())
        m_last.reset();
}

void BrushTool::cancel()
{
    m_draft.cancel();
}

void BrushTool::paint(QPainter& painter, const CanvasTransform& transform) const
{
    if (!m_last)
        return;
    const double radius = canvas().brushRadius() * transform.zoom;
    const QPointF centre = transform.toScreen(*m_last);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(0, 0, 0, 160), 3));
    painter.drawEllipse(centre, radius, radius);
    painter.setPen(
        QPen(m_mode == BrushMode::Add ? canvas().colourOf(canvas().currentClass()) : QColor(Qt::white), 1.5,
             m_mode == BrushMode::Add ? Qt::SolidLine : Qt::DashLine));
    painter.drawEllipse(centre, radius, radius);
    painter.drawPoint(centre);
}

QString BrushTool::hint() const
{
    return m_mode == BrushMode::Add
               ? QCoreApplication::translate("tools",
                                             "Paint; with a mask selected it grows, else another one begins. "
                                             "Shift erases. [ and ]: size.")
               : QCoreApplication::translate(
                     "tools", "Erase from the selected masks, or from the one under the brush. "
                              "Shift paints. [ and ]: size.");
}

} // namespace trainyard::widgets
