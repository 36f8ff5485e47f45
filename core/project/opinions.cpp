// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/opinions.h"

#include "core/project/opening.h"
#include "core/project/schema.h"
#include "core/storage/sqlite.h"

namespace trainyard {

Result<std::map<std::string, std::vector<ItemId>>>
itemsWithOpinions(const std::filesystem::path& projectFolder)
{
    TRAINYARD_TRY(const OpenPlace place, openForReading(projectFolder));
    TRAINYARD_TRY(
        Statement rows,
        place.reader->prepare("SELECT DISTINCT source_name, item FROM annotations WHERE alive=1 AND " +
                              std::string(kIsOpinionSql) + " ORDER BY item"));
    std::map<std::string, std::vector<ItemId>> people;
    while (true) {
        TRAINYARD_TRY(const bool hasRow, rows.step());
        if (!hasRow)
            return people;
        people[std::string(rows.bytes(0))].push_back(rows.integer(1));
    }
}

} // namespace trainyard
