// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

namespace trainyard {

struct Interval
{
    double low = 0;
    double high = 1;
    bool operator==(const Interval&) const = default;
};

/// The two-sided 95 % point of the normal distribution.
inline constexpr double kZ95 = 1.959963984540054;

/// Wilson interval of a proportion of n at 95 % (Wilson 1927); `n` may be an effective size for clustered
/// items. [0, 1] for n = 0.
Interval wilsonInterval(double proportion, double n);

/// One value for each item with the unit of independence that it belongs to (0 .. units-1).
struct ClusteredMean
{
    double mean = 0;
    double standardError = 0; ///< with the factor U / (U - 1); 0 for fewer than two units
    std::int64_t n = 0;
    std::int64_t units = 0; ///< units that really occur
};
/// SE^2 = U / (U - 1) * sum over units of (sum of deviations in the unit)^2 / n^2. The values are summed in
/// order.
ClusteredMean clusteredMean(std::span<const double> values, std::span<const std::int32_t> units);

/// A share of right answers with its interval: Wilson over n where every unit has one item, else over
/// n_eff = min(n, p (1 - p) / SE^2), and n_eff = units where p is 0 or 1 or where there is one unit only.
struct Proportion
{
    double value = 0;
    Interval interval;
    std::int64_t n = 0;
    std::int64_t units = 0;
    double effectiveN = 0;
};
Proportion proportionOf(std::span<const double> zerosAndOnes, std::span<const std::int32_t> units);

/// I_x(a, b), the regularised incomplete beta function, by its continued fraction (Lentz); 0 <= x <= 1, a and
/// b > 0.
double incompleteBeta(double a, double b, double x);
/// Probability that Student's t with `freedom` degrees exceeds |t| in size.
double studentTwoSidedP(double t, double freedom);
/// The t that is exceeded in size with probability `p` (0 < p < 1).
double studentTwoSidedPoint(double p, double freedom);
/// Upper tail of chi-squared with one degree of freedom.
double chiSquaredP(double chiSquared);

/// The limits of right-minus-wrong difference (c - b) / n of two models on the same n independent items,
/// where b items were right only under the first and c only under the second: the score bounds, T(difference)
/// = z from below and -z from above (Tango 1998).
Interval pairedScoreInterval(std::int64_t b, std::int64_t c, std::int64_t n, double z = kZ95);

} // namespace trainyard
