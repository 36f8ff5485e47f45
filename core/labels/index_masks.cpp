// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/index_masks.h"

#include "core/labels/mask_columns.h"
#include "core/labels/mask_ops.h"

#include <unordered_map>

namespace trainyard {

namespace {

constexpr std::size_t kMostValues = 65536; ///< as many as 16 bits tell apart

/// The columns of one value, built from left to right.
struct Growing
{
    MaskColumns columns;
    int nextX = 0; ///< the first column that is not ended
};

/// Ends columns up to, and without, `x`.
void advance(Growing& growing, int x)
{
    while (growing.nextX < x) {
        growing.columns.endColumn();
        ++growing.nextX;
    }
}

} // namespace

Result<std::map<std::uint32_t, Mask>> masksByValue(const IndexPicture& picture)
{
    std::unordered_map<std::uint32_t, Growing> growing;
    const auto valueAt = [&](int x, int y) {
        return picture.values[static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) +
                              static_cast<std::size_t>(x)];
    };
    for (int x = 0; x < picture.width; ++x) {
        for (int top = 0; top < picture.height;) {
            const std::uint32_t value = valueAt(x, top);
            int end = top + 1;
            while (end < picture.height && valueAt(x, end) == value)
                ++end;
            auto [entry, isNew] = growing.try_emplace(value);
            if (isNew) {
                if (growing.size() > kMostValues)
                    return fail(ErrorCode::InvalidFile,
                                "it holds more than 65,536 colours: it is a photograph, not a mask");
                entry->second.columns.beginColumns(x);
                entry->second.nextX = x;
            }
            advance(entry->second, x);
            entry->second.columns.append({top, end});
            top = end;
        }
    }
    std::map<std::uint32_t, Mask> masks;
    for (auto& [value, columns] : growing) {
        columns.columns.endColumn();
        masks.emplace(value, maskOf(columns.columns));
    }
    return masks;
}

std::int64_t paintShape(std::span<std::uint32_t> values, int width, int height, const Shape& shape,
                        std::uint32_t value)
{
    const MaskColumns columns = columnsOf(rasterised(shape, width, height));
    std::int64_t covered = 0;
    for (int x = columns.x; x < columns.x + columns.width(); ++x) {
        for (const RowSpan& span : columns.column(x)) {
            for (int y = span.top; y < span.end; ++y) {
                std::uint32_t& pixel = values[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                                              static_cast<std::size_t>(x)];
                covered += pixel != 0 ? 1 : 0;
                pixel = value;
            }
        }
    }
    return covered;
}

} // namespace trainyard
