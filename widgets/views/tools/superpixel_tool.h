// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/imaging/selection/superpixels.h"
#include "widgets/views/tools/mask_draft.h"
#include "widgets/views/tools/selection_job.h"
#include "widgets/views/tools/selection_source.h"

namespace trainyard::widgets {

/// A brush that paints whole superpixels, so that a mask keeps to the edges of the picture; as large as the
/// brush. Shift takes them away.
///
/// The pieces around the mouse are made on another thread when it comes to a new place; the one under it is
/// seen before it is painted.
class SuperpixelTool : public Tool
{
public:
    explicit SuperpixelTool(CanvasPort& canvas) : Tool(canvas), m_draft(canvas) {}

    void press(const CanvasPointer& pointer) override;
    void move(const CanvasPointer& pointer) override;
    void release(const CanvasPointer& pointer) override;
    void leave() override;
    void cancel() override;
    [[nodiscard]] bool isDrafting() const override { return m_draft.isOpen(); }
    [[nodiscard]] bool takesManyGestures() const override { return true; }
    void paint(QPainter& painter, const CanvasTransform& transform) const override;
    [[nodiscard]] QCursor cursor() const override { return Qt::CrossCursor; }
    [[nodiscard]] QString hint() const override;

    /// The pieces for this place are here.
    [[nodiscard]] bool hasPiecesAt(const QPointF& at) const;

private:
    struct Pieces
    {
        SelectionSource source;
        Superpixels superpixels;
        QRectF middle; ///< of the picture: the mouse leaves it for new ones
        double zoom = 0;
        double brushRadius = 0;
        qint64 pictureKey = 0;
    };

    void makePiecesAround(const QPointF& at);
    [[nodiscard]] std::int32_t pieceAt(const QPointF& at) const;
    [[nodiscard]] Mask maskOf(std::int32_t piece) const;
    void paintPiecesAlong(const QPointF& from, const QPointF& to);
    void paintWhatWaits();
    void finish();

    MaskDraft m_draft;
    SelectionJob m_job;
    std::optional<Pieces> m_pieces;
    std::optional<QPointF> m_last;  ///< where the mouse is
    std::vector<QPointF> m_waiting; ///< the way since pieces were here to be painted
    bool m_isReleased = false;      ///< but something of the way still waits
    std::int32_t m_hovered = -1;
    Polygon m_hoveredOutline;
};

} // namespace trainyard::widgets
