// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace trainyard {

/// How many items of a project have one size.
struct ItemSize
{
    int width = 0; ///< pixels, 0 where not known
    int height = 0;
    std::int64_t count = 0;
    std::int64_t bytes = 0; ///< of their files together

    bool operator==(const ItemSize&) const = default;
};

/// Counted by the database, so that a million items cost no memory; the checksums of rows are not looked at.
/// Uses a connection of its own: any thread. Fails as Project::open() for reading does.
Result<std::vector<ItemSize>> countItemSizes(const std::filesystem::path& projectFolder);

} // namespace trainyard
