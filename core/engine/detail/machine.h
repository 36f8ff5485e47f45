// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/detail/torch_compat.h"

#include <cstdint>
#include <string>

namespace trainyard::detail {

/// "auto" (a GPU where there is one), "cpu", "cuda", "cuda:N". DeviceUnavailable says what is missing.
Result<at::Device> deviceFrom(const std::string& name);
std::string deviceText(const at::Device& device);

/// The processor has instructions for bfloat16 (AVX512-BF16), or the device is a GPU.
bool hasFastBfloat16(const at::Device& device);

/// LibTorch and its BLAS compute with so many threads from now on; 0: all cores. Gives the number.
std::int64_t useThreads(std::int64_t threads);
std::int64_t coreCount();

/// Results depend on inputs and thread count alone.
void makeDeterministic();

std::string torchVersion();

/// The process's resident memory in bytes.
std::int64_t residentBytes();

} // namespace trainyard::detail
