// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace trainyard {

/// The names of an enumeration's values as a table; each value and each name once.
template <typename Value, std::size_t count>
using NamedValues = std::array<std::pair<Value, std::string_view>, count>;

/// Empty for a value that is not in the table.
template <typename Value, std::size_t count>
std::string_view nameIn(const NamedValues<Value, count>& rows, Value value)
{
    for (const auto& [row, name] : rows)
        if (row == value)
            return name;
    return {};
}

template <typename Value, std::size_t count>
std::optional<Value> valueIn(const NamedValues<Value, count>& rows, std::string_view name)
{
    for (const auto& [value, text] : rows)
        if (text == name)
            return value;
    return std::nullopt;
}

} // namespace trainyard
