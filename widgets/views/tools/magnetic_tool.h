// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/imaging/selection/live_wire.h"
#include "widgets/views/tools/selection_job.h"
#include "widgets/views/tools/selection_source.h"
#include "widgets/views/tools/tool.h"

namespace trainyard::widgets {

/// Draws a polygon that clings to the edges of the picture between clicks (intelligent scissors). Enter, a
/// double click or the first place closes it; Backspace takes the last stretch back. Alt at a click: a
/// straight stretch.
///
/// The costs around the last place are computed on another thread; until they are here the line is straight.
class MagneticTool : public Tool
{
public:
    using Tool::Tool;

    void press(const CanvasPointer& pointer) override;
    void move(const CanvasPointer& pointer) override;
    void doubleClick(const CanvasPointer& pointer) override;
    bool key(const QKeyEvent& event) override;
    [[nodiscard]] bool wantsKey(const QKeyEvent& event) const override;
    void cancel() override;
    [[nodiscard]] bool isDrafting() const override { return !m_stretches.empty(); }
    void paint(QPainter& painter, const CanvasTransform& transform) const override;
    [[nodiscard]] QCursor cursor() const override { return Qt::CrossCursor; }
    [[nodiscard]] bool hasCrosshair() const override { return true; }
    [[nodiscard]] QString hint() const override;

    [[nodiscard]] bool isReady() const { return m_wire.has_value(); } ///< follows edges from the last place

private:
    struct Wire
    {
        SelectionSource source;
        LiveWire wire;
    };

    [[nodiscard]] Ring vertices() const;
    /// From the last place, which is left out, to another one.
    [[nodiscard]] Ring stretchTo(const QPointF& at) const;
    void add(Ring stretch);
    void lookAround(const Vertex& seed);
    void end();

    std::vector<Ring> m_stretches; ///< the first is the first place alone
    SelectionJob m_job;
    std::optional<Wire> m_wire;
    QPointF m_next; ///< where the mouse is
    bool m_isStraight = false;
};

} // namespace trainyard::widgets
