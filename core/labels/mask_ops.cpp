// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/mask_ops.h"

#include "core/labels/mask_columns.h"

#include <algorithm>
#include <cmath>

namespace trainyard {

namespace {

enum class SetOperation { Unite, Subtract, Intersect };

void unite(std::span<const RowSpan> left, std::span<const RowSpan> right, MaskColumns& out)
{
    std::size_t l = 0;
    std::size_t r = 0;
    while (l < left.size() || r < right.size()) {
        const bool isLeft = r == right.size() || (l < left.size() && left[l].top <= right[r].top);
        out.append(isLeft ? left[l++] : right[r++]);
    }
}

void intersect(std::span<const RowSpan> left, std::span<const RowSpan> right, MaskColumns& out)
{
    std::size_t l = 0;
    std::size_t r = 0;
    while (l < left.size() && r < right.size()) {
        out.append({std::max(left[l].top, right[r].top), std::min(left[l].end, right[r].end)});
        if (left[l].end < right[r].end)
            ++l;
        else
            ++r;
    }
}

void subtract(std::span<const RowSpan> from, std::span<const RowSpan> what, MaskColumns& out)
{
    std::size_t w = 0;
    for (const RowSpan& span : from) {
        int top = span.top;
        while (w < what.size() && what[w].end <= top)
            ++w;
        for (std::size_t next = w; next < what.size() && what[next].top < span.end; ++next) {
            out.append({top, std::min(what[next].top, span.end)});
            top = std::max(top, what[next].end);
        }
        out.append({top, span.end});
    }
}

MaskColumns combined(const MaskColumns& left, const MaskColumns& right, SetOperation operation)
{
    MaskColumns out;
    int first = left.x;
    int end = left.x + left.width();
    if (operation == SetOperation::Unite && right.width() > 0) {
        first = left.width() > 0 ? std::min(first, right.x) : right.x;
        end = left.width() > 0 ? std::max(end, right.x + right.width()) : right.x + right.width();
    }
    out.beginColumns(first);
    out.starts.reserve(static_cast<std::size_t>(end - first) + 1);
    out.spans.reserve(left.spans.size() + right.spans.size());
    for (int x = first; x < end; ++x) {
        const auto a = left.column(x);
        const auto b = right.column(x);
        switch (operation) {
        case SetOperation::Unite:
            unite(a, b, out);
            break;
        case SetOperation::Subtract:
            subtract(a, b, out);
            break;
        case SetOperation::Intersect:
            intersect(a, b, out);
            break;
        }
        out.endColumn();
    }
    return out;
}

Mask combined(const Mask& left, const Mask& right, SetOperation operation)
{
    return maskOf(combined(columnsOf(left), columnsOf(right), operation));
}

/// The heights at which a vertical line meets a stroke; empty where top > bottom.
struct Reach
{
    double top = 1e9;
    double bottom = -1e9;

    void add(double from, double to)
    {
        if (from > to)
            return;
        top = std::min(top, from);
        bottom = std::max(bottom, to);
    }
};

/// Disc around `from`, disc around `to`, and the rectangle between: convex, so one span a column.
MaskColumns strokeColumns(const Vertex& from, const Vertex& to, double radius)
{
    MaskColumns columns;
    const int first = static_cast<int>(std::ceil(std::min(from.x, to.x) - radius - 0.5));
    const int last = static_cast<int>(std::floor(std::max(from.x, to.x) + radius - 0.5));
    columns.beginColumns(first);
    const double dx = to.x - from.x;
    const double dy = to.y - from.y;
    const double length = std::hypot(dx, dy);
    for (int column = first; column <= last; ++column) {
        const double x = column + 0.5;
        Reach reach;
        for (const Vertex& centre : {from, to}) {
            const double across = x - centre.x;
            const double square = radius * radius - across * across;
            if (square >= 0) {
                const double half = std::sqrt(square);
                reach.add(centre.y - half, centre.y + half);
            }
        }
        // The band |(x - from.x) * dy - (y - from.y) * dx| <= radius * length, and 0 <= along <= length².
        if (length > 0) {
            double top = -1e9;
            double bottom = 1e9;
            const auto narrow = [&](double factor, double low, double high) { // low <= factor * y <= high
                if (factor == 0) {
                    if (low > 0 || high < 0)
                        bottom = top - 1;
                    return;
                }
                top = std::max(top, std::min(low / factor, high / factor));
                bottom = std::min(bottom, std::max(low / factor, high / factor));
            };
            const double across = (x - from.x) * dy;
            const double along = (x - from.x) * dx;
            narrow(dx, across - radius * length, across + radius * length);
            narrow(dy, -along, length * length - along);
            reach.add(from.y + top, from.y + bottom);
        }
        if (reach.top <= reach.bottom)
            columns.append({static_cast<int>(std::ceil(reach.top - 0.5)),
                            static_cast<int>(std::floor(reach.bottom - 0.5)) + 1});
        columns.endColumn();
    }
    return columns;
}

} // namespace

Mask unitedMasks(const Mask& left, const Mask& right)
{
    return combined(left, right, SetOperation::Unite);
}

Mask subtractedMasks(const Mask& from, const Mask& what)
{
    return combined(from, what, SetOperation::Subtract);
}

Mask intersectedMasks(const Mask& left, const Mask& right)
{
    return combined(left, right, SetOperation::Intersect);
}

Mask withDisc(const Mask& mask, const Vertex& centre, double radius, BrushMode mode)
{
    return withStroke(mask, centre, centre, radius, mode);
}

Mask withStroke(const Mask& mask, const Vertex& from, const Vertex& to, double radius, BrushMode mode)
{
    return maskOf(combined(columnsOf(mask), strokeColumns(from, to, radius),
                           mode == BrushMode::Add ? SetOperation::Unite : SetOperation::Subtract));
}

Mask tightMask(const Mask& mask)
{
    return maskOf(columnsOf(mask));
}

Mask croppedMask(const Mask& mask, int pictureWidth, int pictureHeight)
{
    const MaskColumns columns = columnsOf(mask);
    MaskColumns out;
    out.beginColumns(std::max(0, columns.x));
    for (int x = out.x; x < std::min(pictureWidth, columns.x + columns.width()); ++x) {
        for (const RowSpan& span : columns.column(x))
            out.append({std::max(0, span.top), std::min(pictureHeight, span.end)});
        out.endColumn();
    }
    return maskOf(out);
}

std::int64_t maskArea(const Mask& mask)
{
    std::int64_t area = 0;
    for (std::size_t i = 1; i < mask.counts.size(); i += 2)
        area += mask.counts[i];
    return area;
}

bool maskContains(const Mask& mask, int x, int y)
{
    if (x < mask.x || y < mask.y || x - mask.x >= mask.width || y - mask.y >= mask.height)
        return false;
    const std::int64_t wanted = static_cast<std::int64_t>(x - mask.x) * mask.height + (y - mask.y);
    std::int64_t end = 0;
    for (std::size_t i = 0; i < mask.counts.size(); ++i) {
        end += mask.counts[i];
        if (wanted < end)
            return i % 2 == 1;
    }
    return false;
}

std::vector<std::uint8_t> maskBytes(const Mask& mask)
{
    return bitmapFromMask(mask).bytes;
}

Mask maskFromBitmap(const Bitmap& bitmap)
{
    // Row by row as the bytes lie: each column's last span grows as long as its pixels go on.
    std::vector<std::vector<RowSpan>> spans(static_cast<std::size_t>(std::max(0, bitmap.width)));
    for (int line = 0; line < bitmap.height; ++line) {
        const std::uint8_t* bytes = bitmap.row(line);
        const int y = bitmap.y + line;
        for (std::size_t column = 0; column < spans.size(); ++column) {
            if (bytes[column] == 0)
                continue;
            if (!spans[column].empty() && spans[column].back().end == y)
                ++spans[column].back().end;
            else
                spans[column].push_back({y, y + 1});
        }
    }
    MaskColumns columns;
    columns.beginColumns(bitmap.x);
    for (const std::vector<RowSpan>& column : spans) {
        columns.spans.insert(columns.spans.end(), column.begin(), column.end());
        columns.endColumn();
    }
    return maskOf(columns);
}

Bitmap bitmapFromMask(const Mask& mask)
{
    Bitmap bitmap{mask.x, mask.y, mask.width, mask.height, {}};
    bitmap.bytes.resize(static_cast<std::size_t>(mask.width) * static_cast<std::size_t>(mask.height));
    const MaskColumns columns = columnsOf(mask);
    for (int column = 0; column < columns.width(); ++column)
        for (const RowSpan& span : columns.column(mask.x + column))
            for (int y = span.top; y < span.end; ++y)
                bitmap.row(y - mask.y)[column] = 1;
    return bitmap;
}

} // namespace trainyard
