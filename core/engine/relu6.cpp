// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/detail/relu6.h"

#include <cstdint>
#include <torch/csrc/autograd/custom_function.h>

namespace trainyard::detail {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr std::int64_t kGrain = 32768;
constexpr std::uint16_t kSix = 0x40C0;       ///< 6 in bfloat16
constexpr std::uint16_t kMagnitude = 0x7FFF; ///< everything but the sign: -0 is 0, too

/// gradient where 0 < result < 6, else 0, on bits: results are 0 to 6, so two comparisons say it all.
void maskGradient(const std::uint16_t* result, const std::uint16_t* gradient, std::uint16_t* out,
                  std::int64_t count)
{
    for (std::int64_t i = 0; i < count; ++i) {
        const bool isInside = (result[i] & kMagnitude) != 0 && result[i] != kSix;
        out[i] = isInside ? gradient[i] : std::uint16_t{0};
    }
}

struct ClampToSix : torch::autograd::Function<ClampToSix>
{
    static at::Tensor forward(AutogradContext* context, at::Tensor input, bool mayOverwrite)
    {
        at::Tensor result = input;
        if (mayOverwrite) {
            at::clamp_(result, 0.0, 6.0);
            context->mark_dirty({result});
        } else {
            result = at::clamp(input, 0.0, 6.0);
        }
        context->save_for_backward({result});
        return result;
    }

    static variable_list backward(AutogradContext* context, variable_list gradients)
    {
        const at::Tensor result = context->get_saved_variables().front();
        at::Tensor gradient = gradients.front();
        if (gradient.strides() != result.strides() || gradient.scalar_type() != result.scalar_type())
            gradient = at::empty_like(result).copy_(gradient);
        at::Tensor out = at::empty_like(result);
        const auto* r = static_cast<const std::uint16_t*>(result.data_ptr());
        const auto* g = static_cast<const std::uint16_t*>(gradient.data_ptr());
        auto* o = static_cast<std::uint16_t*>(out.data_ptr());
        at::parallel_for(0, result.numel(), kGrain, [&](std::int64_t from, std::int64_t to) {
            maskGradient(r + from, g + from, o + from, to - from);
        });
        return {out, at::Tensor()};
    }
};

} // namespace

at::Tensor clampToSix(const at::Tensor& input, bool mayOverwrite)
{
    const bool isDense = input.is_non_overlapping_and_dense();
    if (input.is_cpu() && input.scalar_type() == at::kBFloat16 && input.requires_grad() && isDense)
        return ClampToSix::apply(input, mayOverwrite);
    at::Tensor value = input;
    return mayOverwrite ? at::hardtanh_(value, 0.0, 6.0) : at::hardtanh(value, 0.0, 6.0);
}

} // namespace trainyard::detail
