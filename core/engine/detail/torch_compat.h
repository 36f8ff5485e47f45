// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

// ATen alone: torch/torch.h takes four times as long to compile and adds nothing that the engine uses.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/cuda.h>
#include <torch/version.h>

#define TRAINYARD_TORCH_2_4                                                                                  \
    (TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4))

namespace trainyard::detail {

/// Turns bfloat16 autocast on for a device while it lives, on this thread; off where `isOn` is false.
class AutocastScope
{
public:
    AutocastScope(const at::Device& device, bool isOn) : m_type(device.type()), m_wasOn(isEnabled())
    {
        if (isOn)
            setType();
        setEnabled(isOn);
    }
    ~AutocastScope()
    {
        at::autocast::clear_cache();
        setEnabled(m_wasOn);
    }
    AutocastScope(const AutocastScope&) = delete;
    AutocastScope& operator=(const AutocastScope&) = delete;

private:
#if TRAINYARD_TORCH_2_4
    [[nodiscard]] bool isEnabled() const
    {
        return at::autocast::is_autocast_enabled(m_type);
    }
    void setEnabled(bool isOn) const
    {
        at::autocast::set_autocast_enabled(m_type, isOn);
    }
    void setType() const
    {
        at::autocast::set_autocast_dtype(m_type, at::kBFloat16);
    }
#else
    [[nodiscard]] bool isEnabled() const
    {
        return m_type == at::kCPU ? at::autocast::is_cpu_enabled() : at::autocast::is_enabled();
    }
    void setEnabled(bool isOn) const
    {
        if (m_type == at::kCPU)
            at::autocast::set_cpu_enabled(isOn);
        else
            at::autocast::set_enabled(isOn);
    }
    void setType() const
    {
        if (m_type == at::kCPU)
            at::autocast::set_autocast_cpu_dtype(at::kBFloat16);
        else
            at::autocast::set_autocast_gpu_dtype(at::kBFloat16);
    }
#endif
    at::DeviceType m_type;
    bool m_wasOn;
};

/// Runs work that throws what LibTorch throws, and turns it into an error of this room.
Error torchError(const std::exception& exception);

template <typename Work>
auto guarded(Work&& work) -> decltype(work())
{
    try {
        return work();
    } catch (const std::exception& exception) {
        return fail(torchError(exception));
    }
}

} // namespace trainyard::detail
