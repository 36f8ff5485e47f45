// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/detail/torch_compat.h"
#include "core/engine/embedding_matrix.h"

#include <span>

namespace trainyard::detail {

/// Some rows as float32 [n, width].
at::Tensor floatRows(const EmbeddingMatrix& matrix, std::span<const std::int64_t> rows);

/// Rows that are turned to float32 at once: 40 MB at 1,280 numbers.
constexpr std::size_t kRowsAtOnce = 8'192;

} // namespace trainyard::detail
