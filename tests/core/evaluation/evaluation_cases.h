// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/random.h"
#include "core/evaluation/classification.h"
#include "tests/support/test_folders.h"

#include <cmath>
#include <string>

namespace trainyard::test {

inline Json evaluationGoldens()
{
    return Json::parse(readTestFile(sourceFolder() / "tests/data/evaluation/evaluation_goldens.json"));
}

/// Equal within an absolute and relative 1e-12 (or what is given).
inline bool isClose(double a, double b, double tolerance = 1e-12)
{
    return a == b || std::abs(a - b) <= tolerance * std::max(1.0, std::max(std::abs(a), std::abs(b)));
}

/// n predictions that answer `answers` with logits that leave no doubt; item ids from 1, each item its own
/// unit.
inline Predictions predictionsOf(const std::vector<int>& truths, const std::vector<int>& answers, int classes)
{
    Predictions predictions;
    predictions.runId = "run-a";
    predictions.datasetHash = "0123";
    predictions.split = "test";
    for (int c = 0; c < classes; ++c)
        predictions.labels.push_back("class-" + std::to_string(c));
    for (std::size_t i = 0; i < truths.size(); ++i) {
        Prediction row;
        row.item = static_cast<ItemId>(i) + 1;
        row.contentHash = 1000 + i;
        row.label = truths[i];
        row.path = "/pictures/" + std::to_string(i) + ".png";
        row.logits.assign(static_cast<std::size_t>(classes), 0.0F);
        row.logits[static_cast<std::size_t>(answers[i])] = 2.0F;
        predictions.rows.push_back(std::move(row));
    }
    return predictions;
}

/// A random case with ties, empty classes and groups; `seed` makes it.
inline Predictions randomPredictions(std::uint64_t seed)
{
    CounterRandom random(seed, RandomPurpose::Sample, 0, 0);
    const int classes = 1 + static_cast<int>(random.below(6));
    const int count = 1 + static_cast<int>(random.below(40));
    const int units = 1 + static_cast<int>(random.below(12));
    const bool isGrouped = random.below(2) == 1;
    std::vector<int> truths, answers;
    for (int i = 0; i < count; ++i) {
        truths.push_back(static_cast<int>(random.below(static_cast<std::uint64_t>(classes))));
        answers.push_back(0);
    }
    Predictions predictions = predictionsOf(truths, answers, classes);
    for (Prediction& row : predictions.rows) {
        for (float& logit : row.logits)
            logit = static_cast<float>(random.below(5)) / 2.0F; // few values, so that ties are common
        if (isGrouped)
            row.group = "unit-" + std::to_string(random.below(static_cast<std::uint64_t>(units)));
    }
    return predictions;
}

} // namespace trainyard::test
