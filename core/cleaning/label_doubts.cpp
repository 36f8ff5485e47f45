// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cleaning/checks.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace trainyard {

namespace {

/// Places of classes by id.
std::map<ClassId, std::size_t> placesOf(std::span<const ClassId> classes)
{
    std::map<ClassId, std::size_t> places;
    for (std::size_t i = 0; i < classes.size(); ++i)
        places.emplace(classes[i], i);
    return places;
}

/// An item takes part where its label is one of the classes and it has a finite probability for each of them.
bool takesPart(const ItemProbabilities& item, const std::map<ClassId, std::size_t>& places)
{
    return places.contains(item.label) && item.probabilities.size() == places.size() &&
           std::all_of(item.probabilities.begin(), item.probabilities.end(),
                       [](double p) { return std::isfinite(p); });
}

} // namespace

std::vector<LabelDoubt> findLabelDoubts(std::span<const ItemProbabilities> items,
                                        std::span<const ClassId> classes)
{
    const auto places = placesOf(classes);
    std::vector<double> sums(classes.size(), 0);
    std::vector<std::int64_t> counts(classes.size(), 0);
    for (const ItemProbabilities& item : items) {
        if (!takesPart(item, places))
            continue;
        const std::size_t label = places.at(item.label);
        sums[label] += item.probabilities[label];
        ++counts[label];
    }
    // A class without items has no threshold that anything could reach.
    std::vector<double> thresholds(classes.size(), std::numeric_limits<double>::infinity());
    for (std::size_t k = 0; k < classes.size(); ++k)
        if (counts[k] > 0)
            thresholds[k] = sums[k] / static_cast<double>(counts[k]);

    std::vector<LabelDoubt> doubts;
    for (const ItemProbabilities& item : items) {
        if (!takesPart(item, places))
            continue;
        const std::size_t label = places.at(item.label);
        std::size_t best = label;
        double bestProbability =
            item.probabilities[label] >= thresholds[label] ? item.probabilities[label] : -1;
        for (std::size_t j = 0; j < classes.size(); ++j) {
            const double p = item.probabilities[j];
            if (p >= thresholds[j] && p > bestProbability) {
                best = j;
                bestProbability = p;
            }
        }
        if (best != label)
            doubts.push_back({item.item, item.label, classes[best], item.probabilities[label]});
    }
    std::sort(doubts.begin(), doubts.end(), [](const LabelDoubt& a, const LabelDoubt& b) {
        return a.selfConfidence != b.selfConfidence ? a.selfConfidence < b.selfConfidence : a.item < b.item;
    });
    return doubts;
}

} // namespace trainyard
