// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/mask_columns.h"

#include <algorithm>

namespace trainyard {

MaskColumns columnsOf(const Mask& mask)
{
    MaskColumns columns;
    columns.beginColumns(mask.x);
    if (mask.width <= 0 || mask.height <= 0)
        return columns;
    columns.starts.reserve(static_cast<std::size_t>(mask.width) + 1);
    columns.spans.reserve(mask.counts.size() / 2 + 1);
    const std::int64_t height = mask.height;
    const std::int64_t pixels = height * mask.width;
    std::int64_t at = 0;
    std::int64_t columnStart = 0;
    bool isSet = false;
    for (const std::uint32_t run : mask.counts) {
        const std::int64_t end = std::min(at + run, pixels);
        while (isSet && at < end) {
            for (; at >= columnStart + height; columnStart += height)
                columns.endColumn();
            const std::int64_t stop = std::min(end, columnStart + height);
            columns.append(
                {mask.y + static_cast<int>(at - columnStart), mask.y + static_cast<int>(stop - columnStart)});
            at = stop;
        }
        at = end;
        isSet = !isSet;
    }
    while (columns.width() < mask.width)
        columns.endColumn();
    return columns;
}

Mask maskOf(const MaskColumns& columns)
{
    if (columns.spans.empty())
        return {};
    int first = 0;
    while (columns.starts[static_cast<std::size_t>(first) + 1] == 0)
        ++first;
    int last = columns.width() - 1;
    while (columns.starts[static_cast<std::size_t>(last)] == columns.spans.size())
        --last;
    int top = columns.spans.front().top;
    int bottom = columns.spans.front().end;
    for (const RowSpan& span : columns.spans) {
        top = std::min(top, span.top);
        bottom = std::max(bottom, span.end);
    }
    Mask mask{columns.x + first, top, last - first + 1, bottom - top, {}};
    mask.counts.reserve(columns.spans.size() * 2 + 1);
    const std::int64_t height = mask.height;
    std::int64_t done = 0; // pixels before the run that is being counted
    bool isOpen = false;   // the last run counts set pixels, up to `done`
    for (int column = 0; column < mask.width; ++column) {
        for (const RowSpan& span : columns.column(mask.x + column)) {
            const std::int64_t from = column * height + span.top - top;
            const std::int64_t to = column * height + span.end - top;
            if (isOpen && from == done) {
                mask.counts.back() += static_cast<std::uint32_t>(to - from);
            } else {
                mask.counts.push_back(static_cast<std::uint32_t>(from - done));
                mask.counts.push_back(static_cast<std::uint32_t>(to - from));
            }
            isOpen = true;
            done = to;
        }
    }
    if (done < height * mask.width)
        mask.counts.push_back(static_cast<std::uint32_t>(height * mask.width - done));
    return mask;
}

} // namespace trainyard
