// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/evaluation/classification.h"

#include <algorithm>
#include <cmath>

namespace trainyard {

namespace {

/// JSON knows no infinity: null stands for what is not finite.
Json number(double value)
{
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json figure(double value, const Interval& interval, std::int64_t n)
{
    return {
        {"value", number(value)}, {"low", number(interval.low)}, {"high", number(interval.high)}, {"n", n}};
}

Json figure(const std::optional<double>& value, const Interval& interval, std::int64_t n)
{
    return value ? figure(*value, interval, n) : Json(nullptr);
}

Json optional(const std::optional<double>& value)
{
    return value ? number(*value) : Json(nullptr);
}

void addPath(Json& object, const std::string& path)
{
    object["path"] = displayText(path);
    if (!isUtf8(path))
        object["path_b64"] = base64Encode(path);
}

Json classesToJson(const std::vector<ClassFigures>& classes)
{
    Json result = Json::array();
    for (const ClassFigures& figures : classes)
        result.push_back(
            {{"name", figures.name},
             {"support", figures.support},
             {"predicted", figures.predicted},
             {"correct", figures.correct},
             {"precision", figure(figures.precision, figures.precisionInterval, figures.predicted)},
             {"recall", figure(figures.recall, figures.recallInterval, figures.support)},
             {"f1", optional(figures.f1)}});
    return result;
}

Json rowsToJson(const std::vector<MalformedRow>& rows, const Predictions& predictions)
{
    std::vector<std::pair<ItemId, std::string>> sorted;
    for (const MalformedRow& row : rows)
        sorted.emplace_back(predictions.rows[static_cast<std::size_t>(row.row)].item, row.reason);
    std::sort(sorted.begin(), sorted.end());
    Json result = Json::array();
    for (const auto& [item, reason] : sorted)
        result.push_back({{"item", item}, {"reason", reason}});
    return result;
}

Json mistakesToJson(const ClassificationReport& report, const Predictions& predictions)
{
    Json result = Json::array();
    for (const Mistake& mistake : report.mistakes) {
        const Prediction& row = predictions.rows[static_cast<std::size_t>(mistake.row)];
        Json entry = {{"item", row.item},
                      {"truth", mistake.truth},
                      {"answer", mistake.answer},
                      {"confidence", number(mistake.confidence)}};
        addPath(entry, row.path);
        result.push_back(std::move(entry));
    }
    return result;
}

} // namespace

Json classificationReportToJson(const ClassificationReport& report, const Predictions& predictions)
{
    Json accuracy = figure(report.accuracy, report.accuracyInterval, report.n);
    accuracy["effective_n"] = number(report.effectiveN);
    return {{"version", 1},
            {"task", "classify"},
            {"run", predictions.runId},
            {"dataset", predictions.datasetHash},
            {"split", predictions.split},
            {"n", report.n},
            {"correct", report.correct},
            {"units", report.groups},
            {"clustered", report.isClustered},
            {"accuracy", std::move(accuracy)},
            {"mean_loss", figure(report.meanLoss, report.meanLossInterval,
                                 report.n - static_cast<std::int64_t>(report.malformed.size()))},
            {"macro_f1", optional(report.macroF1)},
            {"balanced_accuracy", optional(report.balancedAccuracy)},
            {"undefined_classes", report.undefinedClasses},
            {"classes", classesToJson(report.classes)},
            {"confusion", report.confusion},
            {"mistakes", mistakesToJson(report, predictions)},
            {"malformed", rowsToJson(report.malformed, predictions)},
            {"repeated", rowsToJson(report.repeated, predictions)}};
}

} // namespace trainyard
