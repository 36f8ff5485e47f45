// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/item_details.h"
#include "core/project/project.h"

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace trainyard::widgets {

/// A number for each of some items that something outside the project gave them: a score, a place in a queue.
struct ItemRanking
{
    std::vector<ItemId> items; ///< rising
    std::vector<float> values; ///< one for each
};

/// In which order a gallery shows items.
struct ItemOrder
{
    enum class Key { Added, Name, Class, State, Split, FileSize, Dimensions, Time, Problem, Ranking };

    Key key = Key::Added;
    bool isDescending = false;
    std::shared_ptr<const ItemRanking> ranking = nullptr; ///< for Key::Ranking

    bool operator==(const ItemOrder&) const = default;
    [[nodiscard]] bool needsDetails() const;
};

std::string_view orderKeyName(ItemOrder::Key key); ///< "name", "file-size": for what is remembered
std::optional<ItemOrder::Key> orderKeyFromName(std::string_view name);

/// The items (by rising id) in this order; equal ones stay by rising id. What has no value (no class, no
/// split, size not known, no entry in the ranking or the details) comes last in both directions. Classes go
/// by name, problems from damaged over missing, changed and left out to none.
///
/// A radix sort over 64-bit keys: a few passes over memory. Without details the keys that need them give no
/// values.
std::vector<ItemId> orderedItems(const Project& project, std::vector<ItemId> items, const ItemOrder& order,
                                 const ItemDetails* details);

} // namespace trainyard::widgets
