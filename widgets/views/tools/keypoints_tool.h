// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/views/tools/tool.h"

namespace trainyard::widgets {

/// Sets the keypoints of the class's skeleton one after the other. Shift+click: hidden by something; right
/// click: not there at all; Backspace and undo: one back; Enter: the rest is not there.
class KeypointsTool : public Tool
{
public:
    using Tool::Tool;

    void press(const CanvasPointer& pointer) override;
    void move(const CanvasPointer& pointer) override;
    bool key(const QKeyEvent& event) override;
    [[nodiscard]] bool wantsKey(const QKeyEvent& event) const override;
    void cancel() override;
    [[nodiscard]] bool isDrafting() const override { return !m_points.empty(); }
    void paint(QPainter& painter, const CanvasTransform& transform) const override;
    [[nodiscard]] QCursor cursor() const override { return Qt::CrossCursor; }
    [[nodiscard]] bool hasCrosshair() const override { return true; }
    [[nodiscard]] QString hint() const override;

private:
    /// What is drawn with; while points are set, the class that they were begun with, or one of the same
    /// keypoints that was chosen since.
    [[nodiscard]] ClassId drawnClass() const;
    [[nodiscard]] const Skeleton& skeleton() const;
    void add(Keypoint point);
    void finish();

    std::vector<Keypoint> m_points;
    ClassId m_class = 0; ///< of the first one
    QPointF m_next;
};

} // namespace trainyard::widgets
