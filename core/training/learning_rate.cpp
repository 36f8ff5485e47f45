// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/recipe.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace trainyard {

double learningRateAt(const Recipe& recipe, std::int64_t step, std::int64_t totalSteps)
{
    const double peak = recipe.learningRate;
    const double total = static_cast<double>(totalSteps);
    const auto halfCosine = [](double from, double to, double share) {
        return to + (from - to) / 2.0 * (1.0 + std::cos(std::numbers::pi * share));
    };
    if (recipe.schedule == "one-cycle") {
        constexpr double kStartDivisor = 25.0;
        constexpr double kEndDivisor = 1e4;
        const double first = peak / kStartDivisor;
        const double top = recipe.warmupShare * total - 1.0;
        const double at = static_cast<double>(step);
        if (top > 0 && at <= top)
            return halfCosine(first, peak, at / top);
        const double length = total - 1.0 - top;
        return halfCosine(peak, first / kEndDivisor, std::min((at - top) / length, 1.0));
    }
    const auto warmup = static_cast<std::int64_t>(std::llround(recipe.warmupShare * total));
    if (step < warmup)
        return peak * static_cast<double>(step + 1) / static_cast<double>(warmup + 1);
    if (recipe.schedule == "constant")
        return peak;
    const auto falling = static_cast<double>(std::max<std::int64_t>(totalSteps - warmup, 1));
    return halfCosine(peak, 0.0, std::min(static_cast<double>(step - warmup) / falling, 1.0));
}

} // namespace trainyard
