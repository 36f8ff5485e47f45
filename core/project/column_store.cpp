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

const ItemColumns* ColumnStore::find(ItemId id) const
{
    const auto place =
        std::lower_bound(m_columns.begin(), m_columns.end(), id,
                         [](const ItemColumns& columns, ItemId wanted) { return columns.id < wanted; });
    return place != m_columns.end() && place->id == id ? &*place : nullptr;
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
