// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/annotation_edits.h"
#include "widgets/views/canvas_transform.h"

#include <QColor>
#include <QCoreApplication>
#include <QCursor>
#include <QImage>
#include <QPointF>
#include <QString>
#include <QtGlobal>
#include <optional>
#include <set>
#include <span>
#include <vector>

class QKeyEvent;
class QPainter;

namespace trainyard::widgets {

/// What a place near by is drawn to.
enum class SnapTo {
    Lines,         ///< guides and the picture's border: boxes and points, which often lie close together
    LinesAndShapes ///< vertices and edges too: outlines that share a border
};

/// Where the mouse is, as tools see it.
struct CanvasPointer
{
    QPointF at;                            ///< in the picture
    QPointF snapped;                       ///< the same, drawn to what the tool snaps to; with Alt the same
    QPointF screen;                        ///< in the view
    Qt::MouseButton button = Qt::NoButton; ///< that was pressed or released; none for moves
    Qt::MouseButtons buttons;              ///< that are down
    Qt::KeyboardModifiers modifiers;
};

/// What a tool may see of the canvas that it works on, and the one way in which it changes anything.
///
/// The canvas implements it and outlives its tools. All coordinates are full-size pixels of the picture. GUI
/// thread.
class CanvasPort
{
public:
    virtual ~CanvasPort() = default;

    // --- the picture ---
    [[nodiscard]] virtual QSize pictureSize() const = 0; ///< full size
    /// The pixels that are here: the full picture, or a smaller version of it; null where none came yet.
    [[nodiscard]] virtual QImage picturePixels() const = 0;
    [[nodiscard]] virtual CanvasTransform transform() const = 0;

    // --- the shapes ---
    [[nodiscard]] virtual std::span<const Annotation> shapes() const = 0; ///< back to front, with class tags
    [[nodiscard]] virtual const Annotation* shape(AnnotationId id) const = 0; ///< null where there is none
    [[nodiscard]] virtual const std::set<AnnotationId>& selection() const = 0;
    virtual void select(std::set<AnnotationId> ids) = 0; ///< locked and hidden ones are left out
    /// The front shape under a place that is neither hidden nor locked: its border within reach, or its area.
    [[nodiscard]] virtual std::optional<AnnotationId> shapeAt(const QPointF& at) const = 0;
    /// Those that lie wholly in a rectangle, neither hidden nor locked.
    [[nodiscard]] virtual std::set<AnnotationId> shapesIn(const QRectF& area) const = 0;
    /// How far, in picture pixels, a place on the screen reaches for a handle or a vertex.
    [[nodiscard]] virtual double reach() const = 0;
    /// `except`: shapes that nothing snaps to, usually those being dragged.
    [[nodiscard]] virtual QPointF snapped(const QPointF& at, SnapTo to,
                                          const std::set<AnnotationId>& except) const = 0;

    // --- what is drawn with ---
    [[nodiscard]] virtual ClassId currentClass() const = 0; ///< 0: none chosen yet
    [[nodiscard]] virtual const ItemClass* classOf(ClassId id) const = 0;
    [[nodiscard]] virtual QColor colourOf(ClassId id) const = 0;
    [[nodiscard]] virtual double brushRadius() const = 0; ///< picture pixels
    virtual void setBrushRadius(double radius) = 0;

    // --- changing ---
    /// Shows these in place of the shapes with the same ids until the next proposal or clearPreview(). Cheap:
    /// meant for every move of the mouse.
    virtual void preview(std::vector<Annotation> shapes) = 0;
    virtual void clearPreview() = 0;
    /// What the gesture changes, at its end: becomes ONE Edit. `verb` is a stable name ("move-shapes");
    /// `text` starts the history's sentence ("move") and is followed by the shapes' and the picture's names.
    /// Fields of new annotations that the canvas knows better (item, order) are filled in. False where it was
    /// refused; a message says why. New shapes are selected where `selectsNew`.
    virtual bool propose(AnnotationChanges changes, const std::string& verb, const std::string& text,
                         bool selectsNew = true) = 0;
    [[nodiscard]] virtual bool isReadOnly() const = 0; ///< propose() would be refused
    virtual void tell(const QString& sentence) = 0;    ///< a short message to the person
    virtual void repaint() = 0;                        ///< the tool's overlay looks different
};

/// One way of working with the mouse on a picture with shapes: draw a box, move a vertex, paint a mask.
///
/// Made by the tool table for one canvas, which outlives it. Holds the draft of a gesture and nothing else; a
/// finished gesture goes to CanvasPort::propose(). A tool that is put away is cancelled first. GUI thread.
class Tool
{
public:
    explicit Tool(CanvasPort& canvas) : m_canvas(canvas) {}
    virtual ~Tool() = default;
    Tool(const Tool&) = delete;
    Tool& operator=(const Tool&) = delete;

    virtual void press(const CanvasPointer&) {}
    virtual void move(const CanvasPointer&) {} ///< with and without a button
    virtual void release(const CanvasPointer&) {}
    /// Comes in the place of the second of two quick presses, and is one for most tools; a release follows.
    virtual void doubleClick(const CanvasPointer& pointer) { press(pointer); }
    virtual void leave() {} ///< the mouse left the view
    /// Whether presses come where nothing can be changed: it chooses, and minds CanvasPort::isReadOnly()
    /// itself.
    [[nodiscard]] virtual bool isForReading() const { return false; }
    /// True where the tool used the key. Keys for which wantsKey() is false never come.
    virtual bool key(const QKeyEvent&) { return false; }
    /// Keys that go to the tool even though the table of actions has them: Backspace while a polygon is
    /// drawn. Undo while it drafts comes here first, and else cancels.
    [[nodiscard]] virtual bool wantsKey(const QKeyEvent&) const { return false; }
    virtual void cancel() {}                                        ///< forgets the draft
    [[nodiscard]] virtual bool isDrafting() const { return false; } ///< Escape cancels instead of leaving
    /// Whether the draft has a class of its own: a class's key is for it, not for what is selected.
    [[nodiscard]] virtual bool isDrawing() const { return isDrafting(); }
    /// Whether a shape is done only after any number of gestures, as a painted mask is.
    [[nodiscard]] virtual bool takesManyGestures() const { return false; }
    /// Over the shapes, in screen coordinates of the view.
    virtual void paint(QPainter&, const CanvasTransform&) const {}
    [[nodiscard]] virtual QCursor cursor() const { return Qt::ArrowCursor; }
    [[nodiscard]] virtual bool hasCrosshair() const { return false; }
    [[nodiscard]] virtual SnapTo snapsTo() const { return SnapTo::Lines; }
    [[nodiscard]] virtual bool highlightsShapes() const { return false; } ///< the one under the mouse
    [[nodiscard]] virtual QString hint() const = 0; ///< what the next click or key does, one line

protected:
    [[nodiscard]] CanvasPort& canvas() const { return m_canvas; }
    /// A shape of the current class as a new annotation.
    [[nodiscard]] Annotation fresh(Shape shape) const
    {
        Annotation annotation;
        annotation.classId = m_canvas.currentClass();
        annotation.shape = std::move(shape);
        return annotation;
    }
    /// For a press while the work of the one before goes on.
    void tellBusy() const
    {
        m_canvas.tell(
            QCoreApplication::translate("tools", "Not yet: the last one is still being looked for."));
    }

private:
    CanvasPort& m_canvas;
};

} // namespace trainyard::widgets
