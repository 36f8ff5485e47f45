// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/size_statistics.h"

#include "core/project/project.h"

#include <algorithm>
#include <map>

namespace trainyard::widgets {

namespace {

constexpr std::size_t kShownSizes = 8;

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
    std::map<std::pair<int, int>, std::int64_t> counts;
    for (const Item& item : *items) {
        statistics.bytes += item.size;
        if (item.width > 0 && item.height > 0)
            ++counts[{item.width, item.height}];
        else
            ++statistics.unknown;
    }
    std::vector<std::pair<std::int64_t, std::pair<int, int>>> order;
    for (const auto& [size, count] : counts)
        order.emplace_back(count, size);
    std::sort(order.rbegin(), order.rend());
    for (const auto& [count, size] : order) {
        if (statistics.sizes.size() < kShownSizes)
            statistics.sizes.emplace_back(QStringLiteral("%1 × %2").arg(size.first).arg(size.second), count);
        else
            statistics.others += count;
    }
    return statistics;
}

} // namespace trainyard::widgets
