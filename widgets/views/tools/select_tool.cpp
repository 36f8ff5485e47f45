// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/tools/select_tool.h"

#include "widgets/views/tools/tool_drawing.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QLineF>
#include <QPainter>
#include <algorithm>

namespace trainyard::widgets {

namespace {

constexpr std::size_t kMostWithHandles = 40;

QPointF arrow(int key)
{
    switch (key) {
    case Qt::Key_Left:
        return {-1, 0};
    case Qt::Key_Right:
        return {1, 0};
    case Qt::Key_Up:
        return {0, -1};
    case Qt::Key_Down:
        return {0, 1};
    default:
        return {};
    }
}

} // namespace

std::vector<Annotation> SelectTool::selected() const
{
    std::vector<Annotation> shapes;
    for (const AnnotationId id : canvas().selection())
        if (const Annotation* shape = canvas().shape(id))
            shapes.push_back(*shape);
    return shapes;
}

std::optional<SelectTool::HeldHandle> SelectTool::handleAt(const QPointF& at) const
{
    std::optional<HeldHandle> best;
    double nearest = canvas().reach();
    if (canvas().selection().size() > kMostWithHandles)
        return best;
    for (const AnnotationId id : canvas().selection()) {
        const Annotation* shape = canvas().shape(id);
        if (shape == nullptr)
            continue;
        for (const ShapeHandle& handle : handlesOf(shape->shape, canvas().transform().zoom))
            if (const double distance = QLineF(handle.at, at).length();
                distance < nearest || (!best && distance <= nearest)) {
                nearest = distance;
                best = HeldHandle{id, handle};
            }
    }
    return best;
}

std::set<AnnotationId> SelectTool::withGroup(AnnotationId id, bool isAlone) const
{
    std::set<AnnotationId> ids{id};
    const Annotation* shape = canvas().shape(id);
    if (!isAlone && shape != nullptr && shape->group > 0)
        for (const Annotation& other : canvas().shapes())
            if (other.group == shape->group)
                ids.insert(other.id);
    return ids;
}

void SelectTool::begin(Gesture gesture, const CanvasPointer& pointer)
{
    m_gesture = gesture;
    m_pressed = pointer;
    m_now = pointer.at;
    m_isMoved = false;
    m_isInserted = false;
    m_before = selected();
    m_after = m_before;
}

void SelectTool::press(const CanvasPointer& pointer)
{
    take(pointer, true);
}

/// The first of the two presses may have selected the shape: the second is not meant for its line.
void SelectTool::doubleClick(const CanvasPointer& pointer)
{
    take(pointer, false);
}

void SelectTool::take(const CanvasPointer& pointer, bool addsVertices)
{
    if (pointer.button != Qt::LeftButton || isDrafting())
        return;
    m_clicked.reset();
    if (canvas().isReadOnly() || (!pressHandle(pointer) && !(addsVertices && pressLine(pointer))))
        pressShape(pointer);
    canvas().repaint();
}

bool SelectTool::pressHandle(const CanvasPointer& pointer)
{
    const auto held = handleAt(pointer.at);
    if (!held)
        return false;
    const Annotation* shape = canvas().shape(held->shape);
    const ChosenVertex vertex{held->shape, held->handle.vertex};
    const bool isVertex = held->handle.kind == HandleKind::Vertex && hasOwnVertices(shape->shape);
    if (isVertex && pointer.modifiers.testFlag(Qt::AltModifier)) {
        removeVertices({vertex});
    } else if (pointer.modifiers.testFlag(Qt::ControlModifier)) {
        if (!std::holds_alternative<Keypoints>(shape->shape))
            return false; // Ctrl is for the selection of shapes
        toggleKeypoint(*held);
    } else if (isVertex && pointer.modifiers.testFlag(Qt::ShiftModifier)) {
        const auto found = std::find(m_vertices.begin(), m_vertices.end(), vertex);
        if (found == m_vertices.end())
            m_vertices.push_back(vertex);
        else
            m_vertices.erase(found);
    } else {
        begin(Gesture::Handle, pointer);
        m_held = held;
        if (std::find(m_vertices.begin(), m_vertices.end(), vertex) == m_vertices.end())
            m_vertices.clear();
    }
    return true;
}

bool SelectTool::pressLine(const CanvasPointer& pointer)
{
    if (canvas().selection().size() != 1 ||
        (pointer.modifiers & (Qt::ControlModifier | Qt::ShiftModifier)) != 0)
        return false;
    const Annotation* shape = canvas().shape(*canvas().selection().begin());
    if (shape == nullptr || shape->kind() == ShapeKind::Keypoints || !hasOwnVertices(shape->shape))
        return false;
    const auto hit = nearestOnOutline(shape->shape, toVertex(pointer.at));
    if (!hit || hit->distance > canvas().reach())
        return false;
    auto inserted = withInsertedVertex(shape->shape, hit->edge, hit->at);
    if (!inserted)
        return false;
    begin(Gesture::Handle, pointer);
    m_isInserted = true;
    m_before.front().shape = std::move(*inserted);
    m_after = m_before;
    VertexRef vertex = hit->edge;
    ++vertex.index;
    m_held = HeldHandle{shape->id, {HandleKind::Vertex, vertex, toPoint(hit->at)}};
    m_vertices.clear();
    canvas().preview(m_after);
    return true;
}

void SelectTool::pressShape(const CanvasPointer& pointer)
{
    m_vertices.clear();
    const auto hit = canvas().shapeAt(pointer.at);
    const bool adds = pointer.modifiers.testFlag(Qt::ControlModifier);
    if (!hit) {
        const bool isForVertices =
            pointer.modifiers.testFlag(Qt::ShiftModifier) && !canvas().selection().empty();
        begin(isForVertices ? Gesture::Vertices : Gesture::Shapes, pointer);
        return;
    }
    const std::set<AnnotationId> chosen = withGroup(*hit, pointer.modifiers.testFlag(Qt::AltModifier));
    std::set<AnnotationId> selection = canvas().selection();
    const bool isIn = selection.contains(*hit);
    if (adds) {
        for (const AnnotationId id : chosen)
            isIn ? (void)selection.erase(id) : (void)selection.insert(id);
        canvas().select(selection);
        return;
    }
    if (!isIn)
        canvas().select(chosen);
    else
        m_clicked = hit; // one of several: a click without a drag chooses it alone
    if (!canvas().isReadOnly())
        begin(Gesture::Move, pointer);
    else if (isIn)
        canvas().select(chosen);
}

void SelectTool::move(const CanvasPointer& pointer)
{
    if (m_gesture == Gesture::None) {
        const auto hot = handleAt(pointer.at);
        const bool isOther = hot.has_value() != m_hot.has_value() || (hot && !(hot->handle == m_hot->handle));
        m_hot = hot;
        if (isOther)
            canvas().repaint();
        return;
    }
    m_now = pointer.at;
    m_isMoved = m_isMoved || isDrag(m_pressed.screen, pointer.screen);
    if (!m_isMoved)
        return;
    if (m_gesture == Gesture::Move)
        dragShapes(pointer);
    else if (m_gesture == Gesture::Handle)
        dragHandle(pointer);
    else
        canvas().repaint();
}

bool SelectTool::wantsKey(const QKeyEvent& event) const
{
    if (canvas().selection().empty() || canvas().isReadOnly())
        return false;
    if (event.key() == Qt::Key_Delete || event.key() == Qt::Key_Backspace)
        return !deletable().empty();
    return !arrow(event.key()).isNull() && (event.modifiers() & (Qt::ControlModifier | Qt::AltModifier)) == 0;
}

bool SelectTool::key(const QKeyEvent& event)
{
    if (event.key() == Qt::Key_Delete || event.key() == Qt::Key_Backspace) {
        removeVertices(deletable());
        return true;
    }
    const QPointF by = arrow(event.key()) * (event.modifiers().testFlag(Qt::ShiftModifier) ? 10 : 1);
    nudge(by.x(), by.y());
    return true;
}

void SelectTool::leave()
{
    m_hot.reset();
}

void SelectTool::cancel()
{
    m_gesture = Gesture::None;
    m_held.reset();
    m_hot.reset();
    m_vertices.clear();
    canvas().clearPreview();
    canvas().repaint();
}

void SelectTool::paint(QPainter& painter, const CanvasTransform& transform) const
{
    if (m_gesture == Gesture::Shapes || m_gesture == Gesture::Vertices) {
        if (m_isMoved)
            drawDraft(painter, transform, rectangleRing(QRectF(m_pressed.at, m_now).normalized()), true,
                      Qt::white);
    }
    if (canvas().selection().size() > kMostWithHandles || (m_gesture == Gesture::Move && m_isMoved))
        return;
    for (const Annotation& shape : m_gesture == Gesture::Handle ? m_after : selected()) {
        const QColor colour = canvas().colourOf(shape.classId);
        const std::vector<ShapeHandle> handles = handlesOf(shape.shape, transform.zoom);
        for (const ShapeHandle& handle : handles) {
            const bool isHot = (m_hot && m_hot->shape == shape.id && m_hot->handle == handle) ||
                               std::find(m_vertices.begin(), m_vertices.end(),
                                         ChosenVertex{shape.id, handle.vertex}) != m_vertices.end();
            drawHandle(painter, transform.toScreen(handle.at), colour, isHot);
        }
    }
}

QCursor SelectTool::cursor() const
{
    if (m_hot)
        return m_hot->handle.kind == HandleKind::Turn ? Qt::PointingHandCursor : Qt::SizeAllCursor;
    return Qt::ArrowCursor;
}

QString SelectTool::hint() const
{
    if (m_gesture == Gesture::Handle || m_gesture == Gesture::Move)
        return QCoreApplication::translate("tools", "Alt: without snapping. Shift: even steps. Esc: back.");
    if (canvas().selection().empty())
        return QCoreApplication::translate("tools", "Click a shape, or drag around several. Ctrl adds.");
    if (!m_vertices.empty())
        return QCoreApplication::translate("tools", "Drag or delete the chosen vertices together.");
    return QCoreApplication::translate("tools",
                                       "Drag to move, dots to reshape. Click a line: a vertex more, with Alt "
                                       "one less.");
}

} // namespace trainyard::widgets
