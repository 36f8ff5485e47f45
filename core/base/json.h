// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace trainyard {

/// JSON objects keep the order in which their fields were written.
using Json = nlohmann::ordered_json;

/// Parses one JSON text. Refuses nesting deeper than 128 and invalid UTF-8; the error names `source` with
/// line and column.
Result<Json> parseJson(std::string_view text, std::string_view source);

/// One line of JSON without line breaks; bytes that are not UTF-8 become U+FFFD.
std::string jsonLine(const Json& value);

/// Indented JSON with a final line break, for files that people read.
std::string jsonText(const Json& value);

/// The field as T, or InvalidFile that names the field and `source`.
template <typename T>
Result<T> jsonField(const Json& object, const char* key, std::string_view source)
{
    if (!object.is_object() || !object.contains(key))
        return fail(ErrorCode::InvalidFile, std::string(source) + ": field '" + key + "' is missing");
    try {
        return object.at(key).get<T>();
    } catch (const nlohmann::json::exception& e) {
        return fail(ErrorCode::InvalidFile, std::string(source) + ": field '" + key + "' has the wrong type",
                    e.what());
    }
}

/// The field as T where it is present and of that type, else the fallback.
template <typename T>
T jsonValue(const Json& object, const char* key, T fallback)
{
    if (!object.is_object() || !object.contains(key))
        return fallback;
    try {
        return object.at(key).get<T>();
    } catch (const nlohmann::json::exception&) {
        return fallback;
    }
}

} // namespace trainyard
