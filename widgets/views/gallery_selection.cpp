// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/gallery_selection.h"

#include <algorithm>

namespace trainyard::widgets {

bool GallerySelection::setItems(std::vector<ItemId> items)
{
    const ItemId current = m_current < 0 ? 0 : itemAt(m_current);
    const ItemId anchor = m_anchor < 0 ? 0 : itemAt(m_anchor);
    const std::int64_t hidden = hiddenCount();
    m_items = std::move(items);
    m_isRising = std::is_sorted(m_items.begin(), m_items.end());
    m_shownCount = 0;
    if (m_selectedCount > 0)
        m_shownCount =
            std::count_if(m_items.begin(), m_items.end(), [this](ItemId item) { return isChosen(item); });
    m_current = indexOf(current);
    m_anchor = indexOf(anchor);
    return hiddenCount() != hidden;
}

std::int64_t GallerySelection::indexOf(ItemId item) const
{
    if (item == 0)
        return -1;
    const auto found = m_isRising ? std::lower_bound(m_items.begin(), m_items.end(), item)
                                  : std::find(m_items.begin(), m_items.end(), item);
    return found != m_items.end() && *found == item ? found - m_items.begin() : -1;
}

std::vector<ItemId> GallerySelection::selectedItems() const
{
    std::vector<ItemId> chosen;
    chosen.reserve(static_cast<std::size_t>(m_selectedCount));
    if (m_shownCount > 0)
        std::copy_if(m_items.begin(), m_items.end(), std::back_inserter(chosen),
                     [this](ItemId item) { return isChosen(item); });
    if (hiddenCount() == 0)
        return chosen;
    std::vector<ItemId> shown = chosen;
    std::sort(shown.begin(), shown.end());
    for (std::size_t id = 0; id < m_isChosen.size(); ++id)
        if (m_isChosen[id] && !std::binary_search(shown.begin(), shown.end(), static_cast<ItemId>(id)))
            chosen.push_back(static_cast<ItemId>(id));
    return chosen;
}

void GallerySelection::assign(std::int64_t index, bool isSelected)
{
    const ItemId item = itemAt(index);
    if (item < 0 || isChosen(item) == isSelected)
        return;
    const auto place = static_cast<std::size_t>(item);
    if (place >= m_isChosen.size())
        m_isChosen.resize(std::max(place + 1, 2 * m_isChosen.size()), false);
    m_isChosen[place] = isSelected;
    m_selectedCount += isSelected ? 1 : -1;
    m_shownCount += isSelected ? 1 : -1;
}

void GallerySelection::unselectAll()
{
    m_isChosen.assign(m_isChosen.size(), false);
    m_selectedCount = m_shownCount = 0;
}

bool GallerySelection::selectOnly(std::int64_t index)
{
    const bool isSame = index >= 0 ? m_selectedCount == 1 && isSelected(index) : m_selectedCount == 0;
    m_current = m_anchor = index;
    if (isSame)
        return false;
    unselectAll();
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
    const std::vector<bool> before = m_isChosen;
    if (!keepsOthers)
        unselectAll();
    for (std::int64_t i = std::min(anchor, index); i <= std::max(anchor, index); ++i)
        assign(i, true);
    m_anchor = anchor;
    m_current = index;
    return m_isChosen != before;
}

bool GallerySelection::select(std::span<const ItemId> items)
{
    const std::vector<bool> before = m_isChosen;
    unselectAll();
    std::vector<ItemId> wanted(items.begin(), items.end());
    std::sort(wanted.begin(), wanted.end());
    for (std::int64_t i = 0; i < count() && !wanted.empty(); ++i)
        if (std::binary_search(wanted.begin(), wanted.end(), itemAt(i)))
            assign(i, true);
    return m_isChosen != before;
}

bool GallerySelection::selectAll()
{
    if (m_shownCount == count())
        return false;
    for (std::int64_t i = 0; i < count(); ++i)
        assign(i, true);
    return true;
}

bool GallerySelection::clear()
{
    if (m_selectedCount == 0)
        return false;
    unselectAll();
    return true;
}

bool GallerySelection::keepOnly(const std::function<bool(ItemId)>& keeps)
{
    if (m_selectedCount == 0)
        return false;
    const std::int64_t before = m_selectedCount;
    for (const ItemId item : selectedItems())
        if (!keeps(item)) {
            m_isChosen[static_cast<std::size_t>(item)] = false;
            --m_selectedCount;
        }
    m_shownCount =
        std::count_if(m_items.begin(), m_items.end(), [this](ItemId item) { return isChosen(item); });
    return m_selectedCount != before;
}

} // namespace trainyard::widgets
