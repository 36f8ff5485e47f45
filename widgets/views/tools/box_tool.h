// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/views/tools/tool.h"

namespace trainyard::widgets {

/// Draws a box: by dragging, or with two clicks on opposite corners. Shift: a square.
class BoxTool : public Tool
{
public:
    using Tool::Tool;

    void press(const CanvasPointer& pointer) override;
    void move(const CanvasPointer& pointer) override;
    void release(const CanvasPointer& pointer) override;
    void leave() override;
    void cancel() override;
    [[nodiscard]] bool isDrafting() const override { return m_start.has_value(); }
    void paint(QPainter& painter, const CanvasTransform& transform) const override;
    [[nodiscard]] QCursor cursor() const override { return Qt::CrossCursor; }
    [[nodiscard]] bool hasCrosshair() const override { return true; }
    [[nodiscard]] QString hint() const override;

protected:
    /// A box that is large enough to be meant.
    virtual void boxDrawn(const QRectF& box);

private:
    [[nodiscard]] QRectF draft() const;
    void finish();

    std::optional<QPointF> m_start;
    QPointF m_pressedAt; ///< on the screen
    QPointF m_end;
    bool m_isSquare = false;
};

} // namespace trainyard::widgets
