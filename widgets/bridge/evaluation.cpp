// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/evaluation.h"

#include <algorithm>

namespace trainyard::widgets {

namespace {

struct Answer
{
    int label = -1;
    double confidence = 0;
};

Answer answerOf(const Prediction& row)
{
    const std::vector<double> shares = probabilities(row.logits);
    const auto best = std::max_element(shares.begin(), shares.end());
    if (best == shares.end())
        return {};
    return {static_cast<int>(best - shares.begin()), *best};
}

} // namespace

Result<Evaluation> loadEvaluation(const std::filesystem::path& folder)
{
    Evaluation evaluation;
    evaluation.folder = folder;
    TRAINYARD_TRY(evaluation.predictions, loadPredictions(folder / "predictions.h5"));
    TRAINYARD_TRY(evaluation.report, evaluateClassification(evaluation.predictions));
    return evaluation;
}

std::vector<ItemId> cellItems(const Evaluation& evaluation, int truth, int answer)
{
    std::vector<std::pair<double, ItemId>> found;
    for (const Prediction& row : evaluation.predictions.rows) {
        if (row.label != truth)
            continue;
        const Answer own = answerOf(row);
        if (own.label == answer)
            found.emplace_back(-own.confidence, row.item);
    }
    std::sort(found.begin(), found.end());
    std::vector<ItemId> items;
    items.reserve(found.size());
    for (const auto& [order, item] : found)
        items.push_back(item);
    return items;
}

std::vector<ItemId> mistakenItems(const Evaluation& evaluation)
{
    std::vector<ItemId> items;
    items.reserve(evaluation.report.mistakes.size());
    for (const Mistake& mistake : evaluation.report.mistakes)
        items.push_back(evaluation.predictions.rows[static_cast<std::size_t>(mistake.row)].item);
    return items;
}

} // namespace trainyard::widgets
