// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/views/tools/mask_draft.h"

namespace trainyard::widgets {

/// Paints a mask with a round brush, or takes pixels away; Shift does the other of the two.
class BrushTool : public Tool
{
public:
    BrushTool(CanvasPort& canvas, BrushMode mode) : Tool(canvas), m_mode(mode), m_draft(canvas) {}

    void press(const CanvasPointer& pointer) override;
    void move(const CanvasPointer& pointer) override;
    void release(const CanvasPointer& pointer) override;
    void leave() override;
    void cancel() override;
    [[nodiscard]] bool isDrafting() const override { return m_draft.isOpen(); }
    [[nodiscard]] bool takesManyGestures() const override { return true; }
    void paint(QPainter& painter, const CanvasTransform& transform) const override;
    [[nodiscard]] QCursor cursor() const override { return Qt::BlankCursor; }
    [[nodiscard]] QString hint() const override;

private:
    BrushMode m_mode;
    MaskDraft m_draft;
    std::optional<QPointF> m_last; ///< where the brush is
};

/// The same tool as two rows of the table.
class EraserTool : public BrushTool
{
public:
    explicit EraserTool(CanvasPort& canvas) : BrushTool(canvas, BrushMode::Erase) {}
};
class PaintTool : public BrushTool
{
public:
    explicit PaintTool(CanvasPort& canvas) : BrushTool(canvas, BrushMode::Add) {}
};

} // namespace trainyard::widgets
