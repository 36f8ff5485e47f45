// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/curve_points.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace trainyard::widgets {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

/// First and last drawable value of a part; not-a-number where there is none.
double drawable(double y, bool isPositive)
{
    return std::isfinite(y) && (!isPositive || y > 0) ? y : kGap;
}

} // namespace

CurveExtent::CurveExtent() : low(kInfinity), high(-kInfinity), lowPositive(kInfinity) {}

void CurveExtent::add(double y)
{
    if (!std::isfinite(y))
        return;
    low = std::min(low, y);
    high = std::max(high, y);
    if (y > 0)
        lowPositive = std::min(lowPositive, y);
}

void CurveExtent::add(const CurveExtent& other)
{
    low = std::min(low, other.low);
    high = std::max(high, other.high);
    lowPositive = std::min(lowPositive, other.lowPositive);
}

void CurvePoints::append(double x, double y)
{
    if (!m_x.empty() && !(x >= m_x.back()))
        x = m_x.back();
    const std::size_t index = m_x.size();
    m_x.push_back(x);
    m_y.push_back(y);
    if (!std::isfinite(y))
        m_notFinite.push_back(index);
    std::size_t cell = index;
    for (std::size_t level = 0;; ++level) {
        cell /= kFanOut;
        // A level exists once the one below has more than one cell.
        if (level == m_levels.size()) {
            if (level > 0 && m_levels[level - 1].size() < 2)
                break;
            m_levels.emplace_back();
            if (level > 0) {
                CurveExtent all;
                for (const CurveExtent& below : m_levels[level - 1])
                    all.add(below);
                m_levels[level].push_back(all);
                break;
            }
        }
        if (cell == m_levels[level].size())
            m_levels[level].emplace_back();
        m_levels[level][cell].add(y);
    }
}

void CurvePoints::clear()
{
    *this = CurvePoints();
}

std::size_t CurvePoints::lowerBound(double x) const
{
    return static_cast<std::size_t>(std::lower_bound(m_x.begin(), m_x.end(), x) - m_x.begin());
}

std::size_t CurvePoints::nearest(double x) const
{
    const std::size_t right = std::min(lowerBound(x), m_x.size() - 1);
    return right > 0 && x - m_x[right - 1] <= m_x[right] - x ? right - 1 : right;
}

CurveExtent CurvePoints::extent(std::size_t first, std::size_t last) const
{
    CurveExtent result;
    std::size_t level = 0; // level 0: points; level k: cells of m_levels[k - 1]
    while (first < last) {
        const bool isTop = level >= m_levels.size();
        // The ragged ends at this level, then the middle one level up.
        const auto addCell = [&](std::size_t i) {
            if (level == 0)
                result.add(m_y[i]);
            else
                result.add(m_levels[level - 1][i]);
        };
        while (first < last && (isTop || first % kFanOut != 0))
            addCell(first++);
        while (first < last && last % kFanOut != 0)
            addCell(--last);
        first /= kFanOut;
        last /= kFanOut;
        ++level;
    }
    return result;
}

std::vector<CurvePoint> CurvePoints::columns(double left, double right, int columns, bool isPositive) const
{
    std::vector<CurvePoint> points;
    if (m_x.empty() || columns <= 0 || !(right > left))
        return points;
    points.reserve(static_cast<std::size_t>(columns) * 4 + 2);
    const double step = (right - left) / columns;
    std::size_t first = lowerBound(left);
    if (first > 0)
        points.push_back({m_x[first - 1], drawable(m_y[first - 1], isPositive)});
    for (int k = 0; k < columns && first < m_x.size(); ++k) {
        const double edge = k + 1 == columns ? right : left + (k + 1) * step;
        if (m_x[first] >= edge)
            continue;
        const auto begin = m_x.begin() + static_cast<std::ptrdiff_t>(first);
        const auto last = static_cast<std::size_t>(std::lower_bound(begin, m_x.end(), edge) - m_x.begin());
        const double middle = left + (k + 0.5) * step;
        const CurveExtent part = extent(first, last);
        const double low = isPositive ? part.lowPositive : part.low;
        if (part.high < low) {
            points.push_back({middle, kGap});
        } else {
            const double y[] = {drawable(m_y[first], isPositive), low, part.high,
                                drawable(m_y[last - 1], isPositive)};
            for (const double value : y)
                if (!std::isnan(value))
                    points.push_back({middle, value});
        }
        first = last;
    }
    if (first < m_x.size())
        points.push_back({m_x[first], drawable(m_y[first], isPositive)});
    return points;
}

} // namespace trainyard::widgets
