// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/statistics.h"

#include "core/base/assert.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace trainyard {

namespace {

/// The continued fraction of I_x(a, b), which converges fast for x < (a + 1) / (a + b + 2).
double betaFraction(double a, double b, double x)
{
    constexpr double kTiny = 1e-300;
    constexpr double kEnough = 1e-16;
    constexpr int kSteps = 10000;
    double c = 1;
    double d = 1 - (a + b) * x / (a + 1);
    d = 1 / (std::abs(d) < kTiny ? kTiny : d);
    double result = d;
    const auto step = [&](double numerator) {
        d = 1 + numerator * d;
        d = 1 / (std::abs(d) < kTiny ? kTiny : d);
        c = 1 + numerator / c;
        c = std::abs(c) < kTiny ? kTiny : c;
        result *= d * c;
        return d * c;
    };
    for (int m = 1; m <= kSteps; ++m) {
        step(m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)));
        if (std::abs(step(-(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))) - 1) < kEnough)
            break;
    }
    return result;
}

/// The score statistic of section "paired difference" at a supposed difference.
double pairedScore(double b, double c, double n, double difference)
{
    const double first = 2 * n;
    const double second = -(b + c) + (2 * n - c + b) * difference;
    const double third = -b * difference * (1 - difference);
    const double root = std::sqrt(std::max(0.0, second * second - 4 * first * third));
    const double q = (root - second) / (2 * first);
    const double variance = n * (2 * q + difference * (1 - difference));
    const double distance = c - b - n * difference;
    if (variance <= 0)
        return distance == 0 ? 0 : std::copysign(std::numeric_limits<double>::infinity(), distance);
    return distance / std::sqrt(variance);
}

/// The place in [low, high] where the falling score passes `target`.
double scoreRoot(double b, double c, double n, double low, double high, double target)
{
    for (int i = 0; i < 200; ++i) {
        const double middle = (low + high) / 2;
        (pairedScore(b, c, n, middle) > target ? low : high) = middle;
    }
    return (low + high) / 2;
}

} // namespace

Interval wilsonInterval(double proportion, double n)
{
    if (!(n > 0))
        return {};
    const double z2 = kZ95 * kZ95;
    const double scale = 1 + z2 / n;
    const double centre = (proportion + z2 / (2 * n)) / scale;
    const double half = kZ95 / scale * std::sqrt(proportion * (1 - proportion) / n + z2 / (4 * n * n));
    return {proportion <= 0 ? 0.0 : std::max(0.0, centre - half),
            proportion >= 1 ? 1.0 : std::min(1.0, centre + half)};
}

ClusteredMean clusteredMean(std::span<const double> values, std::span<const std::int32_t> units)
{
    TRAINYARD_ASSERT(values.size() == units.size());
    ClusteredMean result;
    result.n = static_cast<std::int64_t>(values.size());
    if (values.empty())
        return result;
    double sum = 0;
    for (const double value : values)
        sum += value;
    const auto n = static_cast<double>(result.n);
    result.mean = sum / n;
    const auto space = static_cast<std::size_t>(*std::max_element(units.begin(), units.end())) + 1;
    std::vector<double> deviations(space, 0.0);
    std::vector<bool> occurs(space, false);
    for (std::size_t i = 0; i < values.size(); ++i) {
        deviations[static_cast<std::size_t>(units[i])] += values[i] - result.mean;
        occurs[static_cast<std::size_t>(units[i])] = true;
    }
    result.units = std::count(occurs.begin(), occurs.end(), true);
    if (result.units < 2)
        return result;
    double squares = 0;
    for (const double deviation : deviations)
        squares += deviation * deviation;
    const auto count = static_cast<double>(result.units);
    result.standardError = std::sqrt(count / (count - 1) * squares) / n;
    return result;
}

Proportion proportionOf(std::span<const double> zerosAndOnes, std::span<const std::int32_t> units)
{
    const ClusteredMean mean = clusteredMean(zerosAndOnes, units);
    Proportion result{mean.mean, {}, mean.n, mean.units, static_cast<double>(mean.n)};
    if (mean.units < mean.n) {
        const double spread = mean.mean * (1 - mean.mean);
        const double variance = mean.standardError * mean.standardError;
        if (spread <= 0 || mean.units < 2)
            result.effectiveN = static_cast<double>(mean.units);
        else if (variance > 0)
            result.effectiveN = std::min(static_cast<double>(mean.n), spread / variance);
    }
    result.interval = wilsonInterval(result.value, result.effectiveN);
    return result;
}

double incompleteBeta(double a, double b, double x)
{
    if (x <= 0)
        return 0;
    if (x >= 1)
        return 1;
    const double front =
        std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x));
    if (x < (a + 1) / (a + b + 2))
        return front * betaFraction(a, b, x) / a;
    return 1 - front * betaFraction(b, a, 1 - x) / b;
}

double studentTwoSidedP(double t, double freedom)
{
    if (std::isinf(t))
        return 0;
    return incompleteBeta(freedom / 2, 0.5, freedom / (freedom + t * t));
}

double studentTwoSidedPoint(double p, double freedom)
{
    double low = 0;
    double high = 1;
    while (studentTwoSidedP(high, freedom) > p && high < 1e300)
        high *= 2;
    for (int i = 0; i < 200; ++i) {
        const double middle = (low + high) / 2;
        (studentTwoSidedP(middle, freedom) > p ? low : high) = middle;
    }
    return (low + high) / 2;
}

double chiSquaredP(double chiSquared)
{
    return std::erfc(std::sqrt(chiSquared / 2));
}

Interval pairedScoreInterval(std::int64_t b, std::int64_t c, std::int64_t n, double z)
{
    if (n <= 0)
        return {-1, 1};
    const auto first = static_cast<double>(b);
    const auto second = static_cast<double>(c);
    const auto count = static_cast<double>(n);
    const double difference = (second - first) / count;
    return {scoreRoot(first, second, count, -1, difference, z),
            scoreRoot(first, second, count, difference, 1, -z)};
}

} // namespace trainyard
