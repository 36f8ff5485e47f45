// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/tools/superpixel_tool.h"

#include "widgets/bridge/text.h"
#include "widgets/views/tools/tool_drawing.h"

#include <QCoreApplication>
#include <QLineF>
#include <algorithm>
#include <array>
#include <cmath>

namespace trainyard::widgets {

namespace {

constexpr double kReach = 220; ///< screen pixels around the mouse that pieces are made for
constexpr int kLongEdge = 440;
constexpr int kSmallestCell = 4;
constexpr int kLargestCell = kLongEdge / 4;

} // namespace

bool SuperpixelTool::hasPiecesAt(const QPointF& at) const
{
    return m_pieces && m_pieces->middle.contains(at) && m_pieces->zoom == canvas().transform().zoom &&
           m_pieces->brushRadius == canvas().brushRadius() &&
           m_pieces->pictureKey == canvas().picturePixels().cacheKey();
}

void SuperpixelTool::makePiecesAround(const QPointF& at)
{
    if (hasPiecesAt(at) || m_job.isRunning())
        return;
    const double reach = kReach / canvas().transform().zoom;
    const QRectF area(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach);
    Pieces wanted;
    wanted.middle = area.adjusted(reach / 3, reach / 3, -reach / 3, -reach / 3);
    wanted.zoom = canvas().transform().zoom;
    wanted.brushRadius = canvas().brushRadius();
    wanted.pictureKey = canvas().picturePixels().cacheKey();
    m_job.start(
        [wanted, pixels = canvas().picturePixels(), size = canvas().pictureSize(),
         area](const Cancellation& cancellation) mutable -> Result<Pieces> {
            wanted.source = selectionSource(pixels, size, area, kLongEdge);
            const Image& image = wanted.source.pixels;
            const double cell =
                2 * wanted.brushRadius * image.width / std::max(1.0, wanted.source.area.width());
            SuperpixelOptions options;
            options.cellSize = std::clamp(static_cast<int>(std::lround(cell)), kSmallestCell, kLargestCell);
            TRAINYARD_TRY(wanted.superpixels, superpixels(image,
                                                          {0, 0, static_cast<double>(image.width),
                                                           static_cast<double>(image.height)},
                                                          options, cancellation));
            return std::move(wanted);
        },
        [this](Result<Pieces> pieces) {
            if (!pieces) { // the mouse is beside the picture
                m_waiting.clear();
                if (m_isReleased)
                    finish();
                return;
            }
            m_pieces = *std::move(pieces);
            m_hovered = -1;
            if (m_draft.isOpen())
                paintWhatWaits();
            else if (m_last)
                move({*m_last, *m_last, {}, Qt::NoButton, {}, {}});
        });
}

/// The way that the mouse went while pieces were made; the rest of it may need others.
void SuperpixelTool::paintWhatWaits()
{
    const std::vector<QPointF> way = std::move(m_waiting);
    m_waiting.clear();
    for (std::size_t i = 0; i < way.size(); ++i)
        paintPiecesAlong(way[i == 0 ? 0 : i - 1], way[i]);
    if (m_isReleased)
        finish();
    else if (m_last && !hasPiecesAt(*m_last))
        makePiecesAround(*m_last);
}

std::int32_t SuperpixelTool::pieceAt(const QPointF& at) const
{
    if (!m_pieces)
        return -1;
    const QPointF pixel = m_pieces->source.toPixels(at);
    return m_pieces->superpixels.at(static_cast<int>(std::floor(pixel.x())),
                                    static_cast<int>(std::floor(pixel.y())));
}

Mask SuperpixelTool::maskOf(std::int32_t piece) const
{
    return m_pieces->source.toPicture(selectedPieces(m_pieces->superpixels, std::array{piece}));
}

void SuperpixelTool::press(const CanvasPointer& pointer)
{
    if (pointer.button != Qt::LeftButton)
        return;
    if (isDrafting())
        return tellBusy();
    const bool isErasing = pointer.modifiers.testFlag(Qt::ShiftModifier);
    if (!m_draft.begin(pointer.at, isErasing ? BrushMode::Erase : BrushMode::Add))
        return;
    m_isReleased = false;
    m_waiting = {pointer.at};
    m_last = pointer.at;
    makePiecesAround(pointer.at);
    if (hasPiecesAt(pointer.at))
        paintWhatWaits();
}

/// Every piece between two places, looked for at each pixel of the way.
void SuperpixelTool::paintPiecesAlong(const QPointF& from, const QPointF& to)
{
    const QPointF start = m_pieces->source.toPixels(from);
    const QPointF end = m_pieces->source.toPixels(to);
    const int steps = std::max(1, static_cast<int>(std::ceil(QLineF(start, end).length())));
    Mask all;
    std::int32_t before = -1;
    for (int step = 0; step <= steps; ++step) {
        const std::int32_t piece = pieceAt(from + (to - from) * step / steps);
        if (piece >= 0 && piece != before)
            all = unitedMasks(all, maskOf(piece));
        before = piece;
    }
    m_draft.apply(all);
}

void SuperpixelTool::move(const CanvasPointer& pointer)
{
    const QPointF from = m_last.value_or(pointer.at);
    m_last = pointer.at;
    if (m_isReleased)
        return;
    makePiecesAround(pointer.at);
    if (m_draft.isOpen()) {
        if (m_waiting.empty())
            m_waiting.push_back(from);
        m_waiting.push_back(pointer.at);
        if (hasPiecesAt(pointer.at))
            paintWhatWaits();
        return;
    }
    const std::int32_t piece = hasPiecesAt(pointer.at) ? pieceAt(pointer.at) : -1;
    if (piece == m_hovered)
        return;
    m_hovered = piece;
    m_hoveredOutline = piece >= 0 ? polygonFromMask(maskOf(piece)) : Polygon();
    canvas().repaint();
}

void SuperpixelTool::release(const CanvasPointer& pointer)
{
    if (pointer.button != Qt::LeftButton || !isDrafting())
        return;
    m_isReleased = true;
    if (m_waiting.empty() || !m_job.isRunning())
        finish();
}

void SuperpixelTool::finish()
{
    m_isReleased = false;
    m_waiting.clear();
    m_draft.finish();
}

void SuperpixelTool::leave()
{
    if (isDrafting())
        return;
    m_last.reset();
    m_hovered = -1;
    m_hoveredOutline = {};
}

void SuperpixelTool::cancel()
{
    m_job.cancel();
    m_pieces.reset(); // another picture may come
    m_waiting.clear();
    m_isReleased = false;
    m_hovered = -1;
    m_hoveredOutline = {};
    m_draft.cancel();
    canvas().repaint();
}

void SuperpixelTool::paint(QPainter& painter, const CanvasTransform& transform) const
{
    if (isDrafting())
        return;
    for (const PolygonPart& part : m_hoveredOutline.parts)
        drawDraft(painter, transform, part.outline, true, canvas().colourOf(canvas().currentClass()));
    if (m_last && m_job.isRunning() && !m_pieces)
        drawMeasure(painter, transform.toScreen(*m_last),
                    QCoreApplication::translate("tools", "Looking for edges …"));
}

QString SuperpixelTool::hint() const
{
    return QCoreApplication::translate("tools",
                                       "Paint pieces that keep to edges; with a mask selected it grows. "
                                       "Shift erases. [ and ]: size.");
}

} // namespace trainyard::widgets
