// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/mask_ops.h"
#include "widgets/views/tools/tool.h"

namespace trainyard::widgets {

/// Paints a mask with a round brush, or takes pixels away; Shift does the other of the two.
///
/// The brush goes on with the one selected mask and begins another where none is selected. The eraser works
/// on the selected masks, else on the front one under it; a mask without pixels is deleted.
class BrushTool : public Tool
{
public:
    BrushTool(CanvasPort& canvas, BrushMode mode) : Tool(canvas), m_mode(mode) {}

    void press(const CanvasPointer& pointer) override;
    void move(const CanvasPointer& pointer) override;
    void release(const CanvasPointer& pointer) override;
    void leave() override;
    void cancel() override;
    [[nodiscard]] bool isDrafting() const override { return m_isPainting; }
    void paint(QPainter& painter, const CanvasTransform& transform) const override;
    [[nodiscard]] QCursor cursor() const override { return Qt::BlankCursor; }
    [[nodiscard]] QString hint() const override;

private:
    [[nodiscard]] std::vector<Annotation> targets(const QPointF& at) const;

    BrushMode m_mode;
    BrushMode m_strokeMode = BrushMode::Add;
    bool m_isPainting = false;
    std::optional<QPointF> m_last; ///< where the brush is
    std::vector<Annotation> m_masks;
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
