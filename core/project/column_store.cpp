// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/column_store.h"

#include <algorithm>

namespace trainyard {

namespace {

bool isBefore(const ItemColumns& a, const ItemColumns& b)
{
    return a.id < b.id;
}

} // namespace

/// Ids are given out in turn, so an item stands near its share of the way between the first id and the last;
/// from there the range doubles until it holds the id.
const ItemColumns* ColumnStore::find(ItemId id) const
{
    if (m_columns.empty() || id < m_columns.front().id || id > m_columns.back().id)
        return nullptr;
    const std::size_t last = m_columns.size() - 1;
    const double share = static_cast<double>(id - m_columns.front().id) /
                         static_cast<double>(std::max<ItemId>(1, m_columns.back().id - m_columns.front().id));
    const auto guess = std::min(last, static_cast<std::size_t>(share * static_cast<double>(last)));
    std::size_t from = guess;
    std::size_t to = guess; // m_columns[from].id <= id <= m_columns[to].id
    for (std::size_t step = 1; m_columns[from].id > id; step *= 2)
        from = from > step ? from - step : 0;
    for (std::size_t step = 1; m_columns[to].id < id; step *= 2)
        to = std::min(last, to + step);
    const auto begin = m_columns.begin();
    const auto place =
        std::lower_bound(begin + static_cast<std::ptrdiff_t>(from), begin + static_cast<std::ptrdiff_t>(to),
                         id, [](const ItemColumns& columns, ItemId wanted) { return columns.id < wanted; });
    return place->id == id ? &*place : nullptr;
}

ItemColumns* ColumnStore::find(ItemId id)
{
    return const_cast<ItemColumns*>(static_cast<const ColumnStore*>(this)->find(id));
}

void ColumnStore::update(std::vector<ItemColumns> present, std::vector<ItemId> gone)
{
    std::vector<ItemColumns> fresh;
    for (const ItemColumns& columns : present) {
        if (ItemColumns* known = find(columns.id))
            *known = columns;
        else
            fresh.push_back(columns);
    }
    if (!fresh.empty()) {
        std::stable_sort(fresh.begin(), fresh.end(), isBefore);
        // Of doubles the last one stays: unique() from behind keeps the first that it meets.
        const auto last =
            std::unique(fresh.rbegin(), fresh.rend(),
                        [](const ItemColumns& a, const ItemColumns& b) { return a.id == b.id; });
        fresh.erase(fresh.begin(), last.base());
        const auto middle = static_cast<std::ptrdiff_t>(m_columns.size());
        const bool isAppended = m_columns.empty() || m_columns.back().id < fresh.front().id;
        m_columns.insert(m_columns.end(), fresh.begin(), fresh.end());
        if (!isAppended)
            std::inplace_merge(m_columns.begin(), m_columns.begin() + middle, m_columns.end(), isBefore);
    }
    if (!gone.empty()) {
        std::sort(gone.begin(), gone.end());
        std::erase_if(m_columns, [&](const ItemColumns& columns) {
            return std::binary_search(gone.begin(), gone.end(), columns.id);
        });
    }
}

} // namespace trainyard
