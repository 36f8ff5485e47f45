// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/schema.h"

#include <span>
#include <vector>

namespace trainyard {

/// One row of one table: every field by its number. A row that does not exist has every field empty.
struct Row
{
    Table table = Table::Items;
    std::int64_t id = 0;
    std::vector<FieldValue> values;
    bool exists = false;
    bool isIntact = true; ///< its fields agree with the checksum beside them

    Row(Table ofTable, std::int64_t ofId) : table(ofTable), id(ofId), values(tableSpec(ofTable).fields.size())
    {
    }

    [[nodiscard]] bool isAlive() const { return integer(kAlive) != 0; }
    [[nodiscard]] std::int64_t integer(int field) const; ///< 0 where empty
    [[nodiscard]] double real(int field) const;          ///< 0 where empty
    [[nodiscard]] const std::string& bytes(int field) const;
    [[nodiscard]] bool has(int field) const { return values[static_cast<std::size_t>(field)].index() != 0; }
};

/// XXH3 over table, id and every field that is not empty, with its number (so a field that a later version
/// appends leaves old sums valid).
std::uint64_t rowSum(const Row& row);

/// "SELECT id, sum, <fields> FROM <table> " for readRows().
std::string selectSql(Table table);
/// The row under a statement made from selectSql().
Row rowAt(const Statement& statement, Table table);
/// The same into a row of that table, whose memory is used again.
void readRowAt(const Statement& statement, Row& row);
Result<Row> readRow(Database& database, Table table, std::int64_t id);
/// The same into a row of that table, whose memory is used again.
Result<void> readRowAgain(Database& database, Row& row, std::int64_t id);
/// Inserts every field, and the sum.
Result<void> insertRow(Database& database, const Row& row);
/// Writes some fields of an existing row, and the sum of all.
Result<void> updateRow(Database& database, const Row& row, std::span<const int> fields);

/// Empty and 0 mean the same for `alive`, everything else is compared exactly.
bool isSameValue(int field, const FieldValue& a, const FieldValue& b);
/// Binds a value as the database keeps it.
void bindValue(Statement& statement, int index, const FieldValue& value);

/// "items row 17" for messages.
std::string rowName(Table table, std::int64_t id);

} // namespace trainyard
