// SPDX-License-Identifier: GPL-3.0-or-later
// Mouse and keys of the canvas: what moves the view stays here, everything else goes to the tool.
#include "widgets/views/annotation_canvas.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

namespace trainyard::widgets {

namespace {

constexpr double kZoomStep = 1.25;
constexpr double kMoveStep = 64;
constexpr double kWindowReach = 200; ///< screen pixels that move a window by its width

std::optional<QPointF> direction(int key)
{
    switch (key) {
    case Qt::Key_Left:
        return QPointF(1, 0);
    case Qt::Key_Right:
        return QPointF(-1, 0);
    case Qt::Key_Up:
        return QPointF(0, 1);
    case Qt::Key_Down:
        return QPointF(0, -1);
    default:
        return std::nullopt;
    }
}

} // namespace

CanvasPointer AnnotationCanvas::pointer(const QMouseEvent& event) const
{
    CanvasPointer pointer;
    pointer.screen = event.position();
    pointer.at = m_transform.toPicture(event.position());
    pointer.modifiers = event.modifiers();
    pointer.button = event.type() == QEvent::MouseMove ? Qt::NoButton : event.button();
    pointer.buttons = event.buttons();
    const bool isFree = pointer.modifiers.testFlag(Qt::AltModifier);
    const QPointF at = isFree ? pointer.at : m_contents->snapped(pointer.at, m_tool->snapsTo(), {});
    const QSize size = m_picture.fullSize();
    pointer.snapped = {std::clamp<double>(at.x(), 0, size.width()),
                       std::clamp<double>(at.y(), 0, size.height())};
    return pointer;
}

namespace {

bool takesAway(const QKeyEvent& event)
{
    return event.modifiers() == Qt::NoModifier &&
           (event.key() == Qt::Key_Delete || event.key() == Qt::Key_Backspace);
}

} // namespace

/// While a tool drafts, undo means the draft and not what was saved before it. So do keys that take away,
/// also held down: the draft may be gone meanwhile, and they must not go on with what is saved.
bool AnnotationCanvas::isOfDraft(const QKeyEvent& event) const
{
    if (takesAway(event))
        return m_tool->isDrafting() || event.isAutoRepeat();
    return m_tool->isDrafting() && (event.matches(QKeySequence::Undo) || event.matches(QKeySequence::Redo));
}

bool AnnotationCanvas::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride && canWork()) {
        const auto& key = static_cast<QKeyEvent&>(*event);
        if (m_tool->wantsKey(key) || isOfDraft(key) || key.key() == Qt::Key_Space ||
            (key.modifiers() == Qt::ControlModifier && direction(key.key()))) {
            event->accept();
            return true;
        }
    }
    return QWidget::event(event);
}

void AnnotationCanvas::keyPressEvent(QKeyEvent* event)
{
    if (canWork() && m_tool->wantsKey(*event) && m_tool->key(*event)) {
        updateHint();
        gestureEnded();
        return;
    }
    if (canWork() && isOfDraft(*event)) {
        const bool isCancelled =
            takesAway(*event) ? !event->isAutoRepeat() : event->matches(QKeySequence::Undo);
        if (isCancelled)
            m_tool->cancel();
        updateHint();
        gestureEnded();
    } else if (event->key() == Qt::Key_Space) {
        m_isSpaceDown = true;
        updateCursor();
    } else if (event->key() == Qt::Key_Escape) {
        if (m_tool->isDrafting())
            m_tool->cancel();
        else
            m_contents->select({});
        updateHint();
        gestureEnded();
    } else if (const auto way = direction(event->key())) {
        setTransform({m_transform.zoom, m_transform.origin + *way * kMoveStep}, false);
    } else {
        event->ignore();
    }
}

void AnnotationCanvas::keyReleaseEvent(QKeyEvent* event)
{
    if (event->key() != Qt::Key_Space)
        return event->ignore();
    if (event->isAutoRepeat())
        return;
    m_isSpaceDown = false;
    updateCursor();
}

/// Right widens and up brightens, both in shares of the window's width, so that a narrow one moves finely.
void AnnotationCanvas::dragWindow(const QPointF& by)
{
    const ValueWindow& from = m_windowGrab->second;
    const double width = from.high - from.low;
    const double wanted = std::clamp(width * std::exp(by.x() / kWindowReach), 1.0, 65535.0);
    const double middle =
        std::clamp((from.low + from.high) / 2.0 + by.y() / kWindowReach * width, 0.0, 65535.0);
    CanvasDisplay display = m_display;
    ValueWindow window;
    window.low = static_cast<int>(std::clamp(std::lround(middle - wanted / 2), 0L, 65534L));
    window.high =
        static_cast<int>(std::clamp<long>(std::lround(middle + wanted / 2), window.low + 1L, 65535L));
    display.adjustment.window = window;
    setDisplay(display);
}

/// A double click comes in the place of a second press.
void AnnotationCanvas::pressed(const QMouseEvent& event, bool isSecond)
{
    if (event.button() == Qt::MiddleButton && event.modifiers() == Qt::ShiftModifier &&
        !m_picture.levels().isNull()) {
        m_windowGrab = {event.position(), m_display.adjustment.window.value_or(ValueWindow())};
        m_grabButton = event.button();
    } else if (event.button() == Qt::MiddleButton || (m_isSpaceDown && event.button() == Qt::LeftButton)) {
        m_grabbed = m_transform.origin - event.position();
        m_grabButton = event.button();
        updateCursor();
    } else if (canWork()) {
        if (m_contents->isReadOnly() && !m_tool->isForReading())
            return m_contents->tell(tr("Open for reading only: nothing can be drawn."));
        m_isDown = true;
        m_cursor = m_transform.toPicture(event.position());
        isSecond ? m_tool->doubleClick(pointer(event)) : m_tool->press(pointer(event));
        updateHint();
    }
}

void AnnotationCanvas::mousePressEvent(QMouseEvent* event)
{
    pressed(*event, false);
}

void AnnotationCanvas::mouseMoveEvent(QMouseEvent* event)
{
    m_cursor = m_transform.toPicture(event->position());
    if (m_windowGrab)
        return dragWindow(event->position() - m_windowGrab->first);
    if (m_grabbed) {
        setTransform({m_transform.zoom, *m_grabbed + event->position()}, false);
        return;
    }
    if (!canWork())
        return;
    m_tool->move(pointer(*event));
    if (event->buttons() == Qt::NoButton) {
        const auto hovered = m_tool->highlightsShapes() ? m_contents->anyShapeAt(*m_cursor) : std::nullopt;
        if (hovered != m_hovered) {
            m_hovered = hovered;
            update();
        }
        updateCursor();
    }
    if (m_tool->hasCrosshair())
        update();
}

void AnnotationCanvas::mouseReleaseEvent(QMouseEvent* event)
{
    if ((m_windowGrab || m_grabbed) && event->button() == m_grabButton) {
        m_windowGrab.reset();
        m_grabbed.reset();
        updateCursor();
        return;
    }
    if (canWork()) {
        m_tool->release(pointer(*event));
        updateHint();
    }
    m_isDown = event->buttons() != Qt::NoButton;
    gestureEnded();
}

void AnnotationCanvas::mouseDoubleClickEvent(QMouseEvent* event)
{
    pressed(*event, true);
}

void AnnotationCanvas::wheelEvent(QWheelEvent* event)
{
    const double turns = event->angleDelta().y() / 120.0;
    setTransform(zoomedAround(m_transform, m_transform.zoom * std::pow(kZoomStep, turns), event->position()),
                 false);
    m_cursor = m_transform.toPicture(event->position());
    event->accept();
}

void AnnotationCanvas::leaveEvent(QEvent*)
{
    m_cursor.reset();
    m_hovered.reset();
    m_tool->leave();
    gestureEnded();
    update();
}

void AnnotationCanvas::focusOutEvent(QFocusEvent* event)
{
    m_isSpaceDown = false;
    m_grabbed.reset();
    m_windowGrab.reset();
    updateCursor();
    QWidget::focusOutEvent(event);
}

} // namespace trainyard::widgets
