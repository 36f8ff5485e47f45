// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace trainyard::widgets {

/// Which of a list of items are chosen, which one is current and from where Shift extends: one bit an item.
class GallerySelection
{
public:
    /// Replaces the items; what was chosen and current stays so as far as it is still there. True where the
    /// choice shrank.
    bool setItems(std::vector<ItemId> items);
    [[nodiscard]] const std::vector<ItemId>& items() const { return m_items; }
    [[nodiscard]] std::int64_t count() const { return static_cast<std::int64_t>(m_items.size()); }

    [[nodiscard]] std::int64_t current() const { return m_current; } ///< index, -1 for none
    [[nodiscard]] std::int64_t selectedCount() const { return m_selectedCount; }
    [[nodiscard]] bool isSelected(std::int64_t index) const
    {
        return m_isSelected[static_cast<std::size_t>(index)];
    }
    [[nodiscard]] std::vector<ItemId> selectedItems() const;
    [[nodiscard]] std::int64_t indexOf(ItemId item) const; ///< -1 where it is absent

    // Each gives true where the set of chosen items changed.
    bool selectOnly(std::int64_t index); ///< -1: none
    bool toggle(std::int64_t index);
    bool extendTo(std::int64_t index, bool keepsOthers); ///< from the anchor
    bool select(std::span<const ItemId> items);
    bool selectAll();
    bool clear();
    void moveTo(std::int64_t index) { m_current = index; } ///< the current item alone

private:
    void assign(std::int64_t index, bool isSelected);
    void rebuildIndex();

    std::vector<ItemId> m_items;
    std::vector<std::pair<ItemId, std::uint32_t>> m_sorted; ///< made only where the items do not rise
    std::vector<bool> m_isSelected;
    std::int64_t m_selectedCount = 0;
    std::int64_t m_current = -1;
    std::int64_t m_anchor = -1;
    bool m_isRising = true;
};

} // namespace trainyard::widgets
