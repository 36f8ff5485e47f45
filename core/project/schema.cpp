// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/schema.h"

#include "core/base/path_text.h"

#include <array>
#include <charconv>

namespace trainyard {

namespace {

using enum FieldType;

constexpr FieldSpec kItemFields[] = {
    {"alive", Integer},         {"root", Integer},         {"path", Bytes},           {"size", Integer},
    {"time_ns", Integer},       {"content_hash", Integer}, {"width", Integer},        {"height", Integer},
    {"file_state", Integer},    {"damage", Bytes},         {"review_state", Integer}, {"excluded", Integer},
    {"excluded_reason", Bytes}, {"class_id", Integer},     {"split", Integer},        {"item_group", Bytes},
    {"source_picture", Bytes},  {"source_x", Real},        {"source_y", Real},        {"source_width", Real},
    {"source_height", Real},    {"review_comment", Bytes}, {"sequence", Bytes},       {"frame", Integer},
    {"extra", Bytes},
};
constexpr FieldSpec kAnnotationFields[] = {
    {"alive", Integer},    {"item", Integer},
    {"kind", Integer},     {"class_id", Integer},
    {"x", Real},           {"y", Real},
    {"width", Real},       {"height", Real},
    {"source", Integer},   {"source_name", Bytes},
    {"score", Real},       {"reviewed", Integer},
    {"geometry", Bytes},   {"shape_group", Integer},
    {"z_order", Integer},  {"flags", Integer},
    {"attributes", Bytes}, {"extra", Bytes},
};
constexpr FieldSpec kClassFields[] = {
    {"alive", Integer},  {"name", Bytes},        {"colour", Integer}, {"class_key", Bytes},
    {"parent", Integer}, {"guide", Bytes},       {"examples", Bytes}, {"attributes", Bytes},
    {"skeleton", Bytes}, {"successor", Integer},
};
constexpr FieldSpec kIssueFields[] = {
    {"alive", Integer}, {"kind", Integer},      {"state", Integer}, {"item", Integer},
    {"other", Integer}, {"suggested", Integer}, {"score", Real},    {"text", Bytes},
};
constexpr FieldSpec kRootFields[] = {{"alive", Integer}, {"path", Bytes}, {"is_relative", Integer}};
constexpr FieldSpec kRejectFields[] = {
    {"alive", Integer}, {"source", Bytes}, {"place", Bytes},
    {"reason", Bytes},  {"remedy", Bytes}, {"reviewed", Integer},
};
constexpr FieldSpec kSettingFields[] = {{"alive", Integer}, {"setting_key", Bytes}, {"value", Bytes}};

const TableSpec kTables[] = {
    {Table::Items, "items", kItemFields},          {Table::Annotations, "annotations", kAnnotationFields},
    {Table::Classes, "classes", kClassFields},     {Table::Issues, "issues", kIssueFields},
    {Table::Roots, "roots", kRootFields},          {Table::Rejects, "rejects", kRejectFields},
    {Table::Settings, "settings", kSettingFields},
};

constexpr const char* kHistoryTables =
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;"
    "CREATE TABLE revisions(revision INTEGER PRIMARY KEY, utc_ms INTEGER NOT NULL, author TEXT NOT NULL,"
    " verb TEXT NOT NULL, text TEXT NOT NULL, state INTEGER NOT NULL, undoes INTEGER NOT NULL,"
    " row_count INTEGER NOT NULL, holder TEXT NOT NULL, changes BLOB NOT NULL, sum INTEGER NOT NULL);"
    "CREATE TABLE batches(batch INTEGER PRIMARY KEY AUTOINCREMENT, revision INTEGER NOT NULL REFERENCES "
    "revisions,"
    " undone INTEGER NOT NULL, changes BLOB NOT NULL, sum INTEGER NOT NULL);"
    "CREATE INDEX revisions_undoes ON revisions(undoes) WHERE undoes<>0;"
    "CREATE INDEX revisions_open ON revisions(state) WHERE state=0;"
    "CREATE INDEX batches_revision ON batches(revision);"
    "CREATE INDEX items_path ON items(root, path);"
    "CREATE INDEX items_hash ON items(content_hash);"
    "CREATE INDEX annotations_item ON annotations(item);";

/// What changes all labels of a class, or counts them, finds them by the first one; the second one holds what
/// does not count.
const std::string kVersion2Indexes =
    "CREATE INDEX IF NOT EXISTS annotations_class ON annotations(class_id, kind) WHERE alive=1;"
    "CREATE INDEX IF NOT EXISTS annotations_opinions ON annotations(class_id, kind) WHERE alive=1 AND " +
    std::string(kIsOpinionSql) + ";";

/// The columns that a version appended. Step k leads from version k + 1 to k + 2.
struct AppendedField
{
    Table table;
    std::string_view name;
};
constexpr AppendedField kVersion2Fields[] = {
    {Table::Items, "review_comment"}, {Table::Items, "sequence"},       {Table::Items, "frame"},
    {Table::Items, "extra"},          {Table::Annotations, "geometry"}, {Table::Annotations, "shape_group"},
    {Table::Annotations, "z_order"},  {Table::Annotations, "flags"},    {Table::Annotations, "attributes"},
    {Table::Annotations, "extra"},    {Table::Classes, "parent"},       {Table::Classes, "guide"},
    {Table::Classes, "examples"},     {Table::Classes, "attributes"},   {Table::Classes, "skeleton"},
    {Table::Classes, "successor"},
};
constexpr std::array<std::span<const AppendedField>, kSchemaVersion - 1> kMigrationSteps = {kVersion2Fields};
const std::array<std::string, kSchemaVersion - 1> kMigrationIndexes = {kVersion2Indexes};

constexpr const char* kTypeNames[] = {"INTEGER", "REAL", "TEXT"};

std::string_view typeName(Table table, std::string_view field)
{
    const auto number = static_cast<std::size_t>(fieldNumber(table, field));
    return kTypeNames[static_cast<int>(tableSpec(table).fields[number].type)];
}

std::string createTableSql(const TableSpec& table)
{
    std::string sql =
        "CREATE TABLE " + std::string(table.name) + "(id INTEGER PRIMARY KEY, sum INTEGER NOT NULL";
    for (const FieldSpec& field : table.fields)
        sql += ", " + std::string(field.name) + " " + std::string(typeName(table.table, field.name));
    return sql + ");";
}

} // namespace

const TableSpec& tableSpec(Table table)
{
    return kTables[static_cast<int>(table)];
}

std::span<const TableSpec> allTables()
{
    return kTables;
}

std::optional<Table> tableFromName(std::string_view name)
{
    for (const TableSpec& spec : kTables) {
        if (spec.name == name)
            return spec.table;
    }
    return std::nullopt;
}

int fieldNumber(Table table, std::string_view name)
{
    const auto fields = tableSpec(table).fields;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (fields[i].name == name)
            return static_cast<int>(i);
    }
    return -1;
}

Result<void> createSchema(Database& database)
{
    std::string sql;
    for (const TableSpec& table : kTables)
        sql += createTableSql(table);
    sql += kHistoryTables;
    sql += kVersion2Indexes;
    sql += "PRAGMA application_id=" + std::to_string(kApplicationId) + ";";
    sql += "PRAGMA user_version=" + std::to_string(kSchemaVersion) + ";";
    TRAINYARD_CHECK(database.exec(sql));
    TRAINYARD_CHECK(setMetaValue(database, "next_id", "1"));
    return setMetaValue(database, "oldest_reader", std::to_string(kOldestReader));
}

Result<std::int64_t> checkSchema(Database& database, bool isForWriting)
{
    const std::string name = displayText(database.path().native());
    TRAINYARD_TRY(std::int64_t application, database.number("PRAGMA application_id"));
    if (application != kApplicationId)
        return fail(ErrorCode::CorruptFile,
                    name + ": this is not a Trainyard project (its application id differs)");
    TRAINYARD_TRY(std::int64_t version, database.number("PRAGMA user_version"));
    if (version < 1)
        return fail(ErrorCode::CorruptFile, name + ": the schema version is missing");
    if (version <= kSchemaVersion)
        return version;
    TRAINYARD_TRY(std::string oldest, metaValue(database, "oldest_reader"));
    std::int64_t oldestReader = version;
    std::from_chars(oldest.data(), oldest.data() + oldest.size(), oldestReader);
    if (isForWriting || oldestReader > kSchemaVersion) {
        return fail(ErrorCode::Unsupported,
                    name + ": written by a newer Trainyard (schema " + std::to_string(version) +
                        ", this one knows " + std::to_string(kSchemaVersion) + "); update Trainyard" +
                        (oldestReader <= kSchemaVersion ? ", or open the project read-only" : ""));
    }
    return version;
}

Result<void> migrate(Database& database, std::int64_t fromVersion)
{
    for (std::int64_t version = fromVersion; version < kSchemaVersion; ++version) {
        TRAINYARD_TRY(Transaction transaction, Transaction::begin(database));
        std::string sql;
        for (const AppendedField& field : kMigrationSteps.at(static_cast<std::size_t>(version - 1)))
            sql += "ALTER TABLE " + std::string(tableSpec(field.table).name) + " ADD COLUMN " +
                   std::string(field.name) + " " + std::string(typeName(field.table, field.name)) + ";";
        sql += kMigrationIndexes.at(static_cast<std::size_t>(version - 1));
        TRAINYARD_CHECK(database.exec(sql));
        TRAINYARD_CHECK(setMetaValue(database, "oldest_reader", std::to_string(kOldestReader)));
        TRAINYARD_CHECK(database.exec("PRAGMA user_version=" + std::to_string(version + 1)));
        TRAINYARD_CHECK(transaction.commit());
    }
    return {};
}

Result<void> showAsNewest(Database& database, std::int64_t version)
{
    std::string sql;
    for (const TableSpec& table : kTables) {
        std::string missing;
        for (std::int64_t step = version; step < kSchemaVersion; ++step)
            for (const AppendedField& field : kMigrationSteps.at(static_cast<std::size_t>(step - 1)))
                if (field.table == table.table)
                    missing += ", NULL AS " + std::string(field.name);
        if (!missing.empty())
            sql += "CREATE TEMP VIEW " + std::string(table.name) + " AS SELECT *" + missing + " FROM main." +
                   std::string(table.name) + ";";
    }
    return sql.empty() ? Result<void>() : database.exec(sql);
}

Result<std::string> metaValue(Database& database, std::string_view key)
{
    TRAINYARD_TRY(Statement statement, database.prepare("SELECT value FROM meta WHERE key=?"));
    statement.bind(1, key);
    TRAINYARD_TRY(bool hasRow, statement.step());
    return hasRow ? std::string(statement.bytes(0)) : std::string();
}

Result<void> setMetaValue(Database& database, std::string_view key, std::string_view value)
{
    TRAINYARD_TRY(Statement statement,
                  database.prepare("INSERT OR REPLACE INTO meta(key, value) VALUES(?, ?)"));
    return statement.bind(1, key).bind(2, value).run();
}

} // namespace trainyard
