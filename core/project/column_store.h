// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/item.h"

#include <span>
#include <vector>

namespace trainyard {

/// The columns of all living items by rising id: 24 bytes an item.
class ColumnStore
{
public:
    [[nodiscard]] std::span<const ItemColumns> all() const { return m_columns; }
    [[nodiscard]] const ItemColumns* find(ItemId id) const;
    [[nodiscard]] ItemColumns* find(ItemId id);
    /// Adds at the end while loading; `columns.id` is larger than every id so far.
    void append(const ItemColumns& columns) { m_columns.push_back(columns); }
    void reserve(std::size_t count) { m_columns.reserve(count); }
    /// Puts every entry of `present` in, takes every id of `gone` out. Any order, doubles allowed (the last
    /// wins).
    void update(std::vector<ItemColumns> present, std::vector<ItemId> gone);

private:
    std::vector<ItemColumns> m_columns;
};

} // namespace trainyard
