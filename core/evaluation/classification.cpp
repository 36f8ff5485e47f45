// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/classification.h"

#include <algorithm>
#include <limits>

namespace trainyard {

namespace {

/// The rows of one figure: right or wrong with the unit of each.
struct Sample
{
    std::vector<double> values;
    std::vector<std::int32_t> units;

    void add(double value, std::int32_t unit)
    {
        values.push_back(value);
        units.push_back(unit);
    }
};

std::optional<double> ratio(std::int64_t part, std::int64_t whole)
{
    if (whole == 0)
        return std::nullopt;
    return static_cast<double>(part) / static_cast<double>(whole);
}

std::optional<double> meanOf(const std::vector<ClassFigures>& classes,
                             std::optional<double> ClassFigures::*figure)
{
    double sum = 0;
    std::int64_t count = 0;
    for (const ClassFigures& figures : classes) {
        if (!(figures.*figure))
            continue;
        sum += *(figures.*figure);
        ++count;
    }
    if (count == 0)
        return std::nullopt;
    return sum / static_cast<double>(count);
}

void addClassFigures(ClassificationReport& report, const ScoredRows& scored,
                     const std::vector<std::string>& labels)
{
    std::vector<Sample> byTruth(labels.size());
    std::vector<Sample> byAnswer(labels.size());
    for (const ScoredRow& row : scored.rows) {
        byTruth[static_cast<std::size_t>(row.truth)].add(row.isRight() ? 1 : 0, row.unit);
        if (row.answer >= 0)
            byAnswer[static_cast<std::size_t>(row.answer)].add(row.isRight() ? 1 : 0, row.unit);
    }
    for (std::size_t i = 0; i < labels.size(); ++i) {
        ClassFigures figures;
        figures.name = labels[i];
        figures.support = static_cast<std::int64_t>(byTruth[i].values.size());
        figures.predicted = static_cast<std::int64_t>(byAnswer[i].values.size());
        figures.correct = report.confusion[i][i];
        figures.precision = ratio(figures.correct, figures.predicted);
        figures.recall = ratio(figures.correct, figures.support);
        figures.f1 = ratio(2 * figures.correct, figures.predicted + figures.support);
        figures.precisionInterval = proportionOf(byAnswer[i].values, byAnswer[i].units).interval;
        figures.recallInterval = proportionOf(byTruth[i].values, byTruth[i].units).interval;
        report.undefinedClasses += figures.f1 ? 0 : 1;
        report.classes.push_back(std::move(figures));
    }
    report.macroF1 = meanOf(report.classes, &ClassFigures::f1);
    report.balancedAccuracy = meanOf(report.classes, &ClassFigures::recall);
}

void addLoss(ClassificationReport& report, const Sample& losses)
{
    constexpr double kInfinite = std::numeric_limits<double>::infinity();
    const ClusteredMean mean = clusteredMean(losses.values, losses.units);
    report.meanLoss = mean.n == 0 ? kInfinite : mean.mean;
    report.meanLossInterval = {0, kInfinite};
    if (mean.units < 2 || report.meanLoss == kInfinite)
        return;
    const double half = studentTwoSidedPoint(0.05, static_cast<double>(mean.units - 1)) * mean.standardError;
    report.meanLossInterval = {std::max(0.0, mean.mean - half), mean.mean + half};
}

void sortMistakes(std::vector<Mistake>& mistakes)
{
    // Rows came by rising item, and a stable sort keeps that order among equal confidences.
    std::stable_sort(mistakes.begin(), mistakes.end(),
                     [](const Mistake& a, const Mistake& b) { return a.confidence > b.confidence; });
}

} // namespace

Result<ClassificationReport> evaluateClassification(const Predictions& predictions)
{
    TRAINYARD_TRY(ScoredRows scored, scoreRows(predictions));
    const std::size_t classes = predictions.labels.size();
    ClassificationReport report;
    report.confusion.assign(classes, std::vector<std::int64_t>(classes, 0));
    Sample right;
    Sample losses;
    for (const ScoredRow& row : scored.rows) {
        right.add(row.isRight() ? 1 : 0, row.unit);
        if (row.answer < 0)
            continue;
        losses.add(row.loss, row.unit);
        ++report.confusion[static_cast<std::size_t>(row.truth)][static_cast<std::size_t>(row.answer)];
        if (!row.isRight())
            report.mistakes.push_back({row.row, row.truth, row.answer, row.confidence});
    }
    const Proportion accuracy = proportionOf(right.values, right.units);
    report.n = accuracy.n;
    report.groups = scored.units;
    report.correct = std::count(right.values.begin(), right.values.end(), 1.0);
    report.accuracy = accuracy.value;
    report.accuracyInterval = accuracy.interval;
    report.isClustered = accuracy.units < accuracy.n;
    report.effectiveN = accuracy.effectiveN;
    addLoss(report, losses);
    addClassFigures(report, scored, predictions.labels);
    sortMistakes(report.mistakes);
    report.malformed = std::move(scored.malformed);
    report.repeated = std::move(scored.repeated);
    return report;
}

} // namespace trainyard
