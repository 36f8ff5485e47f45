// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/tools/brush_tool.h"

#include "widgets/views/tools/tool_drawing.h"

#include <QCoreApplication>
#include <QPainter>
#include <algorithm>

namespace trainyard::widgets {

std::vector<Annotation> BrushTool::targets(const QPointF& at) const
{
    std::vector<Annotation> masks;
    for (const AnnotationId id : canvas().selection())
        if (const Annotation* shape = canvas().shape(id);
            shape != nullptr && shape->kind() == ShapeKind::Mask)
            masks.push_back(*shape);
    if (m_strokeMode == BrushMode::Add) {
        if (masks.size() != 1)
            masks = {fresh(Mask())};
        return masks;
    }
    const auto under = canvas().shapeAt(at);
    if (masks.empty() && under)
        if (const Annotation* shape = canvas().shape(*under); shape->kind() == ShapeKind::Mask)
            masks.push_back(*shape);
    return masks;
}

void BrushTool::press(const CanvasPointer& pointer)
{
    if (pointer.button != Qt::LeftButton)
        return;
    const bool isOther = pointer.modifiers.testFlag(Qt::ShiftModifier);
    m_strokeMode = (m_mode == BrushMode::Add) != isOther ? BrushMode::Add : BrushMode::Erase;
    m_masks = targets(pointer.at);
    if (m_masks.empty()) {
        canvas().tell(QCoreApplication::translate(
            "tools", "There is no mask here. Shapes can be made into masks first."));
        return;
    }
    m_isPainting = true;
    m_last = pointer.at;
    for (Annotation& annotation : m_masks)
        annotation.shape = withDisc(std::get<Mask>(annotation.shape), toVertex(pointer.at),
                                    canvas().brushRadius(), m_strokeMode);
    canvas().preview(m_masks);
}

void BrushTool::move(const CanvasPointer& pointer)
{
    const QPointF from = m_last.value_or(pointer.at);
    m_last = pointer.at;
    if (m_isPainting) {
        for (Annotation& annotation : m_masks)
            annotation.shape = withStroke(std::get<Mask>(annotation.shape), toVertex(from),
                                          toVertex(pointer.at), canvas().brushRadius(), m_strokeMode);
        canvas().preview(m_masks);
    }
    canvas().repaint();
}

void BrushTool::release(const CanvasPointer& pointer)
{
    if (pointer.button != Qt::LeftButton || !m_isPainting)
        return;
    m_isPainting = false;
    AnnotationChanges changes;
    const QSize size = canvas().pictureSize();
    for (Annotation& annotation : m_masks) {
        Mask mask = croppedMask(std::get<Mask>(annotation.shape), size.width(), size.height());
        const bool isEmpty = maskArea(mask) == 0;
        annotation.shape = std::move(mask);
        const Annotation* before = canvas().shape(annotation.id);
        if (isEmpty && before != nullptr)
            changes.deleted.push_back(annotation.id);
        else if (!isEmpty && before == nullptr)
            changes.added.push_back(std::move(annotation));
        else if (!isEmpty && !(before->shape == annotation.shape))
            changes.changed.push_back(std::move(annotation));
    }
    m_masks.clear();
    if (changes.added.empty() && changes.changed.empty() && changes.deleted.empty())
        canvas().clearPreview();
    else if (m_strokeMode == BrushMode::Add)
        canvas().propose(std::move(changes), "paint-mask", "paint");
    else
        canvas().propose(std::move(changes), "erase-mask", "erase from");
}

void BrushTool::leave()
{
    if (!m_isPainting)
        m_last.reset();
}

void BrushTool::cancel()
{
    m_isPainting = false;
    m_masks.clear();
    canvas().clearPreview();
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
