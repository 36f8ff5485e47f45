// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/tools/magnetic_tool.h"

#include "core/labels/geometry.h"
#include "widgets/views/tools/tool_drawing.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QLineF>
#include <algorithm>
#include <cmath>

namespace trainyard::widgets {

namespace {

constexpr double kReach = 300;   ///< screen pixels around a place that edges are followed in
constexpr int kLongEdge = 600;   ///< of what is looked at
constexpr double kSmooth = 0.75; ///< pixels of what is looked at that the line may leave its edge by

} // namespace

void MagneticTool::press(const CanvasPointer& pointer)
{
    if (pointer.button != Qt::LeftButton)
        return;
    m_next = insidePicture(pointer.at, canvas().pictureSize());
    m_isStraight = pointer.modifiers.testFlag(Qt::AltModifier);
    if (!isDrafting())
        return add({toVertex(m_next)});
    const Ring all = vertices();
    if (all.size() >= 3 && QLineF(toPoint(all.front()), m_next).length() <= canvas().reach())
        return end();
    if (!(all.back() == toVertex(m_next)))
        add(stretchTo(m_next));
}

void MagneticTool::add(Ring stretch)
{
    const Vertex last = stretch.back();
    m_stretches.push_back(std::move(stretch));
    lookAround(last);
    canvas().repaint();
}

void MagneticTool::lookAround(const Vertex& seed)
{
    m_wire.reset();
    const double reach = kReach / canvas().transform().zoom;
    const QRectF area(seed.x - reach, seed.y - reach, 2 * reach, 2 * reach);
    m_job.start(
        [pixels = canvas().picturePixels(), size = canvas().pictureSize(), area,
         seed](const Cancellation& cancellation) -> Result<Wire> {
            SelectionSource source = selectionSource(pixels, size, area, kLongEdge);
            const QPointF at = source.toPixels(toPoint(seed));
            const PixelPlace place{
                std::clamp(static_cast<int>(at.x()), 0, std::max(0, source.pixels.width - 1)),
                std::clamp(static_cast<int>(at.y()), 0, std::max(0, source.pixels.height - 1))};
            TRAINYARD_TRY(LiveWire wire, LiveWire::from(source.pixels, place, kLongEdge, cancellation));
            source.pixels.pixels.clear(); // the wire has what it needs
            return Wire{std::move(source), std::move(wire)};
        },
        [this](Result<Wire> wire) {
            if (wire)
                m_wire = *std::move(wire);
            canvas().repaint();
        });
}

Ring MagneticTool::stretchTo(const QPointF& at) const
{
    if (!m_wire || m_isStraight || !m_wire->source.area.contains(at))
        return {toVertex(at)};
    const QPointF pixel = m_wire->source.toPixels(at);
    Polyline line{{m_stretches.back().back()}};
    for (const PixelPlace& place :
         m_wire->wire.pathTo({static_cast<int>(pixel.x()), static_cast<int>(pixel.y())}))
        line.vertices.push_back(toVertex(m_wire->source.toPicture(QPointF(place.x + 0.5, place.y + 0.5))));
    line.vertices.back() = toVertex(at); // the mouse and not the middle of its pixel
    const double pixelSize = m_wire->source.area.width() / m_wire->source.pixels.width;
    Ring stretch = std::get<Polyline>(simplified(line, kSmooth * pixelSize)).vertices;
    stretch.erase(stretch.begin());
    return stretch;
}

Ring MagneticTool::vertices() const
{
    Ring all;
    for (const Ring& stretch : m_stretches)
        all.insert(all.end(), stretch.begin(), stretch.end());
    return all;
}

void MagneticTool::move(const CanvasPointer& pointer)
{
    m_next = insidePicture(pointer.at, canvas().pictureSize());
    m_isStraight = pointer.modifiers.testFlag(Qt::AltModifier);
    if (isDrafting())
        canvas().repaint();
}

void MagneticTool::doubleClick(const CanvasPointer& pointer)
{
    if (pointer.button != Qt::LeftButton)
        press(pointer);
    else if (isDrafting()) // else its first press closed the outline
        end();
}

bool MagneticTool::wantsKey(const QKeyEvent& event) const
{
    return isDrafting() && (event.key() == Qt::Key_Return || event.key() == Qt::Key_Enter ||
                            event.key() == Qt::Key_Backspace || event.matches(QKeySequence::Undo));
}

bool MagneticTool::key(const QKeyEvent& event)
{
    if (event.key() == Qt::Key_Return || event.key() == Qt::Key_Enter) {
        end();
        return true;
    }
    m_stretches.pop_back();
    if (isDrafting())
        lookAround(m_stretches.back().back());
    else
        cancel();
    canvas().repaint();
    return true;
}

void MagneticTool::end()
{
    Ring ring = vertices();
    const Ring closing = stretchTo(toPoint(ring.front()));
    ring.insert(ring.end(), closing.begin(), closing.end() - 1); // the first place is there already
    if (ring.size() < 3) {
        canvas().tell(QCoreApplication::translate("tools", "A few more clicks are needed first."));
        return;
    }
    cancel();
    canvas().propose({{fresh(Polygon{{{std::move(ring), {}}}})}, {}, {}}, "add-polygon", "add");
}

void MagneticTool::cancel()
{
    m_job.cancel();
    m_wire.reset();
    m_stretches.clear();
    canvas().repaint();
}

void MagneticTool::paint(QPainter& painter, const CanvasTransform& transform) const
{
    if (!isDrafting())
        return;
    const QColor colour = canvas().colourOf(canvas().currentClass());
    Ring line = vertices();
    const Ring next = stretchTo(m_next);
    line.insert(line.end(), next.begin(), next.end());
    drawDraft(painter, transform, line, false, colour);
    for (std::size_t i = 0; i < m_stretches.size(); ++i) {
        const QPointF place = toPoint(m_stretches[i].back());
        const bool closes =
            i == 0 && m_stretches.size() > 2 && QLineF(place, m_next).length() <= canvas().reach();
        drawHandle(painter, transform.toScreen(place), colour, closes);
    }
}

QString MagneticTool::hint() const
{
    return isDrafting()
               ? QCoreApplication::translate(
                     "tools", "Click along the edge. Enter, a double click or the first place closes; "
                              "Alt: straight; Backspace takes one back; Esc: not.")
               : QCoreApplication::translate("tools", "Click on the edge of an object and follow it.");
}

} // namespace trainyard::widgets
