// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <span>
#include <vector>

namespace trainyard {

/// Embeddings of many pictures in memory: one row each, scaled to length 1 and kept in half precision (50,000
/// rows of 1,280 numbers take 128 MB).
///
/// The first row gives the width. One thread at a time.
class EmbeddingMatrix
{
public:
    [[nodiscard]] std::int64_t rows() const { return m_rows; }
    [[nodiscard]] std::int64_t width() const { return m_width; } ///< 0 before the first row

    /// Gives the number of the row. InvalidArgument for another width, a number that is not finite, or zeros
    /// alone.
    Result<std::int64_t> append(std::span<const float> values);
    Result<void> replace(std::int64_t row, std::span<const float> values);

    /// Bit patterns of IEEE half precision, row after row.
    [[nodiscard]] std::span<const std::uint16_t> halves() const { return m_halves; }

private:
    std::vector<std::uint16_t> m_halves;
    std::int64_t m_rows = 0;
    std::int64_t m_width = 0;
};

/// Rows as their products with `width` random directions (normal, by `seed`), scaled so that distances are
/// kept within some per cent: Johnson and Lindenstrauss 1984. Row after row.
Result<std::vector<float>> projectedRows(const EmbeddingMatrix& matrix, std::span<const std::int64_t> rows,
                                         std::int64_t width, std::uint64_t seed);

} // namespace trainyard
