// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/labels/shape.h"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace trainyard {

/// What readers of JSON label files ask of values that may be anything.

std::optional<double> jsonNumber(const Json& value);         ///< finite
std::optional<std::int64_t> jsonWhole(const Json& value);    ///< exactly, within 2^53
std::string jsonTextOf(const Json& object, const char* key); ///< empty where it is no text
int jsonSize(const Json& object, const char* key);           ///< a width or height; 0 where it is none

/// A member, or null where there is none.
const Json& jsonMember(const Json& object, const char* key);

/// [[x, y], ...]
std::optional<Ring> jsonRing(const Json& value);
Json ringJson(const Ring& ring);

/// The members that are not in the list, as JSON text; empty where none is left.
std::string jsonExtra(const Json& object, std::initializer_list<std::string_view> known);
/// The members of such a text, put where the object has none of that name.
void addJsonExtra(Json& object, std::string_view extra);

} // namespace trainyard
