// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/predictions.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace trainyard {

struct Interval
{
    double low = 0;
    double high = 1;
    bool operator==(const Interval&) const = default;
};

/// Wilson interval of k of n at 95 %; `effectiveN` in place of n for clustered items (evaluation formulas 2.2).
Interval wilsonInterval(double proportion, double n);

struct ClassFigures
{
    std::string name;
    std::int64_t support = 0;
    std::int64_t predicted = 0;
    std::int64_t correct = 0;
    std::optional<double> precision; ///< nothing where 0/0
    std::optional<double> recall;
    std::optional<double> f1;
};

/// A wrong answer: truth, answer, and how sure the model was of it.
struct Mistake
{
    std::int64_t row = 0; ///< index into the predictions
    std::int32_t truth = 0;
    std::int32_t answer = 0;
    double confidence = 0;
};

struct ClassificationReport
{
    std::int64_t n = 0;
    std::int64_t correct = 0;
    std::int64_t groups = 0;      ///< units of independence
    double accuracy = 0;
    Interval accuracyInterval;    ///< clustered where items share a group
    bool isClustered = false;
    double effectiveN = 0;
    double meanLoss = 0;          ///< negative log-likelihood
    std::optional<double> macroF1;
    std::int64_t undefinedClasses = 0; ///< left out of the mean
    std::optional<double> balancedAccuracy;
    std::vector<ClassFigures> classes;
    std::vector<std::vector<std::int64_t>> confusion; ///< [truth][answer]
    std::vector<Mistake> mistakes; ///< surest first
};

/// Refused for no rows or a label outside the classes; a row with a NaN counts as an error.
Result<ClassificationReport> evaluateClassification(const Predictions& predictions);
Json classificationReportToJson(const ClassificationReport& report, const Predictions& predictions);

} // namespace trainyard
