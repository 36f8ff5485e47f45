// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/rows.h"

#include "core/storage/hash.h"

#include <array>
#include <bit>
#include <cstring>
#include <map>

namespace trainyard {

static_assert(std::endian::native == std::endian::little, "row sums are of little-endian fields");

namespace {

void appendRaw(std::string& bytes, const void* data, std::size_t size)
{
    bytes.append(static_cast<const char*>(data), size);
}

void readValueAt(const Statement& statement, int column, FieldValue& value)
{
    switch (statement.type(column)) {
    case Statement::Type::Integer:
        value = statement.integer(column);
        break;
    case Statement::Type::Real:
        value = statement.real(column);
        break;
    case Statement::Type::Bytes:
        if (auto* bytes = std::get_if<std::string>(&value))
            bytes->assign(statement.bytes(column));
        else
            value.emplace<std::string>(statement.bytes(column));
        break;
    case Statement::Type::Null:
        value = std::monostate();
        break;
    }
}

struct TableSql
{
    std::string select;
    std::string selectById;
    std::string insert;
};

TableSql makeSql(Table table)
{
    const TableSpec& spec = tableSpec(table);
    std::string names;
    std::string marks;
    for (const FieldSpec& field : spec.fields) {
        names += ", " + std::string(field.name);
        marks += ", ?";
    }
    TableSql sql;
    sql.select = "SELECT id, sum" + names + " FROM " + std::string(spec.name) + " ";
    sql.selectById = sql.select + "WHERE id=?";
    sql.insert = "INSERT INTO " + std::string(spec.name) + "(id, sum" + names + ") VALUES(?, ?" + marks + ")";
    return sql;
}

const TableSql& tableSql(Table table)
{
    static const std::array<TableSql, 7> kSql = [] {
        std::array<TableSql, 7> all;
        for (const TableSpec& spec : allTables())
            all[static_cast<std::size_t>(spec.table)] = makeSql(spec.table);
        return all;
    }();
    return kSql[static_cast<std::size_t>(table)];
}

/// Only what changes is named, so that the indexes of everything else stay untouched. Kept, because a bulk
/// revision asks for the same thousands of times.
const std::string& updateSql(Table table, std::span<const int> fields)
{
    thread_local std::map<std::pair<Table, std::vector<int>>, std::string> known;
    const auto [place, isNew] = known.try_emplace({table, std::vector<int>(fields.begin(), fields.end())});
    if (isNew) {
        const TableSpec& spec = tableSpec(table);
        std::string& sql = place->second;
        sql = "UPDATE " + std::string(spec.name) + " SET sum=?";
        for (const int field : fields)
            sql += ", " + std::string(spec.fields[static_cast<std::size_t>(field)].name) + "=?";
        sql += " WHERE id=?";
    }
    return place->second;
}

} // namespace

std::int64_t Row::integer(int field) const
{
    const auto* value = std::get_if<std::int64_t>(&values[static_cast<std::size_t>(field)]);
    return value == nullptr ? 0 : *value;
}

double Row::real(int field) const
{
    const auto* value = std::get_if<double>(&values[static_cast<std::size_t>(field)]);
    return value == nullptr ? 0 : *value;
}

const std::string& Row::bytes(int field) const
{
    static const std::string kEmpty;
    const auto* value = std::get_if<std::string>(&values[static_cast<std::size_t>(field)]);
    return value == nullptr ? kEmpty : *value;
}

std::uint64_t rowSum(const Row& row)
{
    thread_local std::string bytes; // kept, because opening a project sums every row
    bytes.clear();
    const auto table = static_cast<std::uint8_t>(row.table);
    appendRaw(bytes, &table, 1);
    appendRaw(bytes, &row.id, 8);
    for (std::size_t i = 0; i < row.values.size(); ++i) {
        const FieldValue& value = row.values[i];
        if (value.index() == 0)
            continue;
        const std::uint8_t head[2] = {static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(value.index())};
        appendRaw(bytes, head, 2);
        if (const auto* integer = std::get_if<std::int64_t>(&value)) {
            appendRaw(bytes, integer, 8);
        } else if (const auto* real = std::get_if<double>(&value)) {
            const double canonical = *real + 0.0; // the database keeps -0 as 0
            appendRaw(bytes, &canonical, 8);
        } else if (const auto* text = std::get_if<std::string>(&value)) {
            const std::uint64_t size = text->size();
            appendRaw(bytes, &size, 8);
            bytes += *text;
        }
    }
    return xxh3(bytes);
}

std::string selectSql(Table table)
{
    return tableSql(table).select;
}

void readRowAt(const Statement& statement, Row& row)
{
    row.id = statement.integer(0);
    row.exists = true;
    for (std::size_t i = 0; i < row.values.size(); ++i)
        readValueAt(statement, static_cast<int>(i) + 2, row.values[i]);
    row.isIntact = std::bit_cast<std::uint64_t>(statement.integer(1)) == rowSum(row);
}

Row rowAt(const Statement& statement, Table table)
{
    Row row(table, 0);
    readRowAt(statement, row);
    return row;
}

Result<Row> readRow(Database& database, Table table, std::int64_t id)
{
    Row row(table, id);
    TRAINYARD_CHECK(readRowAgain(database, row, id));
    return row;
}

Result<void> readRowAgain(Database& database, Row& row, std::int64_t id)
{
    TRAINYARD_TRY(Statement statement, database.prepare(tableSql(row.table).selectById));
    statement.bind(1, id);
    TRAINYARD_TRY(bool hasRow, statement.step());
    if (hasRow)
        readRowAt(statement, row);
    else
        row = Row(row.table, id);
    return {};
}

Result<void> insertRow(Database& database, const Row& row)
{
    TRAINYARD_TRY(Statement statement, database.prepare(tableSql(row.table).insert));
    statement.bind(1, row.id).bind(2, std::bit_cast<std::int64_t>(rowSum(row)));
    for (std::size_t i = 0; i < row.values.size(); ++i)
        bindValue(statement, static_cast<int>(i) + 3, row.values[i]);
    return statement.run();
}

Result<void> updateRow(Database& database, const Row& row, std::span<const int> fields)
{
    TRAINYARD_TRY(Statement statement, database.prepare(updateSql(row.table, fields)));
    statement.bind(1, std::bit_cast<std::int64_t>(rowSum(row)));
    int index = 2;
    for (const int field : fields)
        bindValue(statement, index++, row.values[static_cast<std::size_t>(field)]);
    return statement.bind(index, row.id).run();
}

bool isSameValue(int field, const FieldValue& a, const FieldValue& b)
{
    if (field == kAlive) {
        const auto* left = std::get_if<std::int64_t>(&a);
        const auto* right = std::get_if<std::int64_t>(&b);
        return (left != nullptr && *left != 0) == (right != nullptr && *right != 0);
    }
    return a == b;
}

void bindValue(Statement& statement, int index, const FieldValue& value)
{
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        statement.bind(index, *integer);
    else if (const auto* real = std::get_if<double>(&value))
        statement.bind(index, *real);
    else if (const auto* bytes = std::get_if<std::string>(&value))
        statement.bind(index, std::string_view(*bytes));
    else
        statement.bindNull(index);
}

std::string rowName(Table table, std::int64_t id)
{
    return std::string(tableSpec(table).name) + " row " + std::to_string(id);
}

} // namespace trainyard
