// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/predictions.h"
#include "core/evaluation/classification.h"

#include <string>

namespace trainyard {

/// Two models on the items that both scored with equal content hash and label. Classes are matched by name,
/// so that models with different lists of classes can be compared.
struct Comparison
{
    std::int64_t common = 0;
    std::int64_t onlyA = 0; ///< scored by one alone
    std::int64_t onlyB = 0;
    std::int64_t differing = 0; ///< scored by both, but content or label differ
    double accuracyA = 0;
    double accuracyB = 0;
    Interval intervalA;
    Interval intervalB;
    std::int64_t aRightBWrong = 0;
    std::int64_t aWrongBRight = 0;
    std::string test; ///< "exact McNemar", "McNemar", "clustered paired difference"
    double pValue = 1;
    double difference = 0;              ///< accuracy of B minus accuracy of A
    Interval differenceInterval{-1, 1}; ///< score interval, or t over the units where items share a group
    std::int64_t units = 0;             ///< units of independence among the common items
    std::string verdict;                ///< one plain sentence
    std::vector<ItemId> flipped;        ///< items where exactly one is right
};

Result<Comparison> compareModels(const Predictions& a, const std::string& nameA, const Predictions& b,
                                 const std::string& nameB);
Json comparisonToJson(const Comparison& comparison);

/// Exact two-sided p below 25 discordant items, chi-squared with continuity correction from there.
double mcnemarP(std::int64_t b, std::int64_t c);

} // namespace trainyard
