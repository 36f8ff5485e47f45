// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// Inside storage only: how column files and packs use HDF5. Everything is contiguous, so a file is described
/// by the places of its arrays; the user block in front of the HDF5 part holds this description with its
/// checksum, and we read by it alone. So no damaged file ever reaches libhdf5, while every HDF5 tool reads
/// the same arrays.
namespace trainyard::hdf5 {

using Attributes = std::vector<std::pair<std::string, std::string>>;

enum class NumberType { Int64, Float64, Float32, UInt8, UInt64 };
std::size_t numberSize(NumberType type);
std::string_view numberName(NumberType type); ///< "int64", ...

/// One contiguous array.
struct Array
{
    std::string path; ///< "group/name" makes the group, too
    NumberType type = NumberType::Int64;
    std::vector<std::uint64_t> shape;
    const void* data = nullptr; ///< null: the space alone (in a file) or no rows
    Attributes attributes;

    [[nodiscard]] std::uint64_t byteCount() const;
};

/// Where an array's bytes lie, from the start of the file.
struct Place
{
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
};

/// Makes a complete file with an empty user block in memory.
Result<std::string> buildImage(const std::vector<Array>& arrays, const Attributes& attributes,
                               std::uint64_t blockSize, std::vector<Place>& places);
/// Makes the file `path`, which must not exist, with space for every array.
Result<void> buildFile(const std::filesystem::path& path, const std::vector<Array>& arrays,
                       const Attributes& attributes, std::uint64_t blockSize, std::vector<Place>& places);

/// The smallest user block that HDF5 knows (512 * 2^n bytes) for a description of at most `textBytes`.
std::uint64_t blockSizeFor(std::size_t textBytes);
/// The user block: one line with the description's length and XXH3, the description, zeros.
std::string blockBytes(const Json& description, std::uint64_t blockSize);
/// The description of a whole file, and the size of its block. CorruptFile where the block is damaged,
/// Unsupported where its kind is another or its version newer.
Result<std::pair<Json, std::uint64_t>> readBlock(std::string_view file, std::string_view kind,
                                                 int newestVersion, std::string_view source);

/// Bytes that need not be UTF-8, in JSON.
Json textToJson(const std::string& text);
std::string textFromJson(const Json& value);

std::string hexText(std::uint64_t value);

} // namespace trainyard::hdf5
