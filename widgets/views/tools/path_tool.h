// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/views/tools/tool.h"

namespace trainyard::widgets {

/// What tools share that lay down one vertex per click: Enter or a double click ends the path, Backspace
/// takes the last vertex back, a click on the first one closes it where the tool draws rings.
class PathTool : public Tool
{
public:
    using Tool::Tool;

    void press(const CanvasPointer& pointer) override;
    void move(const CanvasPointer& pointer) override;
    void doubleClick(const CanvasPointer& pointer) override;
    bool key(const QKeyEvent& event) override;
    [[nodiscard]] bool wantsKey(const QKeyEvent& event) const override;
    void cancel() override;
    [[nodiscard]] bool isDrafting() const override { return !m_path.empty(); }
    void paint(QPainter& painter, const CanvasTransform& transform) const override;
    [[nodiscard]] QCursor cursor() const override { return Qt::CrossCursor; }
    [[nodiscard]] bool hasCrosshair() const override { return true; }
    [[nodiscard]] SnapTo snapsTo() const override { return SnapTo::LinesAndShapes; }
    [[nodiscard]] QString hint() const override;

protected:
    [[nodiscard]] virtual bool isClosed() const = 0;
    [[nodiscard]] virtual QColor draftColour() const { return canvas().colourOf(canvas().currentClass()); }
    [[nodiscard]] virtual QString startHint() const = 0;
    /// A path of at least two vertices, three for rings.
    virtual void finish(std::vector<Vertex> path) = 0;
    /// What a tool works on that changes shapes: the selected ones, or where none is selected all that are
    /// neither hidden nor locked.
    [[nodiscard]] std::vector<Annotation> chosenOrAll() const;

private:
    void end();

    std::vector<Vertex> m_path;
    QPointF m_next; ///< where the mouse is
};

} // namespace trainyard::widgets
