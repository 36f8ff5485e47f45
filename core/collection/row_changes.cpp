// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/row_changes.h"

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

} // namespace

RowChange changedItem(const Item& before, const Item& after)
{
    const RowChange was = rowForNewItem(before);
    const RowChange becomes = rowForNewItem(after);
    std::set<std::string> names;
    for (const RowChange* row : {&was, &becomes})
        for (const FieldChange& field : row->fields)
            names.insert(field.field);
    RowChange change{Table::Items, before.id, {}};
    for (const std::string& name : names) {
        FieldChange field{name, valueIn(was, name), valueIn(becomes, name)};
        if (field.before != field.after)
            change.fields.push_back(std::move(field));
    }
    return change;
}

RowChange deletedRow(Table table, std::int64_t id)
{
    return {table, id, {{"alive", std::int64_t{1}, std::int64_t{0}}}};
}

} // namespace trainyard
