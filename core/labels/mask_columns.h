// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/shape.h"

#include <cstdint>
#include <span>
#include <vector>

namespace trainyard {

/// Rows [top, end) of one column.
struct RowSpan
{
    int top = 0;
    int end = 0;

    bool operator==(const RowSpan&) const = default;
};

/// The set pixels of a mask as spans of picture rows, column by column: the form that all work on masks is
/// done in, because its cost follows the outline and not the area. Spans of a column rise, and neither touch
/// nor overlap.
struct MaskColumns
{
    int x = 0;                       ///< the picture column of the first one
    std::vector<std::size_t> starts; ///< where each column's spans begin, and the end of the last
    std::vector<RowSpan> spans;

    [[nodiscard]] int width() const { return starts.empty() ? 0 : static_cast<int>(starts.size()) - 1; }
    /// The spans of a picture column; none outside.
    [[nodiscard]] std::span<const RowSpan> column(int pictureX) const
    {
        const int index = pictureX - x;
        if (index < 0 || index >= width())
            return {};
        const auto at = static_cast<std::size_t>(index);
        return std::span(spans).subspan(starts[at], starts[at + 1] - starts[at]);
    }
    /// Adds a span to the column that is being built; joins it to one that it touches.
    void append(RowSpan span)
    {
        if (span.top >= span.end)
            return;
        if (spans.size() > starts.back() && spans.back().end >= span.top)
            spans.back().end = spans.back().end > span.end ? spans.back().end : span.end;
        else
            spans.push_back(span);
    }
    void beginColumns(int firstX)
    {
        x = firstX;
        starts = {0};
        spans.clear();
    }
    void endColumn() { starts.push_back(spans.size()); }
};

MaskColumns columnsOf(const Mask& mask);

/// In the smallest rectangle that holds all set pixels; Mask() where none is set.
Mask maskOf(const MaskColumns& columns);

} // namespace trainyard
