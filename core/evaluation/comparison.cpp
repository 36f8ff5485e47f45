// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/comparison.h"

#include "core/base/json.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

namespace trainyard {

namespace {

constexpr std::int64_t kExactBelow = 25;
constexpr double kSignificance = 0.05;

/// The items that both models scored, side by side, by rising item.
struct Pairs
{
    std::vector<double> rightA;
    std::vector<double> rightB;
    std::vector<std::int32_t> units;
    std::vector<ItemId> items;
};

const Prediction& rowOf(const Predictions& predictions, const ScoredRow& scored)
{
    return predictions.rows[static_cast<std::size_t>(scored.row)];
}

bool isSameItem(const Predictions& a, const ScoredRow& x, const Predictions& b, const ScoredRow& y)
{
    return rowOf(a, x).contentHash == rowOf(b, y).contentHash &&
           a.labels[static_cast<std::size_t>(x.truth)] == b.labels[static_cast<std::size_t>(y.truth)];
}

/// A row that stands alone takes the other's group, so that no dependence is lost.
std::string commonUnit(const Prediction& a, const Prediction& b)
{
    const std::string unit = unitName(a);
    return unit == "item:" + std::to_string(a.item) ? unitName(b) : unit;
}

Pairs pairUp(const Predictions& a, const ScoredRows& scoredA, const Predictions& b, const ScoredRows& scoredB,
             Comparison& result)
{
    Pairs pairs;
    std::map<std::string, std::int32_t> unitNumbers;
    auto x = scoredA.rows.begin();
    auto y = scoredB.rows.begin();
    while (x != scoredA.rows.end() || y != scoredB.rows.end()) {
        const bool hasBoth = x != scoredA.rows.end() && y != scoredB.rows.end();
        if (y == scoredB.rows.end() || (hasBoth && rowOf(a, *x).item < rowOf(b, *y).item)) {
            ++result.onlyA;
            ++x;
        } else if (x == scoredA.rows.end() || rowOf(b, *y).item < rowOf(a, *x).item) {
            ++result.onlyB;
            ++y;
        } else {
            if (isSameItem(a, *x, b, *y)) {
                const std::string unit = commonUnit(rowOf(a, *x), rowOf(b, *y));
                pairs.units.push_back(
                    unitNumbers.try_emplace(unit, static_cast<std::int32_t>(unitNumbers.size()))
                        .first->second);
                pairs.rightA.push_back(x->isRight() ? 1 : 0);
                pairs.rightB.push_back(y->isRight() ? 1 : 0);
                pairs.items.push_back(rowOf(a, *x).item);
            } else {
                ++result.differing;
            }
            ++x;
            ++y;
        }
    }
    result.units = static_cast<std::int64_t>(unitNumbers.size());
    return pairs;
}

void testIndependent(Comparison& result)
{
    const std::int64_t discordant = result.aRightBWrong + result.aWrongBRight;
    result.test = discordant < kExactBelow ? "exact McNemar" : "McNemar";
    result.pValue = mcnemarP(result.aRightBWrong, result.aWrongBRight);
    result.differenceInterval = pairedScoreInterval(result.aRightBWrong, result.aWrongBRight, result.common);
}

/// Paired differences with t over the units. Where all units differ alike there is no spread to measure, and
/// the exact sign test over the units bounds how sure one can be.
void testClustered(Comparison& result, const Pairs& pairs)
{
    result.test = "clustered paired difference";
    result.pValue = 1;
    if (result.units < 2)
        return;
    std::vector<double> differences(pairs.items.size());
    for (std::size_t i = 0; i < differences.size(); ++i)
        differences[i] = pairs.rightB[i] - pairs.rightA[i];
    const ClusteredMean mean = clusteredMean(differences, pairs.units);
    const auto freedom = static_cast<double>(mean.units - 1);
    if (mean.standardError > 0) {
        result.pValue = studentTwoSidedP(mean.mean / mean.standardError, freedom);
        const double half = studentTwoSidedPoint(kSignificance, freedom) * mean.standardError;
        result.differenceInterval = {std::max(-1.0, mean.mean - half), std::min(1.0, mean.mean + half)};
    } else if (mean.mean != 0) {
        result.pValue = std::min(1.0, 2 * std::pow(0.5, static_cast<double>(mean.units)));
    } else {
        const double most = std::min(1.0, 3.0 / static_cast<double>(mean.units)); // the rule of three
        result.differenceInterval = {-most, most};
    }
}

std::string pText(double p)
{
    char text[32];
    if (p < 0.001)
        return "p < 0.001";
    std::snprintf(text, sizeof text, p < 0.1 ? "p = %.3f" : "p = %.2f", p);
    return text;
}

std::string verdictOf(const Comparison& comparison, const std::string& nameA, const std::string& nameB)
{
    const std::string p = " (" + pText(comparison.pValue) + ")";
    if (comparison.pValue >= kSignificance || comparison.difference == 0)
        return nameA + " and " + nameB + " cannot be told apart on this test set" + p;
    return (comparison.difference > 0 ? nameB : nameA) + " is better on this test set" + p;
}

} // namespace

double mcnemarP(std::int64_t b, std::int64_t c)
{
    const std::int64_t n = b + c;
    if (n == 0)
        return 1;
    if (n >= kExactBelow) {
        const double distance = std::abs(static_cast<double>(b - c)) - 1;
        return chiSquaredP(std::max(0.0, distance) * std::max(0.0, distance) / static_cast<double>(n));
    }
    double term = std::pow(0.5, static_cast<double>(n));
    double sum = 0;
    for (std::int64_t i = 0; i <= std::min(b, c); ++i) {
        sum += term;
        term *= static_cast<double>(n - i) / static_cast<double>(i + 1);
    }
    return std::min(1.0, 2 * sum);
}

Result<Comparison> compareModels(const Predictions& a, const std::string& nameA, const Predictions& b,
                                 const std::string& nameB)
{
    TRAINYARD_TRY(const ScoredRows scoredA, scoreRows(a));
    TRAINYARD_TRY(const ScoredRows scoredB, scoreRows(b));
    Comparison result;
    const Pairs pairs = pairUp(a, scoredA, b, scoredB, result);
    result.common = static_cast<std::int64_t>(pairs.items.size());
    if (result.common == 0)
        return fail(ErrorCode::Refused, nameA + " and " + nameB +
                                            " have no item in common: evaluate both on the same "
                                            "dataset and split");
    for (std::size_t i = 0; i < pairs.items.size(); ++i) {
        result.aRightBWrong += pairs.rightA[i] > pairs.rightB[i] ? 1 : 0;
        result.aWrongBRight += pairs.rightA[i] < pairs.rightB[i] ? 1 : 0;
        if (pairs.rightA[i] != pairs.rightB[i])
            result.flipped.push_back(pairs.items[i]);
    }
    const Proportion accuracyA = proportionOf(pairs.rightA, pairs.units);
    const Proportion accuracyB = proportionOf(pairs.rightB, pairs.units);
    result.accuracyA = accuracyA.value;
    result.accuracyB = accuracyB.value;
    result.intervalA = accuracyA.interval;
    result.intervalB = accuracyB.interval;
    result.difference =
        static_cast<double>(result.aWrongBRight - result.aRightBWrong) / static_cast<double>(result.common);
    if (result.units == result.common)
        testIndependent(result);
    else
        testClustered(result, pairs);
    result.verdict = verdictOf(result, nameA, nameB);
    return result;
}

Json comparisonToJson(const Comparison& comparison)
{
    const auto accuracy = [&](double value, const Interval& interval) -> Json {
        return {{"value", value}, {"low", interval.low}, {"high", interval.high}, {"n", comparison.common}};
    };
    return {{"version", 1},
            {"common", comparison.common},
            {"only_a", comparison.onlyA},
            {"only_b", comparison.onlyB},
            {"differing", comparison.differing},
            {"units", comparison.units},
            {"accuracy_a", accuracy(comparison.accuracyA, comparison.intervalA)},
            {"accuracy_b", accuracy(comparison.accuracyB, comparison.intervalB)},
            {"difference", accuracy(comparison.difference, comparison.differenceInterval)},
            {"a_right_b_wrong", comparison.aRightBWrong},
            {"a_wrong_b_right", comparison.aWrongBRight},
            {"test", comparison.test},
            {"p", comparison.pValue},
            {"verdict", comparison.verdict},
            {"flipped", comparison.flipped}};
}

} // namespace trainyard
