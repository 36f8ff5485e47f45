// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/tools/wand_tool.h"

#include "core/imaging/selection/magic_wand.h"
#include "widgets/bridge/text.h"
#include "widgets/views/tools/selection_source.h"
#include "widgets/views/tools/tool_drawing.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

namespace trainyard::widgets {

namespace {

constexpr int kLongEdge = 4096;            ///< of what is looked at, around the mouse
constexpr double kTolerancePerPixel = 0.5; ///< of the screen

} // namespace

void WandTool::press(const CanvasPointer& pointer)
{
    if (pointer.button != Qt::LeftButton)
        return;
    if (isDrafting())
        return tellBusy();
    const QRectF picture(QPointF(0, 0), QSizeF(canvas().pictureSize()));
    if (!picture.contains(pointer.at))
        return;
    const bool isErasing = pointer.modifiers.testFlag(Qt::ShiftModifier);
    if (!m_draft.begin(pointer.at, isErasing ? BrushMode::Erase : BrushMode::Add))
        return;
    m_seed = pointer.at;
    m_pressedAt = pointer.screen;
    m_startTolerance = m_tolerance;
    m_isContiguous = !pointer.modifiers.testFlag(Qt::ControlModifier);
    m_isReleased = false;
    look();
}

void WandTool::move(const CanvasPointer& pointer)
{
    if (!isDrafting() || m_isReleased)
        return;
    const double way = (pointer.screen.x() - m_pressedAt.x()) * kTolerancePerPixel;
    const int tolerance = std::clamp(m_startTolerance + static_cast<int>(std::lround(way)), 0, 255);
    if (tolerance == m_tolerance)
        return;
    m_tolerance = tolerance;
    look();
}

void WandTool::look()
{
    const QRectF area(m_seed.x() - kLongEdge / 2, m_seed.y() - kLongEdge / 2, kLongEdge, kLongEdge);
    m_job.start(
        [pixels = canvas().picturePixels(), size = canvas().pictureSize(), area, seed = m_seed,
         options = MagicWandOptions{m_tolerance, m_isContiguous}](
            const Cancellation& cancellation) -> Result<Mask> {
            const SelectionSource source = selectionSource(pixels, size, area, kLongEdge);
            const QPointF at = source.toPixels(seed);
            TRAINYARD_TRY(const Bitmap selected, magicWand(source.pixels, static_cast<int>(at.x()),
                                                           static_cast<int>(at.y()), options, cancellation));
            return source.toPicture(selected);
        },
        [this](const Result<Mask>& mask) {
            if (!mask) {
                canvas().tell(shown(mask.error().message));
                return cancel();
            }
            m_draft.restart();
            m_draft.apply(*mask);
            if (m_isReleased)
                finish();
        });
    canvas().repaint();
}

void WandTool::release(const CanvasPointer& pointer)
{
    if (pointer.button != Qt::LeftButton || !isDrafting())
        return;
    m_isReleased = true;
    if (!m_job.isRunning())
        finish();
}

void WandTool::finish()
{
    m_draft.finish();
    canvas().repaint();
}

void WandTool::cancel()
{
    m_job.cancel();
    m_draft.cancel();
    canvas().repaint();
}

void WandTool::paint(QPainter& painter, const CanvasTransform& transform) const
{
    if (isDrafting())
        drawMeasure(painter, transform.toScreen(m_seed), QStringLiteral("± %1").arg(m_tolerance));
}

QString WandTool::hint() const
{
    return isDrafting()
               ? QCoreApplication::translate("tools", "Drag right for more, left for less. Esc: not.")
               : QCoreApplication::translate("tools", "Press on a colour; drag for more or less of it. "
                                                      "Ctrl: all of it. Shift: take away.");
}

} // namespace trainyard::widgets
