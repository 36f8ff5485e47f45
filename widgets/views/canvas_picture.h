// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/gray_levels.h"
#include "widgets/bridge/picture_pyramid.h"
#include "widgets/views/canvas_transform.h"

#include <QImage>
#include <QObject>
#include <QSize>
#include <optional>
#include <vector>

class QPainter;

namespace trainyard::widgets {

/// How the picture's values are shown. The picture itself and everything exported stay what they are.
struct PictureAdjustment
{
    int brightness = 0; ///< -100..100, added
    int contrast = 0;   ///< -100..100, around the middle grey
    double gamma = 1;   ///< 0.2..5; above 1 lightens
    std::optional<ValueWindow> window =
        std::nullopt; ///< of pictures with levels of 16 bits; nothing: all values

    bool operator==(const PictureAdjustment&) const = default;
};

/// The lowest layer of the canvas: the picture, and how it comes to the screen.
///
/// Draws from the level of the picture that has about as many pixels as the screen. Knows nothing of shapes.
/// GUI thread.
class CanvasPicture : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    void setPicture(const PicturePyramid& picture);
    /// `pixels` may be a smaller version of the picture; `fullSize` is what coordinates count in. Smaller
    /// levels of a large one are made on another thread; refined() follows.
    void setPicture(const QImage& pixels, const QSize& fullSize);
    /// Of the picture that is set, which then a window can be laid over; setPicture() with others forgets
    /// them.
    void setLevels(const GrayLevels& levels);
    [[nodiscard]] const GrayLevels& levels() const { return m_levels16; }
    [[nodiscard]] bool isNull() const { return m_pixels.isNull(); }
    [[nodiscard]] const QSize& fullSize() const { return m_fullSize; }
    [[nodiscard]] const QImage& pixels() const { return m_pixels; } ///< the largest that is here
    [[nodiscard]] QImage overview() const; ///< a small level, where there is one, through the window
    void setAdjustment(const PictureAdjustment& adjustment);
    [[nodiscard]] const PictureAdjustment& adjustment() const { return m_adjustment; }

    /// What of the picture is in a view of this size, on `background`. Opaque.
    [[nodiscard]] QImage view(const CanvasTransform& transform, const QSize& size, double pixelRatio,
                              const QColor& background) const;

signals:
    void refined(); ///< the same picture can now be drawn better

private:
    [[nodiscard]] bool isWindowed() const { return !m_levels16.isNull() && !m_windowTable.empty(); }

    QImage m_pixels;
    QSize m_fullSize;
    PicturePyramid m_levels; ///< null while they are made
    GrayLevels m_levels16;
    PictureAdjustment m_adjustment;
    std::vector<uchar> m_windowTable; ///< of the adjustment's window; empty: none
    int m_generation = 0;
};

/// The value that each of the 256 becomes.
std::vector<uchar> adjustmentTable(const PictureAdjustment& adjustment);

} // namespace trainyard::widgets
