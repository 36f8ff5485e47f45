// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/imaging/image.h"
#include "widgets/bridge/picture_pyramid.h"

#include <QImage>
#include <vector>

namespace trainyard::widgets {

/// Which of a 16-bit picture's values a screen shows: `low` and less is black, `high` and more is white.
struct ValueWindow
{
    int low = 0;
    int high = 65535;

    bool operator==(const ValueWindow&) const = default;
};

/// The gray levels of a 16-bit picture as its file has them, at several sizes.
///
/// A value that is cheap to copy: the levels are shared and never changed. Any thread.
class GrayLevels
{
public:
    GrayLevels() = default;
    /// `levels`: of Format_Grayscale16 at full size. Not for the GUI thread.
    explicit GrayLevels(QImage levels);

    [[nodiscard]] bool isNull() const { return m_pyramid.isNull(); }
    [[nodiscard]] const PicturePyramid& pyramid() const { return m_pyramid; }
    /// From the value below which half a percent of the pixels lie to that above which half a percent do, so
    /// that a few stray pixels do not take the range.
    [[nodiscard]] const ValueWindow& automatic() const { return m_automatic; }

private:
    PicturePyramid m_pyramid;
    ValueWindow m_automatic;
};

/// A picture that was decoded as numbers (DecodeRequest::wantsIndices) of 16 bits.
QImage levelsFrom(const Image& numbers);

/// What each of the 65,536 values becomes on a screen of 256.
std::vector<uchar> windowTable(const ValueWindow& window);
/// These levels through the table, for drawing.
QImage windowed(const QImage& levels, const std::vector<uchar>& table);

} // namespace trainyard::widgets
