// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/size_statistics.h"

#include "core/project/item_sizes.h"
#include "widgets/bridge/item_filter.h"

#include <map>

namespace trainyard::widgets {

namespace {

constexpr std::size_t kShownSizes = 8;

using SizeCounts = std::map<std::pair<int, int>, std::int64_t>;

/// Many sizes are counted by their long edge, in steps of two.
std::vector<std::pair<QString, std::int64_t>> byLongEdge(const SizeCounts& counts)
{
    std::map<int, std::int64_t> steps; // by the largest edge of the step
    for (const auto& [size, count] : counts)
        steps[edgeStep(size.first, size.second)] += count;
    std::vector<std::pair<QString, std::int64_t>> rows;
    for (const auto& [edge, count] : steps)
        rows.emplace_back(edgeStepText(edge), count);
    return rows;
}

} // namespace

SizeStatistics readSizeStatistics(const std::filesystem::path& projectFolder)
{
    SizeStatistics statistics;
    const auto sizes = countItemSizes(projectFolder);
    if (!sizes)
        return statistics;
    SizeCounts counts;
    for (const ItemSize& size : *sizes) {
        statistics.bytes += size.bytes;
        if (size.width > 0 && size.height > 0)
            counts[{size.width, size.height}] = size.count;
        else
            statistics.unknown += size.count;
    }
    if (counts.size() > kShownSizes)
        statistics.sizes = byLongEdge(counts);
    else
        for (const auto& [size, count] : counts)
            statistics.sizes.emplace_back(QStringLiteral("%1 × %2").arg(size.first).arg(size.second), count);
    return statistics;
}

} // namespace trainyard::widgets
