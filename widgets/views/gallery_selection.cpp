// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/gallery_selection.h"

#include <algorithm>

namespace trainyard::widgets {

bool GallerySelection::setItems(std::vector<ItemId> items)
{
    const std::vector<ItemId> chosen = selectedItems();
    const ItemId current = m_current < 0 ? 0 : m_items[static_cast<std::size_t>(m_current)];
    const ItemId anchor = m_anchor < 0 ? 0 : m_items[static_cast<std::size_t>(m_anchor)];
    m_items = std::move(items);
    rebuildIndex();
    m_isSelected.assign(m_items.size(), false);
    m_selectedCount = 0;
    for (const ItemId item : chosen)
        if (const std::int64_t index = indexOf(item); index >= 0)
            assign(index, true);
    m_current = indexOf(current);
    m_anchor = indexOf(anchor);
    return m_selectedCount != static_cast<std::int64_t>(chosen.size());
}

void GallerySelection::rebuildIndex()
{
    m_isRising = std::is_sorted(m_items.begin(), m_items.end());
    m_sorted.clear();
    if (m_isRising)
        return;
    m_sorted.reserve(m_items.size());
    for (std::size_t i = 0; i < m_items.size(); ++i)
        m_sorted.emplace_back(m_items[i], static_cast<std::uint32_t>(i));
    std::sort(m_sorted.begin(), m_sorted.end());
}

std::int64_t GallerySelection::indexOf(ItemId item) const
{
    if (item == 0)
        return -1;
    if (m_isRising) {
        const auto found = std::lower_bound(m_items.begin(), m_items.end(), item);
        return found != m_items.end() && *found == item ? found - m_items.begin() : -1;
    }
    const auto found = std::lower_bound(m_sorted.begin(), m_sorted.end(), std::pair(item, std::uint32_t{0}));
    return found != m_sorted.end() && found->first == item ? static_cast<std::int64_t>(found->second) : -1;
}

std::vector<ItemId> GallerySelection::selectedItems() const
{
    std::vector<ItemId> chosen;
    chosen.reserve(static_cast<std::size_t>(m_selectedCount));
    if (m_selectedCount == 0)
        return chosen;
    for (std::size_t i = 0; i < m_items.size(); ++i)
        if (m_isSelected[i])
            chosen.push_back(m_items[i]);
    return chosen;
}

void GallerySelection::assign(std::int64_t index, bool isSelected)
{
    const auto place = static_cast<std::size_t>(index);
    if (m_isSelected[place] == isSelected)
        return;
    m_isSelected[place] = isSelected;
    m_selectedCount += isSelected ? 1 : -1;
}

bool GallerySelection::selectOnly(std::int64_t index)
{
    const bool isSame = index >= 0 ? m_selectedCount == 1 && isSelected(index) : m_selectedCount == 0;
    m_current = m_anchor = index;
    if (isSame)
        return false;
    m_isSelected.assign(m_items.size(), false);
    m_selectedCount = 0;
    if (index >= 0)
        assign(index, true);
    return true;
}

bool GallerySelection::toggle(std::int64_t index)
{
    assign(index, !isSelected(index));
    m_current = m_anchor = index;
    return true;
}

bool GallerySelection::extendTo(std::int64_t index, bool keepsOthers)
{
    const std::int64_t anchor = m_anchor < 0 ? index : m_anchor;
    const std::vector<bool> before = m_isSelected;
    if (!keepsOthers) {
        m_isSelected.assign(m_items.size(), false);
        m_selectedCount = 0;
    }
    for (std::int64_t i = std::min(anchor, index); i <= std::max(anchor, index); ++i)
        assign(i, true);
    m_anchor = anchor;
    m_current = index;
    return m_isSelected != before;
}

bool GallerySelection::select(std::span<const ItemId> items)
{
    const std::vector<bool> before = m_isSelected;
    m_isSelected.assign(m_items.size(), false);
    m_selectedCount = 0;
    for (const ItemId item : items)
        if (const std::int64_t index = indexOf(item); index >= 0)
            assign(index, true);
    return m_isSelected != before;
}

bool GallerySelection::selectAll()
{
    if (m_selectedCount == count())
        return false;
    m_isSelected.assign(m_items.size(), true);
    m_selectedCount = count();
    return true;
}

bool GallerySelection::clear()
{
    if (m_selectedCount == 0)
        return false;
    m_isSelected.assign(m_items.size(), false);
    m_selectedCount = 0;
    return true;
}

} // namespace trainyard::widgets
