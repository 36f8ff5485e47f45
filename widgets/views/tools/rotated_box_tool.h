// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/views/tools/tool.h"

namespace trainyard::widgets {

/// Draws a rotated box: one side by dragging or with two clicks, then a click for the opposite side.
class RotatedBoxTool : public Tool
{
public:
    using Tool::Tool;

    void press(const CanvasPointer& pointer) override;
    void move(const CanvasPointer& pointer) override;
    void release(const CanvasPointer& pointer) override;
    void cancel() override;
    [[nodiscard]] bool isDrafting() const override { return m_first.has_value(); }
    void paint(QPainter& painter, const CanvasTransform& transform) const override;
    [[nodiscard]] QCursor cursor() const override { return Qt::CrossCursor; }
    [[nodiscard]] bool hasCrosshair() const override { return true; }
    [[nodiscard]] QString hint() const override;

private:
    [[nodiscard]] RotatedBox draft() const;

    std::optional<QPointF> m_first; ///< one end of the first side
    std::optional<QPointF> m_second;
    QPointF m_pressedAt; ///< on the screen
    QPointF m_next;
};

} // namespace trainyard::widgets
