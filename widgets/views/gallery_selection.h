// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace trainyard::widgets {

/// Which items are chosen, which one of those shown is current and from where Shift extends.
///
/// The choice is kept by item, one bit an id, so that it outlives what is shown: an item that a filter hides
/// stays chosen until the choice is replaced or cleared. Ids are counted from 1 by the project.
class GallerySelection
{
public:
    /// Replaces the items shown; what was current stays so as far as it is still there. True where another
    /// number of chosen items is hidden now.
    bool setItems(std::vector<ItemId> items);
    [[nodiscard]] const std::vector<ItemId>& items() const { return m_items; }
    [[nodiscard]] std::int64_t count() const { return static_cast<std::int64_t>(m_items.size()); }

    [[nodiscard]] std::int64_t current() const { return m_current; } ///< index, -1 for none
    [[nodiscard]] std::int64_t selectedCount() const { return m_selectedCount; }
    [[nodiscard]] std::int64_t hiddenCount() const
    {
        return m_selectedCount - m_shownCount;
    } ///< of the chosen
    [[nodiscard]] bool isSelected(std::int64_t index) const { return isChosen(itemAt(index)); }
    [[nodiscard]] bool isChosen(ItemId item) const
    {
        return item >= 0 && static_cast<std::size_t>(item) < m_isChosen.size() &&
               m_isChosen[static_cast<std::size_t>(item)];
    }
    /// In the order shown, then the hidden ones by rising id.
    [[nodiscard]] std::vector<ItemId> selectedItems() const;
    [[nodiscard]] std::int64_t indexOf(ItemId item) const; ///< -1 where it is absent; may look at every item

    // Each gives true where the set of chosen items changed.
    bool selectOnly(std::int64_t index); ///< -1: none
    bool toggle(std::int64_t index);
    bool extendTo(std::int64_t index, bool keepsOthers); ///< from the anchor
    bool select(std::span<const ItemId> items);          ///< those that are shown, and nothing else
    bool selectAll();                                    ///< that are shown; hidden ones stay chosen
    bool clear();
    bool keepOnly(const std::function<bool(ItemId)>& keeps); ///< of the chosen
    void moveTo(std::int64_t index) { m_current = index; }   ///< the current item alone

private:
    [[nodiscard]] ItemId itemAt(std::int64_t index) const { return m_items[static_cast<std::size_t>(index)]; }
    void assign(std::int64_t index, bool isSelected);
    void unselectAll();

    std::vector<ItemId> m_items;
    std::vector<bool> m_isChosen; ///< by id
    std::int64_t m_selectedCount = 0;
    std::int64_t m_shownCount = 0; ///< of the chosen
    std::int64_t m_current = -1;
    std::int64_t m_anchor = -1;
    bool m_isRising = true;
};

} // namespace trainyard::widgets
