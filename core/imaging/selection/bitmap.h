// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace trainyard {

/// One byte a pixel for a rectangle of whole pixels of a picture, row by row; 0 is not selected.
struct Bitmap
{
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> bytes; ///< width * height

    [[nodiscard]] bool isEmpty() const { return bytes.empty(); }
    [[nodiscard]] std::uint8_t* row(int line)
    {
        return bytes.data() + static_cast<std::size_t>(line) * static_cast<std::size_t>(width);
    }
    [[nodiscard]] const std::uint8_t* row(int line) const
    {
        return bytes.data() + static_cast<std::size_t>(line) * static_cast<std::size_t>(width);
    }
    bool operator==(const Bitmap&) const = default;
};

} // namespace trainyard
