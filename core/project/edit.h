// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace trainyard {

/// The tables of a project that Edits change.
enum class Table { Items, Annotations, Classes, Issues, Roots, Rejects, Settings };

/// Nothing, a number, a real, or bytes.
using FieldValue = std::variant<std::monostate, std::int64_t, double, std::string>;

/// One field of one row: what it was and what it becomes. Field names are the columns of the database.
struct FieldChange
{
    std::string field;
    FieldValue before;
    FieldValue after;

    bool operator==(const FieldChange&) const = default;
};

/// The changes of one row. A row that does not exist reads as all fields empty and alive = 0; making a row
/// sets alive from 0 to 1, deleting it sets alive from 1 to 0: rows are marked, never removed.
struct RowChange
{
    Table table = Table::Items;
    std::int64_t id = 0;
    std::vector<FieldChange> fields;

    bool operator==(const RowChange&) const = default;
};

/// One change of the project as a value: who, what, and for every field the old and the new value.
///
/// The inverse swaps old and new. An Edit is written only where every row still has the old values (else
/// Conflict).
struct Edit
{
    std::string verb; ///< stable name: "set-class", "add-box", "exclude", "import", ...
    std::string text; ///< one sentence for the history
    std::vector<RowChange> rows;

    bool operator==(const Edit&) const = default;
};

Edit inverted(const Edit& edit);
Json editToJson(const Edit& edit); ///< bytes that are not UTF-8 travel as {"b64": ...}
Result<Edit> editFromJson(const Json& json, std::string_view source);

} // namespace trainyard
