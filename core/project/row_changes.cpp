// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/row_changes.h"

#include <algorithm>
#include <set>

namespace trainyard {

namespace {

/// What a new row of this value would hold in the field.
FieldValue valueIn(const RowChange& row, const std::string& field)
{
    const auto found = std::find_if(row.fields.begin(), row.fields.end(),
                                    [&](const FieldChange& change) { return change.field == field; });
    return found == row.fields.end() ? FieldValue() : found->after;
}

/// The difference of two rows that would make the values.
RowChange changeBetween(const RowChange& was, const RowChange& becomes)
{
    std::set<std::string> names;
    for (const RowChange* row : {&was, &becomes})
        for (const FieldChange& field : row->fields)
            names.insert(field.field);
    RowChange change{was.table, was.id, {}};
    for (const std::string& name : names) {
        FieldChange field{name, valueIn(was, name), valueIn(becomes, name)};
        if (field.before != field.after)
            change.fields.push_back(std::move(field));
    }
    return change;
}

} // namespace

RowChange changedItem(const Item& before, const Item& after)
{
    return changeBetween(rowForNewItem(before), rowForNewItem(after));
}

RowChange changedAnnotation(const Annotation& before, const Annotation& after)
{
    return changeBetween(rowForNewAnnotation(before), rowForNewAnnotation(after));
}

RowChange changedClass(const ItemClass& before, const ItemClass& after)
{
    return changeBetween(rowForNewClass(before), rowForNewClass(after));
}

RowChange deletedRow(Table table, std::int64_t id)
{
    return {table, id, {{"alive", std::int64_t{1}, std::int64_t{0}}}};
}

} // namespace trainyard
