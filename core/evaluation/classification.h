// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/dataset/predictions.h"
#include "core/evaluation/scored_rows.h"
#include "core/evaluation/statistics.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace trainyard {

struct ClassFigures
{
    std::string name;
    std::int64_t support = 0;
    std::int64_t predicted = 0;
    std::int64_t correct = 0;
    std::optional<double> precision; ///< nothing where 0/0
    std::optional<double> recall;
    std::optional<double> f1;
    Interval precisionInterval; ///< of `predicted` answers; meaningless where there is no value
    Interval recallInterval;    ///< of `support` items
};

/// A wrong answer: truth, answer, and how sure the model was of it. Malformed rows are not among them.
struct Mistake
{
    std::int64_t row = 0; ///< index into the predictions
    std::int32_t truth = 0;
    std::int32_t answer = 0;
    double confidence = 0;
};

struct ClassificationReport
{
    std::int64_t n = 0; ///< items; malformed ones count as wrong
    std::int64_t correct = 0;
    std::int64_t groups = 0; ///< units of independence
    double accuracy = 0;
    Interval accuracyInterval; ///< clustered where items share a group
    bool isClustered = false;
    double effectiveN = 0;
    double meanLoss = 0; ///< negative log-likelihood of the n - malformed rows that have one; may be infinite
    Interval meanLossInterval; ///< t with groups - 1 degrees of freedom; not finite for one group
    std::optional<double> macroF1;
    std::int64_t undefinedClasses = 0; ///< left out of the mean
    std::optional<double> balancedAccuracy;
    std::vector<ClassFigures> classes;
    std::vector<std::vector<std::int64_t>> confusion; ///< [truth][answer], without malformed rows
    std::vector<Mistake> mistakes;                    ///< surest first
    std::vector<MalformedRow> malformed;              ///< counted as wrong, without an answer
    std::vector<MalformedRow> repeated;               ///< further rows of an item; rows in = n + repeated
};

/// Refused for no rows or a label outside the classes; a row with a NaN counts as an error.
Result<ClassificationReport> evaluateClassification(const Predictions& predictions);
Json classificationReportToJson(const ClassificationReport& report, const Predictions& predictions);

} // namespace trainyard
