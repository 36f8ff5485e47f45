// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/class_counts.h"

#include "core/labels/shape.h"
#include "core/project/opening.h"
#include "core/storage/sqlite.h"

#include <algorithm>

namespace trainyard {

Result<std::vector<ClassCount>> countClassLabels(const std::filesystem::path& projectFolder)
{
    TRAINYARD_TRY(const OpenPlace place, openForReading(projectFolder));
    TRAINYARD_TRY(Statement rows,
                  place.reader->prepare("SELECT class_id, kind, count(*) FROM annotations WHERE alive=1 "
                                        "GROUP BY class_id, kind ORDER BY class_id"));
    std::vector<ClassCount> counts;
    while (true) {
        TRAINYARD_TRY(const bool hasRow, rows.step());
        if (!hasRow)
            break;
        const ClassId classId = rows.integer(0);
        if (counts.empty() || counts.back().classId != classId)
            counts.push_back({classId, 0, 0, false, {}, 0});
        const bool isTag = rows.integer(1) == static_cast<int>(ShapeKind::ClassTag);
        (isTag ? counts.back().tags : counts.back().shapes) += rows.integer(2);
    }
    TRAINYARD_TRY(Statement items, place.reader->prepare("SELECT class_id, count(*) FROM items WHERE "
                                                         "alive=1 AND class_id>0 GROUP BY class_id"));
    while (true) {
        TRAINYARD_TRY(const bool hasRow, items.step());
        if (!hasRow)
            break;
        const auto at = std::lower_bound(
            counts.begin(), counts.end(), items.integer(0),
            [](const ClassCount& count, ClassId classId) { return count.classId < classId; });
        if (at == counts.end() || at->classId != items.integer(0))
            counts.insert(at, {items.integer(0), items.integer(1), 0, false, {}, 0});
        else
            at->tags = std::max(at->tags, items.integer(1));
    }
    TRAINYARD_TRY(Statement gone,
                  place.reader->prepare("SELECT name, successor FROM classes WHERE id=? AND alive=0"));
    for (ClassCount& count : counts) {
        gone.bind(1, count.classId);
        TRAINYARD_TRY(count.isDeleted, gone.step());
        if (count.isDeleted) {
            count.name = gone.bytes(0);
            count.successor = gone.integer(1);
        }
        gone.reset();
    }
    return counts;
}

} // namespace trainyard
