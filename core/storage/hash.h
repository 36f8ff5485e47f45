// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace trainyard {

/// XXH3 with 64 bits: content hashes of items, row checksums, keys. Not for trust.
std::uint64_t xxh3(std::string_view bytes, std::uint64_t seed = 0);
/// XXH3 of a file's bytes, read in pieces.
Result<std::uint64_t> xxh3File(const std::filesystem::path& path);

/// SHA-256 as 64 lower-case hexadecimal digits.
std::string sha256(std::string_view bytes);
Result<std::string> sha256File(const std::filesystem::path& path);

/// SHA-256 in pieces.
class Sha256
{
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;
    void add(std::string_view bytes);
    /// Hexadecimal; the object is used up.
    std::string finish();

private:
    struct Context;
    std::unique_ptr<Context> m_context;
};

/// CRC-32C (Castagnoli) as TensorBoard and TFRecord use it; "123456789" gives 0xE3069283.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc = 0);

} // namespace trainyard
