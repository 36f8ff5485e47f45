// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/imaging/image.h"
#include "core/imaging/selection/bitmap.h"
#include "core/labels/shape.h"

#include <QImage>
#include <QPointF>
#include <QRectF>
#include <QSize>

namespace trainyard::widgets {

/// A part of a picture as the selections of core/imaging take it, and the way between its pixels and the
/// full-size ones. A value; may be made on any thread.
struct SelectionSource
{
    Image pixels;
    QRectF area; ///< that they show, in full-size pixels
    QSize picture;

    [[nodiscard]] QPointF toPixels(const QPointF& inPicture) const;
    [[nodiscard]] Box toPixels(const QRectF& inPicture) const;
    [[nodiscard]] QPointF toPicture(const QPointF& inPixels) const;
    /// What is selected, in full-size pixels; a pixel that stands for several selects all of them.
    [[nodiscard]] Mask toPicture(const Bitmap& selected) const;
};

/// What of `area` the version at hand of a picture has, with at most `longEdge` pixels on its long side.
/// Without pixels where the area lies outside or nothing is here yet.
SelectionSource selectionSource(const QImage& atHand, const QSize& picture, const QRectF& area, int longEdge);

} // namespace trainyard::widgets
