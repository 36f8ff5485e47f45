// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace trainyard::detail {

// The optimizers' arithmetic on plain memory: one pass, no temporaries.

constexpr double kAdamBeta1 = 0.9;
constexpr double kAdamBeta2 = 0.999;
constexpr double kAdamEpsilon = 1e-8;

/// What is the same for all numbers of an AdamW update (the first has number 1).
struct AdamWStep
{
    float keep; ///< 1 - learning rate * decay
    float size; ///< learning rate / bias correction of the mean
    float rootCorrection;
};

AdamWStep adamWStep(double learningRate, double weightDecay, std::int64_t update);

/// Equal stretches of a parameter, its gradient and its state; `second` only for AdamW.
struct UpdateRange
{
    float* parameter;
    const float* gradient;
    float* first;
    float* second;
    std::int64_t count;
};

void fusedAdamW(const UpdateRange& range, const AdamWStep& step);
/// L2 decay, momentum without dampening.
void fusedSgd(const UpdateRange& range, float learningRate, float decay, float momentum, bool usesNesterov);

/// In double; the order of additions depends on count alone.
double squaredSum(const float* values, std::int64_t count);

} // namespace trainyard::detail
