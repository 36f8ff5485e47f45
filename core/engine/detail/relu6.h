// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/detail/torch_compat.h"

namespace trainyard::detail {

/// min(max(x, 0), 6), in place where that is allowed. LibTorch 1.13 has no gradient of it in bfloat16 on the
/// CPU; this has, in one pass over memory.
at::Tensor clampToSix(const at::Tensor& input, bool mayOverwrite);

} // namespace trainyard::detail
