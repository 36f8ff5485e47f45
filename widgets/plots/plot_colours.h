// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QPalette>
#include <cstddef>

namespace trainyard::widgets {

/// Eight hues that tell apart in order, also for the colour-blind; each has at least 3:1 against the plot's
/// ground.
inline QColor curveColour(std::size_t index, const QPalette& palette)
{
    static constexpr QRgb kLight[] = {0x1f5fc4, 0xc2500f, 0x15713b, 0x8a3a9c,
                                      0x9a6b00, 0x0b7a7a, 0xb3264f, 0x5b6b7c};
    static constexpr QRgb kDark[] = {0x7db0ff, 0xf59a5f, 0x6fd39a, 0xd59be0,
                                     0xe0bf55, 0x5fc9c9, 0xf58aa6, 0xa9b8c8};
    const bool isDark = palette.color(QPalette::Base).lightness() < 128;
    return QColor::fromRgb(isDark ? kDark[index % std::size(kDark)] : kLight[index % std::size(kLight)]);
}

} // namespace trainyard::widgets
