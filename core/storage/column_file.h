// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/io_env.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

namespace trainyard {

/// One column of a write-once HDF5 file. Numbers may have a width (values per row, 1 for a plain column);
/// rows = values.size() / width. Strings are bytes and always have width 1.
struct Column
{
    using Values = std::variant<std::vector<std::int64_t>, std::vector<double>, std::vector<float>,
                                std::vector<std::uint8_t>, std::vector<std::string>>;
    std::string name;
    Values values;
    std::int64_t width = 1;

    bool operator==(const Column&) const = default;
};

/// Columns with the text attributes of the file (format, version, hashes).
struct ColumnTable
{
    std::vector<Column> columns;
    std::vector<std::pair<std::string, std::string>> attributes;

    [[nodiscard]] const Column* find(std::string_view name) const;
    /// The column's values; InvalidFile where it is absent or of another type.
    template <typename T>
    Result<std::vector<T>> values(std::string_view name) const
    {
        const Column* column = find(name);
        if (column == nullptr)
            return fail(ErrorCode::CorruptFile, "column '" + std::string(name) + "' is missing");
        const auto* typed = std::get_if<std::vector<T>>(&column->values);
        if (typed == nullptr)
            return fail(ErrorCode::CorruptFile, "column '" + std::string(name) + "' has another type");
        return *typed;
    }
    [[nodiscard]] std::string attribute(std::string_view name) const; ///< empty where absent
};

/// Writes a new HDF5 file through a staging file; each dataset carries its XXH3 as an attribute. Same table,
/// same bytes (no times are stored).
Result<void> writeColumns(IoEnv& io, const std::filesystem::path& path, const ColumnTable& table);
/// Reads a file that writeColumns() wrote and checks every column's XXH3: CorruptFile names the column.
Result<ColumnTable> readColumns(const std::filesystem::path& path);

} // namespace trainyard
