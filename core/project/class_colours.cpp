// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/class_colours.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace trainyard {

namespace {

/// Colours that people tell apart, in the order of their use; readable on light and dark grounds.
constexpr std::array<std::uint32_t, 20> kColours = {
    0xE6194B, 0x3CB44B, 0x4363D8, 0xF58231, 0x911EB4, 0x42D4F4, 0xF032E6, 0xBFEF45, 0xFABED4, 0x469990,
    0xDCBEFF, 0x9A6324, 0xFFE119, 0xAA2E25, 0x6FCF97, 0x808000, 0xFFB37A, 0x3D5A98, 0xA9A9F5, 0xC71585,
};

/// Hue in turns, saturation 0.65, value 0.9.
std::uint32_t fromHue(double hue)
{
    const auto channel = [&](double offset) {
        const double k = std::fmod(offset + hue * 6, 6);
        const double value = 0.9 * (1 - 0.65 * std::max(0.0, std::min({k, 4 - k, 1.0})));
        return static_cast<std::uint32_t>(std::lround(value * 255));
    };
    return channel(5) << 16 | channel(3) << 8 | channel(1);
}

} // namespace

std::uint32_t classColour(std::size_t index)
{
    if (index < kColours.size())
        return kColours[index];
    constexpr double kGoldenAngle = 0.381966011250105; // of a turn
    return fromHue(std::fmod(static_cast<double>(index) * kGoldenAngle, 1.0));
}

std::uint32_t freshClassColour(std::span<const ItemClass> classes)
{
    for (std::size_t index = 0;; ++index) {
        const std::uint32_t colour = classColour(index);
        const bool isTaken = std::any_of(classes.begin(), classes.end(),
                                         [&](const ItemClass& known) { return known.colour == colour; });
        if (!isTaken || index > classes.size())
            return colour;
    }
}

} // namespace trainyard
