// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/views/tools/box_tool.h"
#include "widgets/views/tools/selection_job.h"

namespace trainyard::widgets {

/// A box around an object becomes the mask of what stands out in it (GrabCut). The box stays to be seen while
/// the pixels are looked at on another thread.
class SmartBoxTool : public BoxTool
{
public:
    using BoxTool::BoxTool;

    void press(const CanvasPointer& pointer) override;
    void cancel() override;
    [[nodiscard]] bool isDrafting() const override { return m_job.isRunning() || BoxTool::isDrafting(); }
    void paint(QPainter& painter, const CanvasTransform& transform) const override;
    [[nodiscard]] QString hint() const override;

protected:
    void boxDrawn(const QRectF& box) override;

private:
    SelectionJob m_job;
    QRectF m_box; ///< that is being looked at
};

} // namespace trainyard::widgets
