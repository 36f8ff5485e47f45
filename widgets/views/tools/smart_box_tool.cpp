// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/tools/smart_box_tool.h"

#include "core/imaging/selection/grab_cut.h"
#include "widgets/bridge/text.h"
#include "widgets/views/tools/selection_source.h"
#include "widgets/views/tools/tool_drawing.h"

#include <QCoreApplication>

namespace trainyard::widgets {

namespace {

constexpr int kLongEdge = 1024;       ///< of what is looked at; GrabCut itself works on less
constexpr double kSurroundings = 0.5; ///< of the box's sides, on each side

} // namespace

void SmartBoxTool::press(const CanvasPointer& pointer)
{
    if (m_job.isRunning())
        return tellBusy();
    BoxTool::press(pointer);
}

void SmartBoxTool::boxDrawn(const QRectF& box)
{
    m_box = box;
    const QRectF area = box.adjusted(-kSurroundings * box.width() - 8, -kSurroundings * box.height() - 8,
                                     kSurroundings * box.width() + 8, kSurroundings * box.height() + 8);
    m_job.start(
        [pixels = canvas().picturePixels(), size = canvas().pictureSize(), box,
         area](const Cancellation& cancellation) -> Result<Mask> {
            const SelectionSource source = selectionSource(pixels, size, area, kLongEdge);
            TRAINYARD_TRY(const Bitmap selected,
                          grabCut(source.pixels, source.toPixels(box), {}, cancellation));
            return source.toPicture(selected);
        },
        [this](Result<Mask> mask) {
            canvas().repaint();
            if (!mask)
                canvas().tell(shown(mask.error().message));
            else
                canvas().propose({{fresh(*std::move(mask))}, {}, {}}, "add-mask", "add");
        });
    canvas().repaint();
}

void SmartBoxTool::cancel()
{
    m_job.cancel();
    BoxTool::cancel();
}

void SmartBoxTool::paint(QPainter& painter, const CanvasTransform& transform) const
{
    BoxTool::paint(painter, transform);
    if (!m_job.isRunning())
        return;
    drawDraft(painter, transform, rectangleRing(m_box), true, canvas().colourOf(canvas().currentClass()));
    drawMeasure(painter, transform.toScreen(m_box.topLeft()),
                QCoreApplication::translate("tools", "Looking for the object …"));
}

QString SmartBoxTool::hint() const
{
    if (m_job.isRunning())
        return QCoreApplication::translate("tools", "Esc: not.");
    return BoxTool::isDrafting()
               ? BoxTool::hint()
               : QCoreApplication::translate("tools", "Drag a box around an object: its mask is found.");
}

} // namespace trainyard::widgets
