// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/thumbnail_places.h"

#include <algorithm>

namespace trainyard {

namespace {

bool isBefore(const ThumbnailPlace& a, const ThumbnailPlace& b)
{
    return a.item < b.item;
}

template <typename Places>
auto placeOf(Places& sorted, ItemId item)
{
    const auto found = std::lower_bound(sorted.begin(), sorted.end(), ThumbnailPlace{item, 0, 0}, isBefore);
    return found != sorted.end() && found->item == item ? &*found : nullptr;
}

} // namespace

const ThumbnailPlace* ThumbnailPlaces::find(ItemId item) const
{
    if (const auto recent = m_recent.find(item); recent != m_recent.end())
        return &recent->second;
    const ThumbnailPlace* place = placeOf(m_sorted, item);
    return place == nullptr || place->row == kNoRow ? nullptr : place;
}

void ThumbnailPlaces::put(std::vector<ThumbnailPlace> places)
{
    if (places.empty())
        return;
    for (const ThumbnailPlace& place : places)
        m_recent.erase(place.item);
    std::stable_sort(places.begin(), places.end(), isBefore);
    if (m_sorted.empty()) {
        m_sorted = std::move(places);
    } else {
        const auto middle = static_cast<std::ptrdiff_t>(m_sorted.size());
        m_sorted.insert(m_sorted.end(), places.begin(), places.end());
        std::inplace_merge(m_sorted.begin(), m_sorted.begin() + middle, m_sorted.end(), isBefore);
    }
    // unique() from behind keeps the last of equals.
    const auto first =
        std::unique(m_sorted.rbegin(), m_sorted.rend(),
                    [](const ThumbnailPlace& a, const ThumbnailPlace& b) { return a.item == b.item; });
    m_sorted.erase(m_sorted.begin(), first.base());
    m_sorted.shrink_to_fit();
}

void ThumbnailPlaces::erase(ItemId item)
{
    m_recent.erase(item);
    if (ThumbnailPlace* place = placeOf(m_sorted, item))
        place->row = kNoRow;
}

} // namespace trainyard
