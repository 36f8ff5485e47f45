// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/size_statistics.h"

#include "core/project/project.h"

#include <QCoreApplication>

#include <algorithm>
#include <bit>
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
        steps[static_cast<int>(std::bit_ceil(static_cast<unsigned>(std::max(size.first, size.second))))] += count;
    std::vector<std::pair<QString, std::int64_t>> rows;
    for (const auto& [edge, count] : steps)
        rows.emplace_back(QCoreApplication::translate("sizes", "%1–%2 px").arg(edge / 2 + 1).arg(edge), count);
    return rows;
}

} // namespace

SizeStatistics readSizeStatistics(const std::filesystem::path& projectFolder)
{
    SizeStatistics statistics;
    const auto project = Project::open(projectFolder, Project::OpenMode::ReadOnly, "reader");
    if (!project)
        return statistics;
    const auto items = (*project)->items();
    if (!items)
        return statistics;
    SizeCounts counts;
    for (const Item& item : *items) {
        statistics.bytes += item.size;
        if (item.width > 0 && item.height > 0)
            ++counts[{item.width, item.height}];
        else
            ++statistics.unknown;
    }
    if (counts.size() > kShownSizes)
        statistics.sizes = byLongEdge(counts);
    else
        for (const auto& [size, count] : counts)
            statistics.sizes.emplace_back(QStringLiteral("%1 × %2").arg(size.first).arg(size.second), count);
    return statistics;
}

} // namespace trainyard::widgets
