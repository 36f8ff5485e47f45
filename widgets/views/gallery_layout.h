// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPoint>
#include <QRect>
#include <algorithm>
#include <cstdint>

namespace trainyard::widgets {

/// Where the cells of a grid lie: nothing is stored for a cell, so a million cost what ten do. Positions are
/// in the coordinates of the whole content, with its top at 0.
struct GalleryLayout
{
    std::int64_t count = 0;
    int viewWidth = 0;
    int cellWidth = 1;
    int cellHeight = 1;
    int margin = 8;

    [[nodiscard]] std::int64_t columns() const
    {
        return std::max(1, (viewWidth - 2 * margin) / std::max(1, cellWidth));
    }
    [[nodiscard]] std::int64_t rows() const { return (count + columns() - 1) / columns(); }
    [[nodiscard]] std::int64_t height() const { return count == 0 ? 0 : rows() * cellHeight + 2 * margin; }
    /// What is left over is given to the gaps, so that the grid fills the width.
    [[nodiscard]] double columnStep() const
    {
        return count < columns()
                   ? cellWidth
                   : static_cast<double>(viewWidth - 2 * margin) / static_cast<double>(columns());
    }
    [[nodiscard]] int cellX(std::int64_t index) const
    {
        const double step = columnStep();
        const double slack = std::max(0.0, (step - cellWidth) / 2);
        return margin + static_cast<int>(static_cast<double>(index % columns()) * step + slack);
    }
    [[nodiscard]] std::int64_t cellY(std::int64_t index) const
    {
        return margin + index / columns() * cellHeight;
    }

    /// The cell at a place of the content; -1 beside every cell.
    [[nodiscard]] std::int64_t indexAt(int x, std::int64_t y) const
    {
        if (x < margin || y < margin)
            return -1;
        const std::int64_t row = (y - margin) / cellHeight;
        // Positions are rounded to pixels, so the cell may begin a pixel before its share of the width does.
        const auto after = static_cast<std::int64_t>((x - margin + 1) / columnStep());
        for (std::int64_t column = std::min(after, columns() - 1);
             column >= std::max<std::int64_t>(0, after - 1); --column) {
            const std::int64_t index = row * columns() + column;
            if (index < count && x >= cellX(index) && x < cellX(index) + cellWidth)
                return index;
        }
        return -1;
    }
    /// First and one past the last cell that a part of the content touches.
    [[nodiscard]] std::pair<std::int64_t, std::int64_t> range(std::int64_t top, std::int64_t bottom) const
    {
        const std::int64_t first = std::max<std::int64_t>(0, (top - margin) / cellHeight) * columns();
        const std::int64_t last = (std::max<std::int64_t>(0, bottom - margin) / cellHeight + 1) * columns();
        return {std::min(first, count), std::min(last, count)};
    }
};

} // namespace trainyard::widgets
