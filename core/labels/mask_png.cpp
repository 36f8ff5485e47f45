// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/mask_png.h"

#include <cstdlib>
#include <string>
#include <zlib.h>

namespace trainyard {

namespace {

constexpr std::string_view kSignature("\x89PNG\r\n\x1A\n", 8);
constexpr std::uint64_t kMaxPixels = std::uint64_t{1} << 28;
constexpr std::size_t kChunkFrame = 12; ///< length, name, checksum

std::uint32_t bigEndian(std::string_view bytes, std::size_t at)
{
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
        value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

tl::unexpected<Error> failAt(ErrorCode code, std::size_t byte, const std::string& what)
{
    return fail(code, "PNG, byte " + std::to_string(byte) + ": " + what);
}

struct Header
{
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    int depth = 8;
    [[nodiscard]] std::size_t rowBytes() const
    {
        return (std::size_t{width} * static_cast<std::size_t>(depth) + 7) / 8;
    }
};

Result<Header> readHeader(std::string_view bytes)
{
    if (!bytes.starts_with(kSignature) || bytes.size() < 33 || bytes.substr(12, 4) != "IHDR")
        return failAt(ErrorCode::CorruptFile, 0, "no PNG signature and header");
    Header header;
    header.width = bigEndian(bytes, 16);
    header.height = bigEndian(bytes, 20);
    header.depth = static_cast<unsigned char>(bytes[24]);
    if (header.width == 0 || header.height == 0 || header.width > 1U << 24 || header.height > 1U << 24 ||
        std::uint64_t{header.width} * header.height > kMaxPixels)
        return failAt(ErrorCode::CorruptFile, 16, "a picture without pixels, or of too many");
    if ((header.depth != 8 && header.depth != 1) || bytes[25] != 0 || bytes[28] != 0)
        return failAt(ErrorCode::Unsupported, 24,
                      "expected a gray picture of 1 or 8 bits that is not interlaced");
    return header;
}

Result<std::string> packedRows(std::string_view bytes)
{
    std::string packed;
    for (std::size_t at = kSignature.size(); at + kChunkFrame <= bytes.size();) {
        const std::size_t length = bigEndian(bytes, at);
        const std::string_view name = bytes.substr(at + 4, 4);
        if (name == "IEND")
            return packed;
        if (length > bytes.size() - at - kChunkFrame)
            return failAt(ErrorCode::CorruptFile, at, "a chunk reaches over the end");
        if (name == "IDAT")
            packed.append(bytes.substr(at + 8, length));
        at += length + kChunkFrame;
    }
    return failAt(ErrorCode::CorruptFile, bytes.size(), "the end is missing");
}

Result<std::string> unpacked(std::string_view packed, std::size_t size)
{
    std::string rows(size, '\0');
    uLongf length = static_cast<uLongf>(size);
    const int status =
        uncompress(reinterpret_cast<Bytef*>(rows.data()), &length,
                   reinterpret_cast<const Bytef*>(packed.data()), static_cast<uLong>(packed.size()));
    if (status != Z_OK || length != size)
        return failAt(ErrorCode::CorruptFile, kSignature.size(), "the packed rows do not give the picture");
    return rows;
}

std::uint8_t paeth(int left, int up, int corner)
{
    const int guess = left + up - corner;
    const int toLeft = std::abs(guess - left);
    const int toUp = std::abs(guess - up);
    const int toCorner = std::abs(guess - corner);
    return static_cast<std::uint8_t>(toLeft <= toUp && toLeft <= toCorner ? left
                                     : toUp <= toCorner                   ? up
                                                                          : corner);
}

/// PNG specification, section 9; one byte a pixel (or eight pixels).
bool unfilter(std::vector<std::uint8_t>& row, const std::vector<std::uint8_t>& above, int filter)
{
    for (std::size_t i = 0; i < row.size(); ++i) {
        const int left = i > 0 ? row[i - 1] : 0;
        const int up = above[i];
        const int corner = i > 0 ? above[i - 1] : 0;
        int guess = 0;
        switch (filter) {
        case 0:
            break;
        case 1:
            guess = left;
            break;
        case 2:
            guess = up;
            break;
        case 3:
            guess = (left + up) / 2;
            break;
        case 4:
            guess = paeth(left, up, corner);
            break;
        default:
            return false;
        }
        row[i] = static_cast<std::uint8_t>(row[i] + guess);
    }
    return true;
}

} // namespace

Result<MaskPicture> decodeMaskPng(std::string_view bytes)
{
    TRAINYARD_TRY(const Header header, readHeader(bytes));
    TRAINYARD_TRY(const std::string packed, packedRows(bytes));
    const std::size_t rowBytes = header.rowBytes();
    // No deflate stream gives more than 1,032 bytes for one: a short stream must not make a large buffer.
    if ((rowBytes + 1) * header.height / 1032 > packed.size())
        return failAt(ErrorCode::CorruptFile, kSignature.size(), "the packed rows do not give the picture");
    TRAINYARD_TRY(const std::string rows, unpacked(packed, (rowBytes + 1) * header.height));
    MaskPicture picture{static_cast<int>(header.width), static_cast<int>(header.height), {}};
    picture.values.reserve(std::size_t{header.width} * header.height);
    std::vector<std::uint8_t> above(rowBytes);
    for (std::size_t y = 0; y < header.height; ++y) {
        const std::string_view line = std::string_view(rows).substr(y * (rowBytes + 1), rowBytes + 1);
        std::vector<std::uint8_t> row(line.begin() + 1, line.end());
        if (!unfilter(row, above, static_cast<unsigned char>(line[0])))
            return failAt(ErrorCode::CorruptFile, kSignature.size(), "an unknown row filter");
        for (std::size_t x = 0; x < header.width; ++x)
            picture.values.push_back(
                header.depth == 8 ? row[x] : static_cast<std::uint8_t>(row[x / 8] >> (7 - x % 8) & 1));
        above = std::move(row);
    }
    return picture;
}

} // namespace trainyard
