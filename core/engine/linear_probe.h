// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace trainyard {

struct ProbeRequest
{
    std::vector<std::vector<float>> embeddings; ///< one row an item
    std::vector<std::int32_t> labels;           ///< 0 .. classes - 1
    std::vector<std::string> groups;            ///< items of one group share a fold
    std::int32_t classes = 0;
    int folds = 5;
    std::uint64_t seed = 0;
    double ridge = 1.0; ///< strength of the L2 penalty on standardised embeddings
};

/// Multinomial logistic regression on standardised embeddings (L-BFGS on the mean loss + ridge / (2 n)
/// |W|^2), fitted on all folds but one and asked on that one: out-of-sample probabilities, one row an item.
Result<std::vector<std::vector<double>>> crossValidatedProbabilities(const ProbeRequest& request);

} // namespace trainyard
