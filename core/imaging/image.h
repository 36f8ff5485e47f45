// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace trainyard {

/// Upright pixels, 8 bits a channel, RGB, row-major without padding.
struct Image
{
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> pixels; ///< width * height * 3

    [[nodiscard]] bool isEmpty() const { return pixels.empty(); }
    [[nodiscard]] const std::uint8_t* row(int y) const
    {
        return pixels.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width) * 3;
    }
    [[nodiscard]] std::uint8_t* row(int y)
    {
        return pixels.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width) * 3;
    }
    bool operator==(const Image&) const = default;
};

/// A rectangle in pixel-edge coordinates of the upright picture: x in [0, width].
struct Box
{
    double x = 0;
    double y = 0;
    double width = 0;
    double height = 0;

    bool operator==(const Box&) const = default;
};

} // namespace trainyard
