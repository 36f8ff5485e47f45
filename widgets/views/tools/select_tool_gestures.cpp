// SPDX-License-Identifier: GPL-3.0-or-later
// What the select tool does to shapes; how it understands mouse and keys stands in select_tool.cpp.
#include "widgets/views/tools/select_tool.h"
#include "widgets/views/tools/tool_drawing.h"

#include <QCoreApplication>
#include <algorithm>
#include <tuple>

namespace trainyard::widgets {

namespace {

/// As far as all of them stay in the picture.
QPointF keptInside(QPointF by, const std::vector<Annotation>& shapes, const QSize& picture)
{
    for (const Annotation& annotation : shapes)
        if (const auto box = boundingBox(annotation.shape)) {
            by.setX(std::clamp(by.x(), std::min(0.0, -box->x),
                               std::max(0.0, picture.width() - box->x - box->width)));
            by.setY(std::clamp(by.y(), std::min(0.0, -box->y),
                               std::max(0.0, picture.height() - box->y - box->height)));
        }
    return by;
}

} // namespace

void SelectTool::dragShapes(const CanvasPointer& pointer)
{
    const QPointF by = keptInside(pointer.at - m_pressed.at, m_before, canvas().pictureSize());
    for (std::size_t i = 0; i < m_before.size(); ++i)
        m_after[i].shape = moved(m_before[i].shape, by.x(), by.y());
    canvas().preview(m_after);
}

void SelectTool::dragHandle(const CanvasPointer& pointer)
{
    const bool isFree = pointer.modifiers.testFlag(Qt::AltModifier);
    const Annotation* held = canvas().shape(m_held->shape);
    const SnapTo snapsTo =
        held != nullptr && hasOwnVertices(held->shape) ? SnapTo::LinesAndShapes : SnapTo::Lines;
    const QPointF place = isFree ? pointer.at : canvas().snapped(pointer.at, snapsTo, canvas().selection());
    const QPointF to =
        m_held->handle.kind == HandleKind::Turn ? pointer.at : insidePicture(place, canvas().pictureSize());
    const QPointF by = to - m_held->handle.at;
    for (std::size_t i = 0; i < m_before.size(); ++i) {
        Result<Shape> shape = m_before[i].shape;
        if (m_vertices.empty()) {
            if (m_before[i].id == m_held->shape)
                shape = withHandleAt(m_before[i].shape, m_held->handle, to,
                                     pointer.modifiers.testFlag(Qt::ShiftModifier));
        } else {
            for (const ChosenVertex& chosen : m_vertices)
                if (chosen.shape == m_before[i].id && shape)
                    if (const auto at = vertexAt(*shape, chosen.vertex))
                        shape =
                            withVertex(*shape, chosen.vertex,
                                       toVertex(insidePicture(toPoint(*at) + by, canvas().pictureSize())));
        }
        if (shape)
            m_after[i].shape = std::move(*shape);
    }
    canvas().preview(m_after);
}

void SelectTool::release(const CanvasPointer& pointer)
{
    if (pointer.button != Qt::LeftButton || m_gesture == Gesture::None)
        return;
    const Gesture gesture = m_gesture;
    m_gesture = Gesture::None;
    m_now = pointer.at;
    m_hot.reset();
    if (gesture == Gesture::Shapes || gesture == Gesture::Vertices) {
        m_gesture = gesture;
        releaseArea(pointer.modifiers.testFlag(Qt::ControlModifier));
        m_gesture = Gesture::None;
    } else if (m_isMoved || m_isInserted) {
        AnnotationChanges changes;
        for (Annotation& after : m_after)
            if (const Annotation* before = canvas().shape(after.id);
                before != nullptr && !(before->shape == after.shape)) {
                changes.changed.push_back(*before); // its class or state may have changed during the gesture
                changes.changed.back().shape = std::move(after.shape);
            }
        if (gesture == Gesture::Move)
            canvas().propose(std::move(changes), "move-shapes", "move");
        else if (m_isInserted)
            canvas().propose(std::move(changes), "add-vertex", "add a vertex to");
        else
            canvas().propose(std::move(changes), "reshape", "reshape");
    } else {
        canvas().clearPreview();
        if (m_clicked)
            canvas().select(withGroup(*m_clicked, pointer.modifiers.testFlag(Qt::AltModifier)));
    }
    m_held.reset();
    canvas().repaint();
}

void SelectTool::releaseArea(bool adds)
{
    const QRectF area = QRectF(m_pressed.at, m_now).normalized();
    if (m_gesture == Gesture::Vertices) {
        for (const Annotation& shape : selected())
            if (hasOwnVertices(shape.shape))
                forEachVertex(shape.shape, [&](const VertexRef& vertex, const Vertex& at) {
                    if (area.contains(toPoint(at)))
                        m_vertices.push_back({shape.id, vertex});
                });
        return;
    }
    std::set<AnnotationId> found = m_isMoved ? canvas().shapesIn(area) : std::set<AnnotationId>();
    if (adds)
        found.insert(canvas().selection().begin(), canvas().selection().end());
    canvas().select(std::move(found));
}

void SelectTool::toggleKeypoint(const HeldHandle& held)
{
    Annotation shape = *canvas().shape(held.shape);
    Keypoint& point =
        std::get<Keypoints>(shape.shape).points[static_cast<std::size_t>(held.handle.vertex.index)];
    point.state = point.state == KeypointState::Visible ? KeypointState::Hidden : KeypointState::Visible;
    canvas().propose({{}, {std::move(shape)}, {}}, "keypoint-state", "hide or show a keypoint of");
}

bool SelectTool::isThere(const ChosenVertex& chosen) const
{
    const Annotation* shape =
        canvas().selection().contains(chosen.shape) ? canvas().shape(chosen.shape) : nullptr;
    return shape != nullptr && hasOwnVertices(shape->shape) &&
           vertexAt(shape->shape, chosen.vertex).has_value();
}

std::vector<SelectTool::ChosenVertex> SelectTool::deletable() const
{
    std::vector<ChosenVertex> found;
    for (const ChosenVertex& chosen : m_vertices)
        if (isThere(chosen))
            found.push_back(chosen);
    if (found.empty() && m_hot && m_hot->handle.kind == HandleKind::Vertex)
        if (const ChosenVertex hot{m_hot->shape, m_hot->handle.vertex}; isThere(hot))
            found.push_back(hot);
    return found;
}

void SelectTool::removeVertices(std::vector<ChosenVertex> vertices)
{
    // From the last to the first, so that the places of those that are still to go stay right.
    std::sort(vertices.begin(), vertices.end(), [](const ChosenVertex& a, const ChosenVertex& b) {
        return std::tuple(a.shape, a.vertex.part, a.vertex.ring, a.vertex.index) >
               std::tuple(b.shape, b.vertex.part, b.vertex.ring, b.vertex.index);
    });
    AnnotationChanges changes;
    for (const ChosenVertex& chosen : vertices) {
        if (changes.changed.empty() || changes.changed.back().id != chosen.shape)
            changes.changed.push_back(*canvas().shape(chosen.shape));
        auto shape = withoutVertex(changes.changed.back().shape, chosen.vertex);
        if (!shape) {
            canvas().tell(QCoreApplication::translate(
                "tools", "Too few vertices would be left: delete the shape instead."));
            return;
        }
        changes.changed.back().shape = std::move(*shape);
    }
    m_vertices.clear();
    m_hot.reset();
    canvas().propose(std::move(changes), "delete-vertex", "delete a vertex of");
}

void SelectTool::nudge(double right, double down)
{
    AnnotationChanges changes;
    changes.changed = selected();
    const QPointF by = keptInside({right, down}, changes.changed, canvas().pictureSize());
    if (by.isNull())
        return;
    for (Annotation& annotation : changes.changed)
        annotation.shape = moved(annotation.shape, by.x(), by.y());
    canvas().propose(std::move(changes), "move-shapes", "move");
}

} // namespace trainyard::widgets
