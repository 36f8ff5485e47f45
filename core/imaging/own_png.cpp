// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/own_png.h"

#include <algorithm>
#include <zlib.h>

namespace trainyard {

namespace {

constexpr int kLevel = 6;

/// The colour types of IHDR.
enum class Colour : std::uint8_t { Gray = 0, Rgb = 2, Palette = 3 };

void putNumber(std::string& bytes, std::uint32_t number)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes.push_back(static_cast<char>(number >> shift & 0xFF));
}

void putChunk(std::string& file, std::string_view name, std::string_view body)
{
    putNumber(file, static_cast<std::uint32_t>(body.size()));
    const std::size_t begin = file.size();
    file += name;
    file += body;
    putNumber(file, static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(file.data() + begin),
                                                     static_cast<uInt>(file.size() - begin))));
}

Result<std::string> deflated(const std::string& raw)
{
    uLongf size = compressBound(static_cast<uLong>(raw.size()));
    std::string packed(size, '\0');
    if (compress2(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(raw.data()),
                  static_cast<uLong>(raw.size()), kLevel) != Z_OK)
        return fail(ErrorCode::OutOfMemory,
                    "no memory to write a PNG of " + std::to_string(raw.size()) + " bytes of pixels");
    packed.resize(size);
    return packed;
}

/// The whole file from rows that lie one behind the other.
Result<std::string> encode(int width, int height, Colour colour, int bits, std::string_view pixels,
                           const PngPalette& palette)
{
    constexpr std::string_view kSignature = "\x89PNG\r\n\x1A\n";
    const std::size_t stride = static_cast<std::size_t>(width) * static_cast<std::size_t>(bits / 8) *
                               (colour == Colour::Rgb ? 3 : 1);
    if (width <= 0 || height <= 0 || pixels.size() != stride * static_cast<std::size_t>(height))
        return fail(ErrorCode::InvalidArgument, "a PNG of " + std::to_string(width) + "x" +
                                                    std::to_string(height) + " needs other pixels than " +
                                                    std::to_string(pixels.size()) + " bytes");
    std::string raw;
    raw.reserve(pixels.size() + static_cast<std::size_t>(height));
    for (std::size_t y = 0; y < static_cast<std::size_t>(height); ++y) {
        raw.push_back('\0'); // no filter
        raw += pixels.substr(y * stride, stride);
    }
    TRAINYARD_TRY(const std::string packed, deflated(raw));
    std::string file(kSignature);
    std::string header;
    putNumber(header, static_cast<std::uint32_t>(width));
    putNumber(header, static_cast<std::uint32_t>(height));
    header += {static_cast<char>(bits), static_cast<char>(colour), 0, 0, 0};
    putChunk(file, "IHDR", header);
    if (!palette.empty()) {
        std::string colours;
        for (const auto& entry : palette)
            colours.append(reinterpret_cast<const char*>(entry.data()), entry.size());
        putChunk(file, "PLTE", colours);
    }
    constexpr std::size_t kChunk = 1U << 30;
    for (std::size_t at = 0; at < packed.size(); at += kChunk)
        putChunk(file, "IDAT", std::string_view(packed).substr(at, kChunk));
    putChunk(file, "IEND", {});
    return file;
}

std::string_view viewOf(std::span<const std::uint8_t> bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace

Result<std::string> encodePalettePng(int width, int height, std::span<const std::uint8_t> indices,
                                     const PngPalette& palette)
{
    if (palette.empty() || palette.size() > 256)
        return fail(ErrorCode::InvalidArgument, "a palette has 1 to 256 colours");
    if (std::any_of(indices.begin(), indices.end(), [&](auto index) { return index >= palette.size(); }))
        return fail(ErrorCode::InvalidArgument, "an index lies outside the palette");
    return encode(width, height, Colour::Palette, 8, viewOf(indices), palette);
}

Result<std::string> encodeGray8Png(int width, int height, std::span<const std::uint8_t> values)
{
    return encode(width, height, Colour::Gray, 8, viewOf(values), {});
}

Result<std::string> encodeGray16Png(int width, int height, std::span<const std::uint16_t> values)
{
    std::string bytes;
    bytes.reserve(values.size() * 2);
    for (const std::uint16_t value : values) {
        bytes.push_back(static_cast<char>(value >> 8));
        bytes.push_back(static_cast<char>(value & 0xFF));
    }
    return encode(width, height, Colour::Gray, 16, bytes, {});
}

Result<std::string> encodeRgbPng(const Image& image)
{
    return encode(image.width, image.height, Colour::Rgb, 8, viewOf(image.pixels), {});
}

PngPalette vocPalette()
{
    PngPalette palette(256);
    for (std::size_t i = 0; i < palette.size(); ++i) {
        std::size_t index = i;
        for (int bit = 7; index != 0 && bit >= 0; --bit, index >>= 3)
            for (std::size_t channel = 0; channel < 3; ++channel)
                palette[i][channel] |= static_cast<std::uint8_t>((index >> channel & 1) << bit);
    }
    return palette;
}

} // namespace trainyard
