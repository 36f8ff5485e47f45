// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/predictions.h"

#include <cstdint>
#include <string>
#include <vector>

namespace trainyard {

/// A prediction that could not be used as it is, with the reason. It counts as a wrong answer.
struct MalformedRow
{
    std::int64_t row = 0; ///< index into the predictions
    std::string reason;

    bool operator==(const MalformedRow&) const = default;
};

/// One item as the model answered it.
struct ScoredRow
{
    std::int64_t row = 0; ///< index into the predictions
    std::int32_t truth = 0;
    std::int32_t answer =
        -1; ///< the class with the highest logit, the first of equals; -1 where it is malformed
    std::int32_t unit = 0; ///< unit of independence
    double confidence = 0; ///< probability of the answer
    double loss = 0;       ///< -log probability of the truth; 0 where it is malformed

    [[nodiscard]] bool isRight() const { return answer == truth; }
};

struct ScoredRows
{
    std::vector<ScoredRow> rows;         ///< one for each item, by rising id
    std::vector<MalformedRow> malformed; ///< rows of `rows` without an answer
    std::vector<MalformedRow> repeated;  ///< further rows of an item, not counted again
    std::int64_t units = 0;
};

/// Refused for no rows, no classes, or a truth outside the classes. An item that occurs twice counts once;
/// where its rows disagree it counts as malformed.
Result<ScoredRows> scoreRows(const Predictions& predictions);

/// The unit of independence of a row: its group, or the item alone.
std::string unitName(const Prediction& prediction);

} // namespace trainyard
