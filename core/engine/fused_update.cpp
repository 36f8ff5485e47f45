// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/detail/fused_update.h"

#include <array>
#include <cmath>

namespace trainyard::detail {

AdamWStep adamWStep(double learningRate, double weightDecay, std::int64_t update)
{
    const double correction1 = 1.0 - std::pow(kAdamBeta1, static_cast<double>(update));
    const double correction2 = 1.0 - std::pow(kAdamBeta2, static_cast<double>(update));
    return {static_cast<float>(1.0 - learningRate * weightDecay),
            static_cast<float>(learningRate / correction1), static_cast<float>(std::sqrt(correction2))};
}

void fusedAdamW(const UpdateRange& range, const AdamWStep& step)
{
    constexpr auto beta1 = static_cast<float>(kAdamBeta1);
    constexpr auto beta2 = static_cast<float>(kAdamBeta2);
    constexpr auto rest1 = static_cast<float>(1.0 - kAdamBeta1);
    constexpr auto rest2 = static_cast<float>(1.0 - kAdamBeta2);
    constexpr auto epsilon = static_cast<float>(kAdamEpsilon);
    for (std::int64_t i = 0; i < range.count; ++i) {
        const float g = range.gradient[i];
        const float m = range.first[i] * beta1 + g * rest1;
        const float v = range.second[i] * beta2 + g * g * rest2;
        range.first[i] = m;
        range.second[i] = v;
        const float denominator = std::sqrt(v) / step.rootCorrection + epsilon;
        range.parameter[i] = range.parameter[i] * step.keep - step.size * m / denominator;
    }
}

void fusedSgd(const UpdateRange& range, float learningRate, float decay, float momentum, bool usesNesterov)
{
    for (std::int64_t i = 0; i < range.count; ++i) {
        const float g = range.gradient[i] + decay * range.parameter[i];
        const float buffer = momentum * range.first[i] + g;
        range.first[i] = buffer;
        range.parameter[i] -= learningRate * (usesNesterov ? g + momentum * buffer : buffer);
    }
}

/// Eight sums at a time, so that one addition need not wait for the one before.
double squaredSum(const float* values, std::int64_t count)
{
    std::array<double, 8> lanes{};
    const std::int64_t whole = count / 8 * 8;
    for (std::int64_t i = 0; i < whole; i += 8) {
        for (std::size_t lane = 0; lane < 8; ++lane) {
            const double value = values[i + static_cast<std::int64_t>(lane)];
            lanes[lane] += value * value;
        }
    }
    double sum = 0;
    for (const double lane : lanes)
        sum += lane;
    for (std::int64_t i = whole; i < count; ++i)
        sum += static_cast<double>(values[i]) * static_cast<double>(values[i]);
    return sum;
}

} // namespace trainyard::detail
