// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/item_rows.h"
#include "core/project/project_impl.h"

#include <algorithm>

namespace trainyard {

namespace {

/// Of the living labels for which `where` is true; ?1 stands for the class.
Result<std::vector<LabelPlace>> readPlaces(Database& database, const std::string& where, ClassId classId)
{
    const std::string sql = "SELECT id, item, kind, ifnull(class_id, 0), " + std::string(kIsOpinionSql) +
                            " FROM annotations WHERE alive=1 AND " + where + " ORDER BY id";
    TRAINYARD_TRY(Statement rows, database.prepare(sql));
    rows.bind(1, classId);
    std::vector<LabelPlace> places;
    while (true) {
        TRAINYARD_TRY(const bool hasRow, rows.step());
        if (!hasRow)
            return places;
        places.push_back({rows.integer(0), rows.integer(1), static_cast<ShapeKind>(rows.integer(2)),
                          rows.integer(3), rows.integer(4) != 0});
    }
}

} // namespace

Result<std::vector<ItemId>> ProjectDocument::itemsWithLabel(ClassId classId)
{
    settle();
    RowView::Query query{"class_id=?", {classId}, [&](const Row& row) {
                             return row.integer(annotation_field::ClassId) == classId;
                         }};
    std::vector<ItemId> items;
    TRAINYARD_CHECK(view().forEach(Table::Annotations, query, [&](const Row& row) {
        const bool isOpinion =
            row.integer(annotation_field::Source) == static_cast<std::int64_t>(AnnotationSource::Person) &&
            !row.bytes(annotation_field::SourceName).empty();
        if (!isOpinion)
            items.push_back(row.integer(annotation_field::Item));
    }));
    std::sort(items.begin(), items.end());
    items.erase(std::unique(items.begin(), items.end()), items.end());
    return items;
}

Result<std::vector<LabelPlace>> ProjectDocument::labelsOfClass(ClassId classId)
{
    TRAINYARD_CHECK(flush());
    return readPlaces(*m_place.reader, "class_id=?1", classId);
}

Result<std::vector<LabelPlace>> ProjectDocument::labelsBesideClass(ClassId classId)
{
    TRAINYARD_CHECK(flush());
    return readPlaces(*m_place.reader,
                      "class_id IS NOT ?1 AND item IN (SELECT item FROM annotations WHERE alive=1 AND "
                      "class_id=?1)",
                      classId);
}

Result<std::vector<ItemClass>> ProjectDocument::deletedClasses()
{
    TRAINYARD_CHECK(flush());
    TRAINYARD_TRY(Statement rows,
                  m_place.reader->prepare(selectSql(Table::Classes) + "WHERE alive=0 ORDER BY id"));
    std::vector<ItemClass> classes;
    while (true) {
        TRAINYARD_TRY(const bool hasRow, rows.step());
        if (!hasRow)
            return classes;
        const Row row = rowAt(rows, Table::Classes);
        if (row.isIntact)
            classes.push_back(classFrom(row));
        else
            noteDamage(Table::Classes, row.id);
    }
}

} // namespace trainyard
