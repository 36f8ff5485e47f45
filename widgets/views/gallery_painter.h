// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/views/gallery_view.h"

#include <QFontMetrics>
#include <QImage>
#include <QPalette>

class QPainter;

namespace trainyard::widgets {

/// Draws one cell of the gallery: picture or placeholder, file name, class, split, what is wrong.
class GalleryPainter
{
public:
    struct State
    {
        bool isSelected = false;
        bool isCurrent = false; ///< with a focus ring
        bool isHovered = false;
        bool isMissing = false; ///< there is no thumbnail
    };

    GalleryPainter(const QFont& font, const QPalette& palette, int pictureEdge);

    [[nodiscard]] QSize cellSize() const;
    void paint(QPainter& painter, const QRect& cell, const GalleryCell& content, const QImage* picture,
               const State& state) const;

private:
    void paintPicture(QPainter& painter, const QRect& area, const GalleryCell& content, const QImage* picture,
                      const State& state) const;
    void paintMark(QPainter& painter, const QRectF& area, const GalleryCell& content) const;
    void paintPill(QPainter& painter, const QPoint& topLeft, const QString& text, int widest) const;
    void paintLines(QPainter& painter, const QRect& area, const GalleryCell& content,
                    const State& state) const;

    QFont m_font;
    QFontMetrics m_metrics;
    QFont m_smallFont;
    QFontMetrics m_smallMetrics;
    QPalette m_palette;
    int m_edge;
};

} // namespace trainyard::widgets
