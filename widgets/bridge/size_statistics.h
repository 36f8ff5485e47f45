// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace trainyard::widgets {

/// How large the pictures of a project are.
struct SizeStatistics
{
    /// "640 × 480", or where there are more than eight sizes, long edges in steps of two: "129–256 px".
    std::vector<std::pair<QString, std::int64_t>> sizes;
    std::int64_t unknown = 0; ///< size not known
    std::int64_t bytes = 0;   ///< of all files
};

/// Through a connection of its own, so that it may run on any thread; empty where that fails.
SizeStatistics readSizeStatistics(const std::filesystem::path& projectFolder);

} // namespace trainyard::widgets
