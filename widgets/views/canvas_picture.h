// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/views/canvas_transform.h"

#include <QImage>
#include <QObject>
#include <QSize>
#include <vector>

class QPainter;

namespace trainyard::widgets {

/// How the picture's values are shown. The picture itself and everything exported stay what they are.
struct PictureAdjustment
{
    int brightness = 0; ///< -100..100, added
    int contrast = 0;   ///< -100..100, around the middle grey
    double gamma = 1;   ///< 0.2..5; above 1 lightens

    bool operator==(const PictureAdjustment&) const = default;
};

/// The lowest layer of the canvas: the picture, and how it comes to the screen.
///
/// Keeps the pixels and halves of them, made on another thread for large pictures, so that a picture of any
/// size is drawn from about as many pixels as the screen has. Knows nothing of shapes. GUI thread.
class CanvasPicture : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    /// `pixels` may be a smaller version of the picture; `fullSize` is what coordinates count in.
    void setPicture(const QImage& pixels, const QSize& fullSize);
    [[nodiscard]] bool isNull() const { return m_pixels.isNull(); }
    [[nodiscard]] const QSize& fullSize() const { return m_fullSize; }
    [[nodiscard]] const QImage& pixels() const { return m_pixels; } ///< as given
    void setAdjustment(const PictureAdjustment& adjustment);
    [[nodiscard]] const PictureAdjustment& adjustment() const { return m_adjustment; }

    /// What of the picture is in a view of this size, on `background`. Opaque.
    [[nodiscard]] QImage view(const CanvasTransform& transform, const QSize& size, double pixelRatio,
                              const QColor& background) const;

signals:
    void refined(); ///< the same picture can now be drawn better

private:
    [[nodiscard]] const QImage& level(double zoom) const;

    QImage m_pixels;
    QSize m_fullSize;
    std::vector<QImage> m_levels; ///< RGB32, each half of the one before; empty while they are made
    PictureAdjustment m_adjustment;
    int m_generation = 0;
};

/// Half the size in both directions, each pixel the mean of four.
QImage halved(const QImage& rgb32);
/// The value that each of the 256 becomes.
std::vector<uchar> adjustmentTable(const PictureAdjustment& adjustment);

} // namespace trainyard::widgets
