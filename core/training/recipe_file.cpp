// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/recipe.h"

#include <charconv>
#include <toml++/toml.h>

namespace trainyard {

namespace {

constexpr std::int64_t kRecipeVersion = 1;

/// A TOML value as the text that setRecipeValue() takes; whole numbers also stand for reals.
std::string tomlText(const toml::node& node)
{
    if (const auto* text = node.as_string())
        return text->get();
    if (const auto* flag = node.as_boolean())
        return flag->get() ? "true" : "false";
    if (const auto* number = node.as_integer())
        return std::to_string(number->get());
    if (const auto* number = node.as_floating_point()) {
        char buffer[40];
        return {buffer, std::to_chars(buffer, buffer + sizeof buffer, number->get()).ptr};
    }
    return "a table or a list";
}

std::string placeOf(std::string_view source, const toml::source_region& region)
{
    return std::string(source) + ", line " + std::to_string(region.begin.line) + ": ";
}

Result<void> checkVersion(const toml::node& node, std::string_view source)
{
    const auto* number = node.as_integer();
    if (number == nullptr || number->get() < 1)
        return fail(ErrorCode::InvalidFile,
                    placeOf(source, node.source()) + "version takes a whole number from 1");
    if (number->get() > kRecipeVersion)
        return fail(ErrorCode::Unsupported, placeOf(source, node.source()) + "this recipe has version " +
                                                std::to_string(number->get()) +
                                                ", this program reads up to " +
                                                std::to_string(kRecipeVersion));
    return {};
}

Result<Recipe> recipeFromTable(const toml::table& table, std::string_view source)
{
    Recipe recipe;
    for (const auto& [key, node] : table) {
        if (key.str() == "version") {
            TRAINYARD_CHECK(checkVersion(node, source));
            continue;
        }
        if (const auto set = setRecipeValue(recipe, key.str(), tomlText(node)); !set)
            return fail(ErrorCode::InvalidFile, placeOf(source, node.source()) + set.error().message);
    }
    if (const auto valid = validateRecipe(recipe); !valid)
        return fail(ErrorCode::InvalidFile, std::string(source) + ": " + valid.error().message);
    return recipe;
}

/// A number as TOML's real: it always shows that it is one.
std::string realText(std::string text)
{
    return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

std::string jsonValueText(const Json& value)
{
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_number_float()) {
        char buffer[40];
        return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value.get<double>()).ptr};
    }
    return value.dump();
}

Json typedValue(const Recipe& recipe, const RecipeField& field)
{
    const std::string text = recipeValue(recipe, field.key);
    if (field.type == FieldType::Choice)
        return text;
    if (field.type == FieldType::Flag)
        return text == "true";
    if (field.type == FieldType::Integer) {
        std::int64_t value = 0;
        std::from_chars(text.data(), text.data() + text.size(), value);
        return value;
    }
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

} // namespace

std::string recipeToToml(const Recipe& recipe)
{
    std::string text = "version = " + std::to_string(kRecipeVersion) + "\n";
    std::string group;
    for (const RecipeField& field : recipeFields()) {
        if (field.group != group) {
            group = field.group;
            text += "\n# " + group + "\n";
        }
        std::string value = recipeValue(recipe, field.key);
        if (field.type == FieldType::Choice)
            value = "\"" + value + "\"";
        if (field.type == FieldType::Real)
            value = realText(std::move(value));
        text += field.key + " = " + value + "\n";
    }
    return text;
}

Result<Recipe> recipeFromToml(std::string_view text, std::string_view source)
{
    try {
        return recipeFromTable(toml::parse(text), source);
    } catch (const toml::parse_error& e) {
        return fail(ErrorCode::InvalidFile, placeOf(source, e.source()) + std::string(e.description()));
    }
}

Json recipeToJson(const Recipe& recipe)
{
    Json json{{"version", kRecipeVersion}};
    for (const RecipeField& field : recipeFields())
        json[field.key] = typedValue(recipe, field);
    return json;
}

Result<Recipe> recipeFromJson(const Json& json, std::string_view source)
{
    if (!json.is_object())
        return fail(ErrorCode::InvalidFile, std::string(source) + ": a recipe is a JSON object");
    if (jsonValue<std::int64_t>(json, "version", kRecipeVersion) > kRecipeVersion)
        return fail(ErrorCode::Unsupported,
                    std::string(source) + ": this recipe was written by a newer version");
    Recipe recipe;
    for (const auto& [key, value] : json.items()) {
        if (key == "version")
            continue;
        if (const auto set = setRecipeValue(recipe, key, jsonValueText(value)); !set)
            return fail(ErrorCode::InvalidFile, std::string(source) + ": " + set.error().message);
    }
    if (const auto valid = validateRecipe(recipe); !valid)
        return fail(ErrorCode::InvalidFile, std::string(source) + ": " + valid.error().message);
    return recipe;
}

} // namespace trainyard
