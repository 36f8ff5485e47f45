// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/label_queue.h"

#include <algorithm>

namespace trainyard::widgets {

void LabelQueue::fill(const ItemFilter& filter, ItemId preferred)
{
    const ItemId kept = current() != 0 ? current() : preferred;
    auto items = filteredItems(m_document.project(), filter);
    m_items = items ? std::move(*items) : std::vector<ItemId>();
    m_position = 0;
    goTo(kept);
}

void LabelQueue::refill(const ItemFilter& filter)
{
    const ItemId kept = m_document.project().column(current()) != nullptr ? current() : 0;
    auto items = filteredItems(m_document.project(), filter);
    if (!items)
        return;
    m_items = std::move(*items);
    m_position = std::min(m_position, m_items.empty() ? 0 : m_items.size() - 1);
    if (kept != 0)
        insert(kept);
}

void LabelQueue::dropGone()
{
    const auto isGone = [this](ItemId item) { return m_document.project().column(item) == nullptr; };
    const auto here = m_items.begin() + static_cast<std::ptrdiff_t>(std::min(m_position, m_items.size()));
    const auto gone = static_cast<std::size_t>(std::count_if(m_items.begin(), here, isGone));
    std::erase_if(m_items, isGone);
    m_position = std::min(m_position - gone, m_items.empty() ? 0 : m_items.size() - 1);
}

void LabelQueue::fill(std::vector<ItemId> items)
{
    m_items = std::move(items);
    m_position = 0;
}

void LabelQueue::note(ItemId item, bool isLabelled)
{
    if (m_labelled && isLabelled)
        m_labelled->insert(item);
    else if (m_labelled)
        m_labelled->erase(item);
}

ItemId LabelQueue::current() const
{
    return m_position < m_items.size() ? m_items[m_position] : 0;
}

bool LabelQueue::goTo(ItemId item)
{
    const auto found = std::find(m_items.begin(), m_items.end(), item);
    if (found == m_items.end())
        return false;
    m_position = static_cast<std::size_t>(found - m_items.begin());
    return true;
}

void LabelQueue::insert(ItemId item)
{
    if (goTo(item))
        return;
    const auto place = std::lower_bound(m_items.begin(), m_items.end(), item);
    m_position = static_cast<std::size_t>(place - m_items.begin());
    m_items.insert(place, item);
}

void LabelQueue::step(int by)
{
    const auto last = std::max<std::int64_t>(0, static_cast<std::int64_t>(m_items.size()) - 1);
    m_position = static_cast<std::size_t>(
        std::clamp<std::int64_t>(static_cast<std::int64_t>(m_position) + by, 0, last));
}

bool LabelQueue::isUnlabelled(ItemId item) const
{
    const ItemColumns* columns = m_document.project().column(item);
    if (columns == nullptr || columns->isExcluded)
        return false;
    if (m_labelled)
        return !m_labelled->contains(item);
    return !isLabelled(*columns, m_countsShapes);
}

bool LabelQueue::stepUnlabelled()
{
    for (std::size_t ahead = 1; ahead <= m_items.size(); ++ahead) {
        const std::size_t place = (m_position + ahead) % m_items.size();
        if (!isUnlabelled(m_items[place]))
            continue;
        m_position = place;
        return true;
    }
    return false;
}

std::vector<ItemId> LabelQueue::neighbours(std::size_t ahead) const
{
    std::vector<ItemId> items;
    for (std::size_t i = m_position + 1; i <= m_position + ahead && i < m_items.size(); ++i)
        items.push_back(m_items[i]);
    if (m_position > 0 && m_position <= m_items.size())
        items.push_back(m_items[m_position - 1]);
    return items;
}

} // namespace trainyard::widgets
