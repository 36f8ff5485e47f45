// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/detail/torch_compat.h"

#include <cstdint>

namespace trainyard::detail {

/// Multinomial logistic regression: rows with their labels.
struct LogisticProblem
{
    at::Tensor rows;   ///< [n, d], float or double
    at::Tensor labels; ///< [n], 0 .. classes - 1
    double ridge = 1;
    std::int64_t classes = 0;
};

struct LogisticLimits
{
    int mostSteps = 300;
    double tolerance = 1e-4; ///< of the largest number of the gradient
};

/// The minimum of the mean cross-entropy + ridge / (2 n) |W|^2 (the bias is free) by L-BFGS with Armijo's
/// rule, from `start` or from zeros: flat, W [d, k], then the bias [k]. The problem is convex. Throws what
/// LibTorch throws.
at::Tensor fitLogistic(const LogisticProblem& problem, const at::Tensor& start, const LogisticLimits& limits);

} // namespace trainyard::detail
