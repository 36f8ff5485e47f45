// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/embedding_matrix.h"

#include "core/base/random.h"
#include "core/engine/detail/embedding_rows.h"

#include <algorithm>
#include <cmath>

namespace trainyard {

namespace {

/// 1 / length, or InvalidArgument.
Result<float> inverseLength(std::span<const float> values)
{
    double sum = 0;
    for (const float value : values)
        sum += static_cast<double>(value) * static_cast<double>(value);
    if (!std::isfinite(sum))
        return fail(ErrorCode::InvalidArgument, "an embedding is not finite");
    if (sum <= 0)
        return fail(ErrorCode::InvalidArgument, "an embedding holds nothing but zeros");
    return static_cast<float>(1.0 / std::sqrt(sum));
}

} // namespace

Result<std::int64_t> EmbeddingMatrix::append(std::span<const float> values)
{
    if (m_rows == 0)
        m_width = static_cast<std::int64_t>(values.size());
    m_halves.resize(m_halves.size() + static_cast<std::size_t>(m_width));
    ++m_rows;
    if (const auto replaced = replace(m_rows - 1, values); !replaced) {
        m_halves.resize(m_halves.size() - static_cast<std::size_t>(m_width));
        --m_rows;
        return fail(replaced.error());
    }
    return m_rows - 1;
}

Result<void> EmbeddingMatrix::replace(std::int64_t row, std::span<const float> values)
{
    if (static_cast<std::int64_t>(values.size()) != m_width)
        return fail(ErrorCode::InvalidArgument, "an embedding has " + std::to_string(values.size()) +
                                                    " numbers, the others have " + std::to_string(m_width));
    TRAINYARD_TRY(const float scale, inverseLength(values));
    std::uint16_t* out = m_halves.data() + row * m_width;
    for (std::size_t i = 0; i < values.size(); ++i)
        out[i] = c10::Half(values[i] * scale).x;
    return {};
}

namespace detail {

at::Tensor floatRows(const EmbeddingMatrix& matrix, std::span<const std::int64_t> rows)
{
    const std::int64_t width = matrix.width();
    const auto count = static_cast<std::int64_t>(rows.size());
    auto* data = const_cast<std::uint16_t*>(matrix.halves().data()); // from_blob() takes no const
    const bool isContiguous =
        count > 0 && rows.back() - rows.front() == count - 1 &&
        std::adjacent_find(rows.begin(), rows.end(),
                           [](std::int64_t a, std::int64_t b) { return b != a + 1; }) == rows.end();
    if (isContiguous)
        return at::from_blob(data + rows.front() * width, {count, width}, at::kHalf).to(at::kFloat);
    const at::Tensor gathered = at::empty({count, width}, at::kHalf);
    auto* out = static_cast<std::uint16_t*>(gathered.data_ptr());
    for (std::size_t i = 0; i < rows.size(); ++i)
        std::copy_n(data + rows[i] * width, width, out + static_cast<std::int64_t>(i) * width);
    return gathered.to(at::kFloat);
}

} // namespace detail

Result<std::vector<float>> projectedRows(const EmbeddingMatrix& matrix, std::span<const std::int64_t> rows,
                                         std::int64_t width, std::uint64_t seed)
{
    return detail::guarded([&]() -> Result<std::vector<float>> {
        const c10::InferenceMode inference;
        const at::Tensor directions = at::empty({matrix.width(), width}, at::kFloat);
        CounterRandom random(seed, RandomPurpose::Sample, 0, 0);
        const auto scale = 1.0 / std::sqrt(static_cast<double>(width));
        for (std::int64_t i = 0; i < directions.numel(); ++i)
            directions.data_ptr<float>()[i] = static_cast<float>(random.normal() * scale);
        std::vector<float> result;
        result.reserve(rows.size() * static_cast<std::size_t>(width));
        for (std::size_t first = 0; first < rows.size(); first += detail::kRowsAtOnce) {
            const std::size_t count = std::min(detail::kRowsAtOnce, rows.size() - first);
            const at::Tensor some =
                at::matmul(detail::floatRows(matrix, rows.subspan(first, count)), directions);
            result.insert(result.end(), some.data_ptr<float>(), some.data_ptr<float>() + some.numel());
        }
        return result;
    });
}

} // namespace trainyard
