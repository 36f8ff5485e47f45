// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace trainyard {

/// What a person said of one attribute: a flag, a number, or a text (also the chosen one of a choice).
using AttributeValue = std::variant<bool, double, std::string>;
using Attributes = std::map<std::string, AttributeValue>;

enum class AttributeKind { Text, Number, Choice, Flag };

/// One question that a class asks of each of its shapes.
struct AttributeSpec
{
    std::string name;
    AttributeKind kind = AttributeKind::Text;
    std::vector<std::string> choices; ///< for Choice
    std::optional<AttributeValue> preset;

    bool operator==(const AttributeSpec&) const = default;
};

/// The keypoints of a class, and which of them a line joins.
struct Skeleton
{
    std::vector<std::string> names;
    std::vector<std::pair<int, int>> bones; ///< places in `names`, from 0

    bool operator==(const Skeleton&) const = default;
};

std::string_view attributeKindName(AttributeKind kind); ///< "text", "number", "choice", "flag"
std::optional<AttributeKind> attributeKindFromName(std::string_view name);

/// True where the value is one that the attribute can have.
bool fitsAttribute(const AttributeSpec& spec, const AttributeValue& value);

/// As JSON text for the database; an empty map, list or skeleton is an empty text.
std::string attributesToText(const Attributes& attributes);
Result<Attributes> attributesFromText(std::string_view text, std::string_view source);
std::string attributeSpecsToText(const std::vector<AttributeSpec>& specs);
Result<std::vector<AttributeSpec>> attributeSpecsFromText(std::string_view text, std::string_view source);
std::string skeletonToText(const Skeleton& skeleton);
Result<Skeleton> skeletonFromText(std::string_view text, std::string_view source);

Json attributesToJson(const Attributes& attributes);
Result<Attributes> attributesFromJson(const Json& json, std::string_view source);

} // namespace trainyard
