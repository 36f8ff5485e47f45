// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/views/tools/mask_draft.h"
#include "widgets/views/tools/selection_job.h"

namespace trainyard::widgets {

/// The area of one colour as a mask (magic wand): press where the colour is, drag to the right for more and
/// to the left for less of it, release. Ctrl: wherever the colour is seen. Shift takes the area away.
///
/// Looks at 4,096 x 4,096 pixels around the mouse, on another thread; the mask is seen before the release.
class WandTool : public Tool
{
public:
    explicit WandTool(CanvasPort& canvas) : Tool(canvas), m_draft(canvas) {}

    void press(const CanvasPointer& pointer) override;
    void move(const CanvasPointer& pointer) override;
    void release(const CanvasPointer& pointer) override;
    void cancel() override;
    [[nodiscard]] bool isDrafting() const override { return m_draft.isOpen(); }
    [[nodiscard]] bool takesManyGestures() const override { return true; }
    void paint(QPainter& painter, const CanvasTransform& transform) const override;
    [[nodiscard]] QCursor cursor() const override { return Qt::CrossCursor; }
    [[nodiscard]] QString hint() const override;

private:
    void look();
    void finish();

    MaskDraft m_draft;
    SelectionJob m_job;
    QPointF m_seed;
    QPointF m_pressedAt; ///< on the screen
    int m_tolerance = 24;
    int m_startTolerance = 24;
    bool m_isContiguous = true;
    bool m_isReleased = false;
};

} // namespace trainyard::widgets
