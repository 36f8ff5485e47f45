// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/scored_rows.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <numeric>
#include <span>
#include <tuple>

namespace trainyard {

namespace {

std::string whatIsWrong(const Prediction& row, std::size_t classes)
{
    if (row.logits.size() != classes)
        return "has " + std::to_string(row.logits.size()) + " values for " + std::to_string(classes) +
               " classes";
    bool hasFinite = false;
    for (const float logit : row.logits) {
        if (std::isnan(logit))
            return "has a value that is not a number";
        if (std::isinf(logit) && logit > 0)
            return "has an infinite value";
        hasFinite = hasFinite || std::isfinite(logit);
    }
    return hasFinite ? std::string() : "has no finite value";
}

/// The same bits, so that equal NaNs are equal and the order of rows cannot matter.
bool saysTheSame(const Prediction& a, const Prediction& b)
{
    const auto sameBits = [](float x, float y) {
        return std::bit_cast<std::uint32_t>(x) == std::bit_cast<std::uint32_t>(y);
    };
    return a.contentHash == b.contentHash && a.label == b.label &&
           std::equal(a.logits.begin(), a.logits.end(), b.logits.begin(), b.logits.end(), sameBits);
}

ScoredRow score(const Prediction& prediction, std::int64_t index)
{
    ScoredRow scored;
    scored.row = index;
    scored.truth = prediction.label;
    const auto highest = std::max_element(prediction.logits.begin(), prediction.logits.end());
    scored.answer = static_cast<std::int32_t>(highest - prediction.logits.begin());
    double sum = 0;
    for (const float logit : prediction.logits)
        sum += std::exp(static_cast<double>(logit) - *highest);
    scored.confidence = 1 / sum;
    scored.loss = std::log(sum) + *highest - prediction.logits[static_cast<std::size_t>(prediction.label)];
    return scored;
}

/// Of several rows of one item, the one that stands for it; `candidates` are indices into the predictions.
std::size_t representative(const Predictions& predictions, std::span<const std::size_t> candidates)
{
    return *std::min_element(candidates.begin(), candidates.end(), [&](std::size_t x, std::size_t y) {
        const Prediction& a = predictions.rows[x];
        const Prediction& b = predictions.rows[y];
        return std::tie(a.label, a.contentHash, a.group, a.path) <
               std::tie(b.label, b.contentHash, b.group, b.path);
    });
}

Result<void> checkTruths(const Predictions& predictions)
{
    if (predictions.rows.empty())
        return fail(ErrorCode::Refused, "there is nothing to evaluate: no item of the split '" +
                                            predictions.split + "' was predicted");
    if (predictions.labels.empty())
        return fail(ErrorCode::Refused, "the predictions name no classes");
    for (const Prediction& row : predictions.rows)
        if (row.label < 0 || row.label >= static_cast<std::int32_t>(predictions.labels.size()))
            return fail(ErrorCode::Refused, "item #" + std::to_string(row.item) + " has the label " +
                                                std::to_string(row.label) + " outside the " +
                                                std::to_string(predictions.labels.size()) + " classes");
    return {};
}

} // namespace

std::string unitName(const Prediction& prediction)
{
    return prediction.group.empty() ? "item:" + std::to_string(prediction.item) : prediction.group;
}

Result<ScoredRows> scoreRows(const Predictions& predictions)
{
    TRAINYARD_CHECK(checkTruths(predictions));
    std::vector<std::size_t> order(predictions.rows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return predictions.rows[a].item < predictions.rows[b].item;
    });
    ScoredRows result;
    std::map<std::string, std::int32_t> unitNumbers;
    for (std::size_t first = 0; first < order.size();) {
        std::size_t end = first + 1;
        const Prediction& leading = predictions.rows[order[first]];
        bool isClear = true;
        for (; end < order.size() && predictions.rows[order[end]].item == leading.item; ++end)
            isClear = isClear && saysTheSame(leading, predictions.rows[order[end]]);
        const std::size_t index = representative(predictions, std::span(order).subspan(first, end - first));
        const Prediction& row = predictions.rows[index];
        const std::string problem = isClear ? whatIsWrong(row, predictions.labels.size())
                                            : "occurs more than once with different content";
        const auto rowNumber = static_cast<std::int64_t>(index);
        ScoredRow scored;
        if (problem.empty()) {
            scored = score(row, rowNumber);
        } else {
            scored.row = rowNumber;
            scored.truth = row.label;
            result.malformed.push_back({rowNumber, problem});
        }
        scored.unit = unitNumbers.try_emplace(unitName(row), static_cast<std::int32_t>(unitNumbers.size()))
                          .first->second;
        for (std::size_t i = first; i < end; ++i)
            if (order[i] != index)
                result.repeated.push_back({static_cast<std::int64_t>(order[i]), "repeats an item"});
        result.rows.push_back(scored);
        first = end;
    }
    result.units = static_cast<std::int64_t>(unitNumbers.size());
    return result;
}

} // namespace trainyard
