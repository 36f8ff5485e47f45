// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/format_json.h"

#include <algorithm>
#include <cmath>

namespace trainyard {

namespace {

constexpr double kExactWhole = 9007199254740992.0; // 2^53
constexpr double kLargestSide = 1 << 24;

} // namespace

std::optional<double> jsonNumber(const Json& value)
{
    if (!value.is_number())
        return std::nullopt;
    const double number = value.get<double>();
    return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::optional<std::int64_t> jsonWhole(const Json& value)
{
    const auto number = jsonNumber(value);
    if (!number || std::abs(*number) > kExactWhole || *number != std::floor(*number))
        return std::nullopt;
    return static_cast<std::int64_t>(*number);
}

const Json& jsonMember(const Json& object, const char* key)
{
    static const Json kNull;
    if (!object.is_object())
        return kNull;
    const auto found = object.find(key);
    return found == object.end() ? kNull : *found;
}

std::string jsonTextOf(const Json& object, const char* key)
{
    const Json& value = jsonMember(object, key);
    return value.is_string() ? value.get<std::string>() : std::string();
}

int jsonSize(const Json& object, const char* key)
{
    const auto value = jsonWhole(jsonMember(object, key));
    return value && *value > 0 && static_cast<double>(*value) <= kLargestSide ? static_cast<int>(*value) : 0;
}

std::optional<Ring> jsonRing(const Json& value)
{
    if (!value.is_array())
        return std::nullopt;
    Ring ring;
    for (const Json& each : value) {
        if (!each.is_array() || each.size() < 2)
            return std::nullopt;
        const auto x = jsonNumber(each[0]);
        const auto y = jsonNumber(each[1]);
        if (!x || !y)
            return std::nullopt;
        ring.push_back({*x, *y});
    }
    return ring;
}

Json ringJson(const Ring& ring)
{
    Json list = Json::array();
    for (const Vertex& vertex : ring)
        list.push_back(Json::array({vertex.x, vertex.y}));
    return list;
}

std::string jsonExtra(const Json& object, std::initializer_list<std::string_view> known)
{
    Json rest = Json::object();
    if (object.is_object())
        for (const auto& [key, value] : object.items())
            if (std::find(known.begin(), known.end(), key) == known.end())
                rest[key] = value;
    return rest.empty() ? std::string() : jsonLine(rest);
}

void addJsonExtra(Json& object, std::string_view extra)
{
    if (extra.empty())
        return;
    const auto members = parseJson(extra, "extra");
    if (!members || !members->is_object())
        return;
    for (const auto& [key, value] : members->items())
        if (!object.contains(key))
            object[key] = value;
}

} // namespace trainyard
