// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/item_order.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>
#include <unordered_map>

namespace trainyard::widgets {

namespace {

using Key = ItemOrder::Key;
using SortKey = std::optional<std::uint64_t>; ///< nothing: last

struct KeyWord
{
    Key key;
    std::string_view name;
};

constexpr KeyWord kKeyWords[] = {{Key::Added, "added"},           {Key::Name, "name"},
                                 {Key::Class, "class"},           {Key::State, "state"},
                                 {Key::Split, "split"},           {Key::FileSize, "file-size"},
                                 {Key::Dimensions, "dimensions"}, {Key::Time, "time"},
                                 {Key::Problem, "problem"},       {Key::Ranking, "ranking"}};

struct Entry
{
    std::uint64_t key;
    ItemId item;
};

/// Least significant digit first; digits that are the same in all keys are passed over.
void radixSort(std::vector<Entry>& entries)
{
    constexpr int kBits = 11;
    constexpr std::uint64_t kMask = (1U << kBits) - 1;
    std::uint64_t differing = 0;
    for (const Entry& entry : entries)
        differing |= entry.key ^ entries.front().key;
    std::vector<Entry> sorted(differing == 0 ? 0 : entries.size());
    for (int shift = 0; shift < 64; shift += kBits) {
        if (((differing >> shift) & kMask) == 0)
            continue;
        std::array<std::size_t, kMask + 1> place{};
        for (const Entry& entry : entries)
            ++place[(entry.key >> shift) & kMask];
        std::exclusive_scan(place.begin(), place.end(), place.begin(), std::size_t{0});
        for (const Entry& entry : entries)
            sorted[place[(entry.key >> shift) & kMask]++] = entry;
        entries.swap(sorted);
    }
}

/// Numbers in the order of the reals; -0 is 0.
std::uint64_t rankOf(float value)
{
    const auto bits = std::bit_cast<std::uint32_t>(value + 0.0F);
    return (bits & 0x8000'0000U) != 0 ? ~bits : bits | 0x8000'0000U;
}

/// 1, 2, ... by name.
std::unordered_map<ClassId, std::uint64_t> classRanks(const Project& project)
{
    std::vector<const ItemClass*> classes;
    for (const ItemClass& itemClass : project.classes())
        classes.push_back(&itemClass);
    std::sort(classes.begin(), classes.end(),
              [](const ItemClass* a, const ItemClass* b) { return isNaturallyBefore(a->name, b->name); });
    std::unordered_map<ClassId, std::uint64_t> ranks;
    for (const ItemClass* itemClass : classes)
        ranks.emplace(itemClass->id, ranks.size() + 1);
    return ranks;
}

std::uint64_t problemRank(const ItemColumns& item)
{
    switch (item.fileState) {
    case FileState::Damaged:
        return 0;
    case FileState::Missing:
        return 1;
    case FileState::Changed:
        return 2;
    case FileState::Ok:
        break;
    }
    return item.isExcluded ? 3 : 4;
}

SortKey columnKey(Key key, const ItemColumns& item)
{
    switch (key) {
    case Key::State:
        return static_cast<std::uint64_t>(item.reviewState);
    case Key::Split:
        return item.split == Split::None ? SortKey() : static_cast<std::uint64_t>(item.split);
    case Key::Problem:
        return problemRank(item);
    default:
        return 0;
    }
}

SortKey detailKey(Key key, const ItemDetails& details, std::size_t row)
{
    switch (key) {
    case Key::Name:
        return details.nameRank(row);
    case Key::FileSize:
        return details.bytes(row);
    case Key::Time: // before 1970 comes first
        return std::bit_cast<std::uint64_t>(details.timeNs(row)) ^ (std::uint64_t{1} << 63);
    case Key::Dimensions: {
        const auto pixels =
            static_cast<std::uint64_t>(details.width(row)) * static_cast<std::uint64_t>(details.height(row));
        return pixels == 0 ? SortKey() : pixels;
    }
    default:
        return 0;
    }
}

/// Walks along a list of rising ids beside the items.
class Along
{
public:
    explicit Along(std::span<const ItemId> ids) : m_ids(ids) {}
    /// The row of the item, which is not before the last one asked for.
    std::optional<std::size_t> rowOf(ItemId item)
    {
        while (m_row < m_ids.size() && m_ids[m_row] < item)
            ++m_row;
        return m_row < m_ids.size() && m_ids[m_row] == item ? std::optional(m_row) : std::nullopt;
    }

private:
    std::span<const ItemId> m_ids;
    std::size_t m_row = 0;
};

/// Calls `use` with each item and its columns.
template <typename Use>
void forEachColumn(const Project& project, std::span<const ItemId> items, Use use)
{
    auto columns = project.columns().begin();
    const auto end = project.columns().end();
    for (const ItemId item : items) {
        while (columns != end && columns->id < item)
            ++columns;
        use(item, columns != end && columns->id == item ? &*columns : nullptr);
    }
}

} // namespace

bool ItemOrder::needsDetails() const
{
    return key == Key::Name || key == Key::FileSize || key == Key::Dimensions || key == Key::Time;
}

std::string_view orderKeyName(Key key)
{
    return kKeyWords[static_cast<std::size_t>(key)].name;
}

std::optional<Key> orderKeyFromName(std::string_view name)
{
    for (const KeyWord& word : kKeyWords)
        if (word.name == name)
            return word.key;
    return std::nullopt;
}

std::vector<ItemId> orderedItems(const Project& project, std::vector<ItemId> items, const ItemOrder& order,
                                 const ItemDetails* details)
{
    if (order.key == Key::Added) {
        if (order.isDescending)
            std::reverse(items.begin(), items.end());
        return items;
    }
    std::vector<Entry> entries;
    entries.reserve(items.size());
    std::vector<ItemId> last;
    const auto put = [&](ItemId item, SortKey key) {
        if (key)
            entries.push_back({order.isDescending ? ~*key : *key, item});
        else
            last.push_back(item);
    };
    if (order.needsDetails()) {
        Along rows(details == nullptr ? std::span<const ItemId>() : details->ids());
        for (const ItemId item : items) {
            const auto row = rows.rowOf(item);
            put(item, row ? detailKey(order.key, *details, *row) : SortKey());
        }
    } else if (order.key == Key::Ranking) {
        Along rows(order.ranking ? std::span<const ItemId>(order.ranking->items) : std::span<const ItemId>());
        for (const ItemId item : items) {
            const auto row = rows.rowOf(item);
            const float value = row ? order.ranking->values[*row] : NAN;
            put(item, std::isnan(value) ? SortKey() : rankOf(value));
        }
    } else if (order.key == Key::Class) {
        const auto ranks = classRanks(project);
        forEachColumn(project, items, [&](ItemId item, const ItemColumns* columns) {
            const auto rank = columns == nullptr ? ranks.end() : ranks.find(columns->classId);
            put(item, rank == ranks.end() ? SortKey() : rank->second);
        });
    } else {
        forEachColumn(project, items, [&](ItemId item, const ItemColumns* columns) {
            put(item, columns == nullptr ? SortKey() : columnKey(order.key, *columns));
        });
    }
    radixSort(entries);
    items.clear();
    for (const Entry& entry : entries)
        items.push_back(entry.item);
    items.insert(items.end(), last.begin(), last.end());
    return items;
}

} // namespace trainyard::widgets
