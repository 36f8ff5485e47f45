// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace trainyard {

/// Where the row of an item stands in the index files of a ThumbnailStore.
struct ThumbnailPlace
{
    ItemId item = 0;
    std::uint32_t pair = 0; ///< number of the pair of files
    std::uint32_t row = 0;  ///< in the pair's index
};

inline constexpr std::uint32_t kNoRow = UINT32_MAX;

/// The newest place of every item: 16 bytes an item, sorted, with what came since the last sorting beside it.
/// What the row says is read from the file when it is wanted.
class ThumbnailPlaces
{
public:
    [[nodiscard]] const ThumbnailPlace* find(ItemId item) const; ///< valid until the next change
    void put(const ThumbnailPlace& place) { m_recent[place.item] = place; }
    /// Of an item's places the last one counts, and before one that was known.
    void put(std::vector<ThumbnailPlace> places);
    void erase(ItemId item);

private:
    std::vector<ThumbnailPlace> m_sorted; ///< row kNoRow: erased
    std::unordered_map<ItemId, ThumbnailPlace> m_recent;
};

} // namespace trainyard
