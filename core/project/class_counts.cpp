// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/class_counts.h"

#include "core/labels/shape.h"
#include "core/project/opening.h"
#include "core/project/schema.h"
#include "core/storage/sqlite.h"

#include <algorithm>
#include <functional>
#include <map>

namespace trainyard {

namespace {

using Counts = std::map<ClassId, ClassCount>;

/// Calls `take` with the class, the first number after it and the second one of each row.
Result<void> forEachCount(Database& database, const std::string& sql,
                          const std::function<void(ClassCount&, std::int64_t, std::int64_t)>& take,
                          Counts& counts)
{
    TRAINYARD_TRY(Statement rows, database.prepare(sql));
    while (true) {
        TRAINYARD_TRY(const bool hasRow, rows.step());
        if (!hasRow)
            return {};
        ClassCount& count = counts[rows.integer(0)];
        count.classId = rows.integer(0);
        take(count, rows.integer(1), rows.integer(2));
    }
}

} // namespace

Result<std::vector<ClassCount>> countClassLabels(const std::filesystem::path& projectFolder)
{
    TRAINYARD_TRY(const OpenPlace place, openForReading(projectFolder));
    Database& database = *place.reader;
    Counts counts;
    const auto isTag = [](std::int64_t kind) { return kind == static_cast<int>(ShapeKind::ClassTag); };
    // Everything, and then without the few opinions: each from an index of its own.
    const std::string living = "SELECT class_id, kind, count(*) FROM annotations WHERE alive=1 ";
    const std::string grouped = "GROUP BY class_id, kind";
    TRAINYARD_CHECK(forEachCount(
        database, living + grouped,
        [&](ClassCount& count, std::int64_t kind, std::int64_t number) {
            (isTag(kind) ? count.tags : count.shapes) += number;
        },
        counts));
    TRAINYARD_CHECK(forEachCount(
        database, living + "AND " + std::string(kIsOpinionSql) + " " + grouped,
        [&](ClassCount& count, std::int64_t kind, std::int64_t number) {
            (isTag(kind) ? count.tags : count.shapes) -= number;
            count.opinions += number;
        },
        counts));
    TRAINYARD_CHECK(forEachCount(
        database, "SELECT class_id, count(*), 0 FROM items WHERE alive=1 AND class_id>0 GROUP BY class_id",
        [](ClassCount& count, std::int64_t items, std::int64_t) { count.tags = std::max(count.tags, items); },
        counts));
    TRAINYARD_TRY(Statement gone,
                  place.reader->prepare("SELECT name, successor FROM classes WHERE id=? AND alive=0"));
    std::vector<ClassCount> found;
    for (auto& [classId, count] : counts) {
        gone.bind(1, classId);
        TRAINYARD_TRY(count.isDeleted, gone.step());
        if (count.isDeleted) {
            count.name = gone.bytes(0);
            count.successor = gone.integer(1);
        }
        gone.reset();
        found.push_back(std::move(count));
    }
    return found;
}

} // namespace trainyard
