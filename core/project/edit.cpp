// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/edit.h"

#include "core/base/path_text.h"
#include "core/project/edits.h"
#include "core/project/schema.h"

#include <algorithm>
#include <map>

namespace trainyard {

namespace {

Json valueToJson(const FieldValue& value)
{
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        return *integer;
    if (const auto* real = std::get_if<double>(&value))
        return *real;
    if (const auto* bytes = std::get_if<std::string>(&value)) {
        if (isUtf8(*bytes))
            return *bytes;
        return Json{{"b64", base64Encode(*bytes)}};
    }
    return nullptr;
}

Result<FieldValue> valueFromJson(const Json& json, FieldType type, const std::string& where)
{
    if (json.is_null())
        return FieldValue();
    if (json.is_number_integer() && type == FieldType::Integer)
        return FieldValue(json.get<std::int64_t>());
    if (json.is_number() && type == FieldType::Real)
        return FieldValue(json.get<double>());
    if (json.is_string() && type == FieldType::Bytes)
        return FieldValue(json.get<std::string>());
    if (json.is_object() && json.contains("b64") && json["b64"].is_string() && type == FieldType::Bytes)
        return FieldValue(base64Decode(json["b64"].get<std::string>()));
    static constexpr const char* kTypeNames[] = {"a whole number", "a number", "a text or {\"b64\": ...}"};
    return fail(ErrorCode::InvalidFile,
                where + ": expected " + kTypeNames[static_cast<int>(type)] + " or null");
}

Json rowToJson(const RowChange& row)
{
    Json fields = Json::object();
    for (const FieldChange& change : row.fields)
        fields[change.field] = Json::array({valueToJson(change.before), valueToJson(change.after)});
    return Json{{"table", tableSpec(row.table).name}, {"id", row.id}, {"fields", std::move(fields)}};
}

Result<RowChange> rowFromJson(const Json& json, const std::string& where)
{
    TRAINYARD_TRY(std::string tableName, jsonField<std::string>(json, "table", where));
    const std::optional<Table> table = tableFromName(tableName);
    if (!table)
        return fail(ErrorCode::InvalidFile, where + ": there is no table '" + displayText(tableName) + "'");
    RowChange row;
    row.table = *table;
    TRAINYARD_TRY(row.id, jsonField<std::int64_t>(json, "id", where));
    if (!json.contains("fields") || !json["fields"].is_object())
        return fail(ErrorCode::InvalidFile, where + ": field 'fields' is missing or not an object");
    for (const auto& [name, pair] : json["fields"].items()) {
        const std::string fieldWhere = where + ", field '" + displayText(name) + "'";
        const int number = fieldNumber(*table, name);
        if (number < 0)
            return fail(ErrorCode::InvalidFile, fieldWhere + ": the table has no such field");
        if (!pair.is_array() || pair.size() != 2)
            return fail(ErrorCode::InvalidFile, fieldWhere + ": expected [before, after]");
        const FieldType type = tableSpec(*table).fields[static_cast<std::size_t>(number)].type;
        FieldChange change;
        change.field = name;
        TRAINYARD_TRY(change.before, valueFromJson(pair[0], type, fieldWhere));
        TRAINYARD_TRY(change.after, valueFromJson(pair[1], type, fieldWhere));
        row.fields.push_back(std::move(change));
    }
    return row;
}

} // namespace

Edit inverted(const Edit& edit)
{
    Edit inverse = edit;
    for (RowChange& row : inverse.rows) {
        for (FieldChange& change : row.fields)
            std::swap(change.before, change.after);
    }
    return inverse;
}

Json editToJson(const Edit& edit)
{
    Json rows = Json::array();
    for (const RowChange& row : edit.rows)
        rows.push_back(rowToJson(row));
    return Json{
        {"verb", valueToJson(edit.verb)}, {"text", valueToJson(edit.text)}, {"rows", std::move(rows)}};
}

Result<Edit> editFromJson(const Json& json, std::string_view source)
{
    const std::string name(source);
    if (!json.is_object() || !json.contains("rows") || !json["rows"].is_array())
        return fail(ErrorCode::InvalidFile, name + ": an edit needs the list 'rows'");
    Edit edit;
    for (const auto& [key, text] : {std::pair("verb", &edit.verb), std::pair("text", &edit.text)}) {
        if (!json.contains(key))
            return fail(ErrorCode::InvalidFile, name + ": field '" + key + "' is missing");
        TRAINYARD_TRY(FieldValue value,
                      valueFromJson(json[key], FieldType::Bytes, name + ", field '" + key + "'"));
        if (const auto* bytes = std::get_if<std::string>(&value))
            *text = *bytes;
    }
    std::size_t index = 0;
    for (const Json& rowJson : json["rows"]) {
        TRAINYARD_TRY(RowChange row, rowFromJson(rowJson, name + ", row " + std::to_string(++index)));
        edit.rows.push_back(std::move(row));
    }
    return edit;
}

Edit merged(std::string verb, std::string text, std::span<const Edit> edits)
{
    Edit result{std::move(verb), std::move(text), {}};
    std::map<std::pair<Table, std::int64_t>, std::size_t> places;
    for (const Edit& edit : edits) {
        for (const RowChange& row : edit.rows) {
            const auto [place, isNew] = places.try_emplace({row.table, row.id}, result.rows.size());
            if (isNew)
                result.rows.push_back(RowChange{row.table, row.id, {}});
            std::vector<FieldChange>& fields = result.rows[place->second].fields;
            for (const FieldChange& change : row.fields) {
                const auto same = std::find_if(fields.begin(), fields.end(), [&](const FieldChange& known) {
                    return known.field == change.field;
                });
                if (same == fields.end())
                    fields.push_back(change);
                else
                    same->after = change.after;
            }
        }
    }
    for (RowChange& row : result.rows)
        std::erase_if(row.fields, [](const FieldChange& change) { return change.before == change.after; });
    std::erase_if(result.rows, [](const RowChange& row) { return row.fields.empty(); });
    return result;
}

} // namespace trainyard
