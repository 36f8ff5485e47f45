// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/tools/mask_draft.h"

#include <QCoreApplication>

namespace trainyard::widgets {

namespace {

/// Of an Edit, as CanvasPort::propose() takes them.
struct Words
{
    const char* verb;
    const char* text;
};

} // namespace

bool MaskDraft::begin(const QPointF& at, BrushMode mode)
{
    m_mode = mode;
    m_firstClass = m_canvas.currentClass();
    m_masks.clear();
    for (const AnnotationId id : m_canvas.selection())
        if (const Annotation* shape = m_canvas.shape(id);
            shape != nullptr && shape->kind() == ShapeKind::Mask)
            m_masks.push_back(*shape);
    if (mode == BrushMode::Add && m_masks.size() != 1) {
        Annotation fresh;
        fresh.shape = Mask();
        m_masks = {std::move(fresh)};
    } else if (mode == BrushMode::Erase && m_masks.empty()) {
        const auto under = m_canvas.shapeAt(at);
        if (const Annotation* shape = under ? m_canvas.shape(*under) : nullptr;
            shape != nullptr && shape->kind() == ShapeKind::Mask)
            m_masks.push_back(*shape);
    }
    m_before = m_masks;
    m_isOpen = !m_masks.empty();
    if (!m_isOpen)
        m_canvas.tell(QCoreApplication::translate(
            "tools", "There is no mask here. Shapes can be made into masks first."));
    return m_isOpen;
}

ClassId MaskDraft::classFor(const Annotation& annotation) const
{
    const bool isChosen = annotation.id == 0 || m_canvas.currentClass() != m_firstClass;
    return isChosen ? m_canvas.currentClass() : annotation.classId;
}

void MaskDraft::apply(const std::function<Mask(const Mask&)>& change)
{
    for (Annotation& annotation : m_masks) {
        annotation.classId = classFor(annotation);
        annotation.shape = change(std::get<Mask>(annotation.shape));
    }
    m_canvas.preview(m_masks);
}

void MaskDraft::apply(const Mask& pixels)
{
    apply([&](const Mask& mask) {
        return m_mode == BrushMode::Add ? unitedMasks(mask, pixels) : subtractedMasks(mask, pixels);
    });
}

void MaskDraft::restart()
{
    m_masks = m_before;
}

void MaskDraft::finish()
{
    AnnotationChanges changes;
    const QSize size = m_canvas.pictureSize();
    for (Annotation& annotation : m_masks) {
        Mask mask = croppedMask(std::get<Mask>(annotation.shape), size.width(), size.height());
        const bool isEmpty = maskArea(mask) == 0;
        annotation.shape = std::move(mask);
        annotation.classId = classFor(annotation);
        const Annotation* before = m_canvas.shape(annotation.id);
        if (isEmpty && before != nullptr)
            changes.deleted.push_back(annotation.id);
        else if (!isEmpty && before == nullptr)
            changes.added.push_back(std::move(annotation));
        else if (!isEmpty && !(before->shape == annotation.shape && before->classId == annotation.classId))
            changes.changed.push_back(std::move(annotation));
    }
    const Words words = !changes.added.empty()     ? Words{"add-mask", "add"}
                        : m_mode == BrushMode::Add ? Words{"paint-mask", "paint"}
                                                   : Words{"erase-mask", "erase from"};
    m_isOpen = false;
    m_masks.clear();
    m_before.clear();
    if (changes.added.empty() && changes.changed.empty() && changes.deleted.empty())
        m_canvas.clearPreview();
    else
        m_canvas.propose(std::move(changes), words.verb, words.text);
}

void MaskDraft::cancel()
{
    m_isOpen = false;
    m_masks.clear();
    m_before.clear();
    m_canvas.clearPreview();
}

} // namespace trainyard::widgets
