// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/project/item.h"

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trainyard {

/// Path, file size, time and dimensions of all living items as arrays by rising id: what sorting and
/// searching need of a million items without asking the database. About 36 bytes an item and its file's name;
/// folders are kept once.
///
/// A value of the moment when it was read: any thread may read it.
class ItemDetails
{
public:
    [[nodiscard]] std::size_t size() const { return m_ids.size(); }
    [[nodiscard]] std::span<const ItemId> ids() const { return m_ids; }

    // By row, 0 <= row < size().
    [[nodiscard]] std::string path(std::size_t row) const;
    [[nodiscard]] std::string_view name(std::size_t row) const; ///< of the file, without folders
    /// The row's place among all names: digits count as numbers, so that "a9" comes before "a10".
    [[nodiscard]] std::uint32_t nameRank(std::size_t row) const { return m_nameRanks[row]; }
    [[nodiscard]] std::uint32_t bytes(std::size_t row) const { return m_bytes[row]; } ///< at most 4 GiB - 1
    [[nodiscard]] std::int64_t timeNs(std::size_t row) const { return m_times[row]; }
    [[nodiscard]] int width(std::size_t row) const { return m_widths[row]; } ///< at most 65,535; 0: not known
    [[nodiscard]] int height(std::size_t row) const { return m_heights[row]; }

    /// True for each row whose path has this part, byte by byte; an empty part is in all.
    [[nodiscard]] std::vector<bool> rowsWithText(std::string_view part) const;

    /// Through a connection of its own, so that it may run on any thread; the checksums of rows are not
    /// looked at. Fails as Project::open() for reading does.
    static Result<ItemDetails> read(const std::filesystem::path& projectFolder);

private:
    void rankNames();

    std::vector<ItemId> m_ids;
    std::vector<std::string> m_folders;     ///< each ends with "/" or is empty
    std::vector<std::uint32_t> m_folderOf;  ///< of each row
    std::string m_names;                    ///< each ends with "/", which no name has
    std::vector<std::uint32_t> m_nameStart; ///< in m_names, and its size at the end
    std::vector<std::uint32_t> m_nameRanks;
    std::vector<std::uint32_t> m_bytes;
    std::vector<std::int64_t> m_times;
    std::vector<std::uint16_t> m_widths;
    std::vector<std::uint16_t> m_heights;
};

/// Compares bytes, runs of digits as numbers.
bool isNaturallyBefore(std::string_view a, std::string_view b);

} // namespace trainyard
