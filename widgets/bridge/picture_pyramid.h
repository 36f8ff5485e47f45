// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/imaging/image.h"

#include <QImage>
#include <QSize>
#include <memory>
#include <vector>

namespace trainyard::widgets {

/// One picture at several sizes, each half of the one before, so that any zoom is drawn from little more
/// pixels than the screen has.
///
/// A value that is cheap to copy: the pixels are shared and never changed. Any thread.
class PicturePyramid
{
public:
    PicturePyramid() = default;
    /// `largest` may be a reduced version of the picture, whose upright size is `fullSize`. Takes some 100 ms
    /// for 100 megapixels: not for the GUI thread. Levels of 16 bits (Format_Grayscale16) stay so, everything
    /// else becomes 8-bit RGB.
    PicturePyramid(QImage largest, QSize fullSize);

    [[nodiscard]] bool isNull() const { return m_levels == nullptr; }
    [[nodiscard]] QSize fullSize() const { return m_fullSize; }
    [[nodiscard]] const QImage& largest() const { return m_levels->front(); }
    /// True where no pixel of the picture is missing.
    [[nodiscard]] bool isWhole() const { return !isNull() && largest().size() == m_fullSize; }
    /// The smallest level with a pixel for each one of a screen that shows `zoom` screen pixels for one of
    /// the full picture; the largest where none has as many.
    [[nodiscard]] const QImage& levelFor(double zoom) const;
    [[nodiscard]] qint64 bytes() const;

private:
    std::shared_ptr<const std::vector<QImage>> m_levels;
    QSize m_fullSize;
};

/// The same pixels as a QImage; the image keeps them.
QImage toQImage(Image image);

} // namespace trainyard::widgets
