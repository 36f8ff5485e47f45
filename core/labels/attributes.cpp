// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/attributes.h"

#include "core/base/named_values.h"

#include <algorithm>
#include <cmath>

namespace trainyard {

namespace {

constexpr NamedValues<AttributeKind, 4> kKinds = {{
    {AttributeKind::Text, "text"},
    {AttributeKind::Number, "number"},
    {AttributeKind::Choice, "choice"},
    {AttributeKind::Flag, "flag"},
}};

Json valueToJson(const AttributeValue& value)
{
    return std::visit([](const auto& known) { return Json(known); }, value);
}

std::optional<AttributeValue> valueFromJson(const Json& json)
{
    if (json.is_boolean())
        return json.get<bool>();
    if (json.is_number() && std::isfinite(json.get<double>()))
        return json.get<double>();
    if (json.is_string())
        return json.get<std::string>();
    return std::nullopt;
}

tl::unexpected<Error> wrong(std::string_view source, const std::string& what)
{
    return fail(ErrorCode::InvalidFile, std::string(source) + ": " + what);
}

Result<AttributeSpec> specFromJson(const Json& json, std::string_view source)
{
    AttributeSpec spec;
    TRAINYARD_TRY(spec.name, jsonField<std::string>(json, "name", source));
    TRAINYARD_TRY(const auto kind, jsonField<std::string>(json, "kind", source));
    const auto known = attributeKindFromName(kind);
    if (!known)
        return wrong(source, "there is no kind of attribute '" + kind + "'");
    spec.kind = *known;
    spec.choices = jsonValue(json, "choices", std::vector<std::string>());
    if (json.contains("preset"))
        spec.preset = valueFromJson(json.at("preset"));
    if (spec.preset && !fitsAttribute(spec, *spec.preset))
        return wrong(source, "the preset of '" + spec.name + "' is not one that it can have");
    return spec;
}

} // namespace

std::string_view attributeKindName(AttributeKind kind)
{
    return nameIn(kKinds, kind);
}

std::optional<AttributeKind> attributeKindFromName(std::string_view name)
{
    return valueIn(kKinds, name);
}

bool fitsAttribute(const AttributeSpec& spec, const AttributeValue& value)
{
    switch (spec.kind) {
    case AttributeKind::Flag:
        return std::holds_alternative<bool>(value);
    case AttributeKind::Number:
        return std::holds_alternative<double>(value);
    case AttributeKind::Text:
        return std::holds_alternative<std::string>(value);
    case AttributeKind::Choice:
        break;
    }
    const auto* text = std::get_if<std::string>(&value);
    return text != nullptr &&
           std::find(spec.choices.begin(), spec.choices.end(), *text) != spec.choices.end();
}

Json attributesToJson(const Attributes& attributes)
{
    Json json = Json::object();
    for (const auto& [name, value] : attributes)
        json[name] = valueToJson(value);
    return json;
}

Result<Attributes> attributesFromJson(const Json& json, std::string_view source)
{
    if (!json.is_object())
        return wrong(source, "attributes are not an object");
    Attributes attributes;
    for (const auto& [name, entry] : json.items()) {
        auto value = valueFromJson(entry);
        if (!value)
            return wrong(source, "attribute '" + name + "' is neither a text, a number nor a flag");
        attributes.emplace(name, std::move(*value));
    }
    return attributes;
}

std::string attributesToText(const Attributes& attributes)
{
    return attributes.empty() ? std::string() : jsonLine(attributesToJson(attributes));
}

Result<Attributes> attributesFromText(std::string_view text, std::string_view source)
{
    if (text.empty())
        return Attributes();
    TRAINYARD_TRY(const Json json, parseJson(text, source));
    return attributesFromJson(json, source);
}

std::string attributeSpecsToText(const std::vector<AttributeSpec>& specs)
{
    if (specs.empty())
        return {};
    Json list = Json::array();
    for (const AttributeSpec& spec : specs) {
        Json json = {{"name", spec.name}, {"kind", attributeKindName(spec.kind)}};
        if (!spec.choices.empty())
            json["choices"] = spec.choices;
        if (spec.preset)
            json["preset"] = valueToJson(*spec.preset);
        list.push_back(std::move(json));
    }
    return jsonLine(list);
}

Result<std::vector<AttributeSpec>> attributeSpecsFromText(std::string_view text, std::string_view source)
{
    std::vector<AttributeSpec> specs;
    if (text.empty())
        return specs;
    TRAINYARD_TRY(const Json list, parseJson(text, source));
    if (!list.is_array())
        return wrong(source, "attributes of a class are not a list");
    for (const Json& json : list) {
        TRAINYARD_TRY(AttributeSpec spec, specFromJson(json, source));
        specs.push_back(std::move(spec));
    }
    return specs;
}

std::string skeletonToText(const Skeleton& skeleton)
{
    if (skeleton.names.empty())
        return {};
    return jsonLine(Json{{"names", skeleton.names}, {"bones", skeleton.bones}});
}

Result<Skeleton> skeletonFromText(std::string_view text, std::string_view source)
{
    Skeleton skeleton;
    if (text.empty())
        return skeleton;
    TRAINYARD_TRY(const Json json, parseJson(text, source));
    TRAINYARD_TRY(skeleton.names, jsonField<std::vector<std::string>>(json, "names", source));
    TRAINYARD_TRY(skeleton.bones, (jsonField<std::vector<std::pair<int, int>>>(json, "bones", source)));
    const auto size = static_cast<int>(skeleton.names.size());
    for (const auto& [from, to] : skeleton.bones)
        if (from < 0 || to < 0 || from >= size || to >= size)
            return wrong(source, "a bone of the skeleton joins a keypoint that is not there");
    return skeleton;
}

} // namespace trainyard
