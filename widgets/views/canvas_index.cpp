// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/canvas_index.h"

#include <algorithm>
#include <cmath>

namespace trainyard::widgets {

namespace {

constexpr int kMostCells = 64;

bool touches(const QRectF& a, const QRectF& b)
{
    return a.left() <= b.right() && b.left() <= a.right() && a.top() <= b.bottom() && b.top() <= a.bottom();
}

} // namespace

CanvasIndex::CanvasIndex(std::span<const QRectF> bounds) : m_bounds(bounds.begin(), bounds.end())
{
    double left = 0;
    double top = 0;
    double right = 0;
    double bottom = 0;
    std::size_t count = 0;
    for (const QRectF& box : m_bounds) {
        if (box.isNull())
            continue;
        left = count == 0 ? box.left() : std::min(left, box.left());
        top = count == 0 ? box.top() : std::min(top, box.top());
        right = count == 0 ? box.right() : std::max(right, box.right());
        bottom = count == 0 ? box.bottom() : std::max(bottom, box.bottom());
        ++count;
    }
    if (count == 0)
        return;
    m_area = QRectF(QPointF(left, top), QPointF(right, bottom));
    const double area = std::max(1.0, m_area.width()) * std::max(1.0, m_area.height());
    m_cell = std::max(1.0, std::sqrt(area / static_cast<double>(count)));
    m_columns = std::clamp(static_cast<int>(std::ceil(m_area.width() / m_cell)), 1, 2048);
    m_rows = std::clamp(static_cast<int>(std::ceil(m_area.height() / m_cell)), 1, 2048);
    m_cell = std::max({m_cell, m_area.width() / m_columns, m_area.height() / m_rows});

    m_starts.assign(static_cast<std::size_t>(m_columns) * static_cast<std::size_t>(m_rows) + 1, 0);
    const auto forCells = [this](const QRectF& box, auto take) {
        const Cells cells = cellsOf(box);
        for (int y = cells.top; y <= cells.bottom; ++y)
            for (int x = cells.left; x <= cells.right; ++x)
                take(static_cast<std::size_t>(y) * static_cast<std::size_t>(m_columns) +
                     static_cast<std::size_t>(x));
    };
    const auto isLarge = [this](const QRectF& box) {
        const Cells cells = cellsOf(box);
        return (cells.right - cells.left + 1) * (cells.bottom - cells.top + 1) > kMostCells;
    };
    for (std::uint32_t i = 0; i < m_bounds.size(); ++i) {
        if (m_bounds[i].isNull())
            continue;
        if (isLarge(m_bounds[i]))
            m_large.push_back(i);
        else
            forCells(m_bounds[i], [&](std::size_t cell) { ++m_starts[cell + 1]; });
    }
    for (std::size_t i = 1; i < m_starts.size(); ++i)
        m_starts[i] += m_starts[i - 1];
    m_members.resize(m_starts.back());
    std::vector<std::uint32_t> next(m_starts.begin(), m_starts.end() - 1);
    for (std::uint32_t i = 0; i < m_bounds.size(); ++i)
        if (!m_bounds[i].isNull() && !isLarge(m_bounds[i]))
            forCells(m_bounds[i], [&](std::size_t cell) { m_members[next[cell]++] = i; });
}

CanvasIndex::Cells CanvasIndex::cellsOf(const QRectF& area) const
{
    const auto place = [this](double value, double start, int count) {
        return static_cast<int>(std::clamp<double>(std::floor((value - start) / m_cell), 0, count - 1));
    };
    return {place(area.left(), m_area.left(), m_columns), place(area.top(), m_area.top(), m_rows),
            place(area.right(), m_area.left(), m_columns), place(area.bottom(), m_area.top(), m_rows)};
}

std::vector<std::uint32_t> CanvasIndex::touching(const QRectF& area) const
{
    std::vector<std::uint32_t> found;
    if (m_columns == 0 || !touches(area, m_area))
        return found;
    for (const std::uint32_t member : m_large)
        if (touches(m_bounds[member], area))
            found.push_back(member);
    const Cells cells = cellsOf(area);
    for (int y = cells.top; y <= cells.bottom; ++y) {
        const std::size_t row = static_cast<std::size_t>(y) * static_cast<std::size_t>(m_columns);
        const std::uint32_t first = m_starts[row + static_cast<std::size_t>(cells.left)];
        const std::uint32_t last = m_starts[row + static_cast<std::size_t>(cells.right) + 1];
        for (std::uint32_t i = first; i < last; ++i)
            if (touches(m_bounds[m_members[i]], area))
                found.push_back(m_members[i]);
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

} // namespace trainyard::widgets
