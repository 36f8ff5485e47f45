// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/item_sizes.h"

#include "core/project/opening.h"
#include "core/storage/sqlite.h"

namespace trainyard {

Result<std::vector<ItemSize>> countItemSizes(const std::filesystem::path& projectFolder)
{
    TRAINYARD_TRY(const OpenPlace place, openForReading(projectFolder));
    TRAINYARD_TRY(Statement rows, place.reader->prepare(
                                      "SELECT width, height, count(*), sum(size) FROM items WHERE alive != 0 "
                                      "GROUP BY width, height"));
    std::vector<ItemSize> sizes;
    while (true) {
        TRAINYARD_TRY(const bool hasRow, rows.step());
        if (!hasRow)
            return sizes;
        sizes.push_back({static_cast<int>(rows.integer(0)), static_cast<int>(rows.integer(1)),
                         rows.integer(2), rows.integer(3)});
    }
}

} // namespace trainyard
