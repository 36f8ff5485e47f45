// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/views/tools/shape_handles.h"
#include "widgets/views/tools/tool.h"

namespace trainyard::widgets {

/// Chooses shapes, moves them, and edits their vertices.
///
/// Click: the shape there with its group; Alt: without. Ctrl: adds or takes away. Dragging empty ground: all
/// shapes in the rectangle; with Shift the vertices of the selected ones. Dragging a shape moves the
/// selection, a dot its vertex, a side its side. A click on the line of the one selected polygon or line adds
/// a vertex; Alt+click and Delete take one away. Ctrl+click on a keypoint says that it is hidden, or visible.
/// Arrows move by a pixel, with Shift by ten.
class SelectTool : public Tool
{
public:
    using Tool::Tool;

    void press(const CanvasPointer& pointer) override;
    void move(const CanvasPointer& pointer) override;
    void release(const CanvasPointer& pointer) override;
    void doubleClick(const CanvasPointer& pointer) override;
    void leave() override;
    [[nodiscard]] bool isForReading() const override { return true; }
    bool key(const QKeyEvent& event) override;
    [[nodiscard]] bool wantsKey(const QKeyEvent& event) const override;
    void cancel() override;
    [[nodiscard]] bool isDrafting() const override { return m_gesture != Gesture::None; }
    [[nodiscard]] bool isDrawing() const override { return false; }
    void paint(QPainter& painter, const CanvasTransform& transform) const override;
    [[nodiscard]] QCursor cursor() const override;
    [[nodiscard]] bool highlightsShapes() const override { return true; }
    [[nodiscard]] QString hint() const override;

private:
    enum class Gesture { None, Move, Handle, Shapes, Vertices }; ///< the last two are rectangles

    struct ChosenVertex
    {
        AnnotationId shape = 0;
        VertexRef vertex;

        bool operator==(const ChosenVertex&) const = default;
    };
    struct HeldHandle
    {
        AnnotationId shape = 0;
        ShapeHandle handle;
    };

    [[nodiscard]] std::optional<HeldHandle> handleAt(const QPointF& at) const;
    [[nodiscard]] std::vector<Annotation> selected() const; ///< few enough to show handles, else none
    [[nodiscard]] std::set<AnnotationId> withGroup(AnnotationId id, bool isAlone) const;
    void take(const CanvasPointer& pointer, bool addsVertices);
    bool pressHandle(const CanvasPointer& pointer);
    bool pressLine(const CanvasPointer& pointer);
    void pressShape(const CanvasPointer& pointer);
    void dragShapes(const CanvasPointer& pointer);
    void dragHandle(const CanvasPointer& pointer);
    void releaseArea(bool adds);
    void toggleKeypoint(const HeldHandle& held);
    /// What Delete takes away: the chosen vertices, else the one under the mouse, of shapes that are selected
    /// and still have them.
    [[nodiscard]] std::vector<ChosenVertex> deletable() const;
    [[nodiscard]] bool isThere(const ChosenVertex& chosen) const;
    void removeVertices(std::vector<ChosenVertex> vertices);
    void nudge(double right, double down);
    void begin(Gesture gesture, const CanvasPointer& pointer);

    Gesture m_gesture = Gesture::None;
    CanvasPointer m_pressed;
    QPointF m_now;
    bool m_isMoved = false;
    std::optional<HeldHandle> m_held;
    std::optional<HeldHandle> m_hot; ///< under the mouse
    std::optional<AnnotationId> m_clicked;
    std::vector<ChosenVertex> m_vertices; ///< chosen to be moved or deleted together
    std::vector<Annotation> m_before;     ///< the shapes of the gesture, as they were
    std::vector<Annotation> m_after;
    bool m_isInserted = false; ///< m_before has a vertex more than the shape
};

} // namespace trainyard::widgets
