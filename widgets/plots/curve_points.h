// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace trainyard::widgets {

/// Smallest and largest value of a part of a curve; values that are not finite do not count.
struct CurveExtent
{
    double low;         ///< +infinity where there is no finite value
    double high;        ///< -infinity likewise
    double lowPositive; ///< smallest value above 0, +infinity where there is none

    CurveExtent();
    void add(double y);
    void add(const CurveExtent& other);
    [[nodiscard]] bool isEmpty() const { return high < low; }
};

/// A point to draw; a y that is not a number interrupts the line.
struct CurvePoint
{
    double x = 0;
    double y = 0;
};

/// All points of one curve with a pyramid of extents above them (16 cells to one): appending costs about one
/// step, the extent of any part a few dozen, however long the curve is.
class CurvePoints
{
public:
    /// x must not fall; a point whose x is below the last one's is placed at the last one's x.
    void append(double x, double y);
    void clear();

    [[nodiscard]] std::size_t size() const { return m_x.size(); }
    [[nodiscard]] double x(std::size_t index) const { return m_x[index]; }
    [[nodiscard]] double y(std::size_t index) const { return m_y[index]; }
    /// Index of the first point with x >= the given one.
    [[nodiscard]] std::size_t lowerBound(double x) const;
    /// Index of the point whose x is nearest; the curve must not be empty.
    [[nodiscard]] std::size_t nearest(double x) const;
    [[nodiscard]] CurveExtent extent(std::size_t first, std::size_t last) const; ///< of [first, last)
    [[nodiscard]] std::span<const std::size_t> notFinite() const { return m_notFinite; }

    /// What draws the curve without error in columns of one pixel (M4: first, lowest, highest and last value
    /// of each column). Column k covers x in [edge(k), edge(k + 1)) and its points lie at edge(k + 0.5), as
    /// the rasteriser rounds; edge(k) = left + k * (right - left) / columns. The nearest point beyond each
    /// side is added, so that the line leaves the picture as it should. With `isPositive`, values that are
    /// not above 0 are left out.
    [[nodiscard]] std::vector<CurvePoint> columns(double left, double right, int columns,
                                                  bool isPositive) const;

private:
    static constexpr std::size_t kFanOut = 16;

    std::vector<double> m_x;
    std::vector<double> m_y;
    std::vector<std::vector<CurveExtent>> m_levels; ///< m_levels[k][i]: of 16^(k+1) points
    std::vector<std::size_t> m_notFinite;
};

} // namespace trainyard::widgets
