// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/mask_codec.h"

#include "core/labels/mask_columns.h"
#include "core/labels/mask_ops.h"

#include <algorithm>
#include <limits>

namespace trainyard {

namespace {

Result<void> checkRuns(std::span<const std::uint32_t> counts, int width, int height)
{
    if (width <= 0 || height <= 0 || width > kMaxMaskSide || height > kMaxMaskSide ||
        static_cast<std::int64_t>(width) * height > kMaxMaskPixels)
        return fail(ErrorCode::CorruptFile, "a mask of " + std::to_string(width) + " x " +
                                                std::to_string(height) + " pixels cannot be");
    std::uint64_t sum = 0;
    for (const std::uint32_t run : counts)
        sum += run;
    const std::uint64_t pixels = static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height);
    if (sum != pixels)
        return fail(ErrorCode::CorruptFile, "the runs of the mask count " + std::to_string(sum) +
                                                " pixels instead of " + std::to_string(pixels));
    return {};
}

/// Runs of alternating value, from the set spans as they come in rising order.
class RunWriter
{
public:
    void addSet(std::int64_t from, std::int64_t to)
    {
        if (!m_counts.empty() && from == m_done) {
            m_counts.back() += static_cast<std::uint32_t>(to - from);
        } else {
            m_counts.push_back(static_cast<std::uint32_t>(from - m_done));
            m_counts.push_back(static_cast<std::uint32_t>(to - from));
        }
        m_done = to;
    }
    std::vector<std::uint32_t> finish(std::int64_t pixels)
    {
        if (m_done < pixels)
            m_counts.push_back(static_cast<std::uint32_t>(pixels - m_done));
        return std::move(m_counts);
    }

private:
    std::vector<std::uint32_t> m_counts;
    std::int64_t m_done = 0;
};

} // namespace

std::vector<std::uint32_t> toCocoCounts(const Mask& mask, int pictureWidth, int pictureHeight)
{
    RunWriter runs;
    const MaskColumns columns = columnsOf(mask);
    const int first = std::max(0, columns.x);
    const int end = std::min(pictureWidth, columns.x + columns.width());
    for (int x = first; x < end; ++x) {
        const std::int64_t columnStart = static_cast<std::int64_t>(x) * pictureHeight;
        for (const RowSpan& span : columns.column(x)) {
            const int top = std::max(0, span.top);
            const int bottom = std::min(pictureHeight, span.end);
            if (top < bottom)
                runs.addSet(columnStart + top, columnStart + bottom);
        }
    }
    return runs.finish(static_cast<std::int64_t>(pictureWidth) * pictureHeight);
}

Result<Mask> fromCocoCounts(std::span<const std::uint32_t> counts, int pictureWidth, int pictureHeight)
{
    TRAINYARD_CHECK(checkRuns(counts, pictureWidth, pictureHeight));
    return tightMask({0, 0, pictureWidth, pictureHeight, {counts.begin(), counts.end()}});
}

std::string toCocoString(std::span<const std::uint32_t> counts)
{
    std::string text;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        std::int64_t value = counts[i];
        if (i > 2)
            value -= counts[i - 2];
        bool hasMore = true;
        while (hasMore) {
            int bits = static_cast<int>(value & 0x1f);
            value >>= 5;
            hasMore = (bits & 0x10) != 0 ? value != -1 : value != 0;
            if (hasMore)
                bits |= 0x20;
            text.push_back(static_cast<char>(bits + 48));
        }
    }
    return text;
}

Result<std::vector<std::uint32_t>> fromCocoString(std::string_view text)
{
    const auto wrong = [](std::size_t at, const char* what) {
        return fail(ErrorCode::CorruptFile,
                    "character " + std::to_string(at + 1) + " of the compressed mask " + what);
    };
    std::vector<std::uint32_t> counts;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t start = at;
        std::int64_t value = 0;
        int shift = 0;
        bool hasMore = true;
        while (hasMore) {
            if (at == text.size())
                return wrong(at - 1, "ends inside a number");
            const int bits = text[at] - 48;
            if (bits < 0 || bits > 0x3f)
                return wrong(at, "is not one of '0' to 'o'");
            if (shift > 35)
                return wrong(at, "continues a number that is too large");
            value |= static_cast<std::int64_t>(bits & 0x1f) << shift;
            shift += 5;
            hasMore = (bits & 0x20) != 0;
            if (!hasMore && (bits & 0x10) != 0)
                value |= -(std::int64_t(1) << shift);
            ++at;
        }
        if (counts.size() > 2)
            value += counts[counts.size() - 2];
        if (value < 0 || value > kMaxMaskPixels)
            return wrong(start, "begins a run that cannot be");
        counts.push_back(static_cast<std::uint32_t>(value));
    }
    return counts;
}

std::vector<std::uint32_t> toRowCounts(const Mask& mask)
{
    const std::vector<std::uint8_t> bytes = maskBytes(mask);
    RunWriter runs;
    const auto begin = bytes.begin();
    for (auto from = std::find(begin, bytes.end(), 1); from != bytes.end();) {
        const auto to = std::find(from, bytes.end(), 0);
        runs.addSet(from - begin, to - begin);
        from = std::find(to, bytes.end(), 1);
    }
    return runs.finish(static_cast<std::int64_t>(bytes.size()));
}

Result<Mask> fromRowCounts(std::span<const std::uint32_t> counts, int x, int y, int width, int height)
{
    TRAINYARD_CHECK(checkRuns(counts, width, height));
    Bitmap bitmap{x, y, width, height, {}};
    bitmap.bytes.reserve(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    std::uint8_t value = 0;
    for (const std::uint32_t run : counts) {
        bitmap.bytes.insert(bitmap.bytes.end(), run, value);
        value ^= 1;
    }
    return maskFromBitmap(bitmap);
}

} // namespace trainyard
