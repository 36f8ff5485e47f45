// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/header_parsers.h"

#include "core/imaging/exif.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <optional>
#include <string>

namespace trainyard {

namespace {

constexpr int kMostSegments = 4096;  ///< of a JPEG before its first scan
constexpr int kMostChunks = 200'000; ///< of a PNG, a WebP or a GIF
constexpr std::size_t kMostXmpBytes = 64 * 1024;

tl::unexpected<Error> corruptAt(std::string_view what, std::uint64_t byte)
{
    return fail(ErrorCode::CorruptFile, std::string(what) + " at byte " + std::to_string(byte));
}

/// Checks the sizes and fills them in.
Result<ImageHeader> sized(ImageHeader header, std::uint64_t width, std::uint64_t height, std::uint64_t byte)
{
    constexpr std::uint64_t kMost = std::numeric_limits<int>::max();
    if (width == 0 || height == 0 || width > kMost || height > kMost)
        return corruptAt(std::string(imageFormatName(header.format)) + " states an impossible size of " +
                             std::to_string(width) + " x " + std::to_string(height),
                         byte);
    header.width = static_cast<int>(width);
    header.height = static_cast<int>(height);
    return header;
}

bool isFrameMarker(std::uint64_t marker)
{
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

bool standsAlone(std::uint64_t marker)
{
    return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8);
}

struct Orientation
{
    std::optional<int> exif;
    std::optional<int> xmp;
    [[nodiscard]] int value() const { return exif.value_or(xmp.value_or(1)); }
};

void readApp1(ByteWindow& window, std::uint64_t start, std::size_t length, Orientation& orientation)
{
    constexpr std::string_view kXmp("http://ns.adobe.com/xap/1.0/\0", 29);
    if (window.at(start, 6) == std::string_view("Exif\0\0", 6)) {
        if (!orientation.exif)
            orientation.exif = exifOrientation(window, start);
    } else if (window.at(start, kXmp.size()) == kXmp) {
        orientation.xmp = xmpOrientation(window.at(start, length));
    }
}

Result<ImageHeader> readJpegFrame(ByteWindow& window, std::uint64_t at, std::uint64_t marker)
{
    const auto bits = window.number(at + 2, 1, ByteOrder::Big);
    const auto height = window.number(at + 3, 2, ByteOrder::Big);
    const auto width = window.number(at + 5, 2, ByteOrder::Big);
    const auto channels = window.number(at + 7, 1, ByteOrder::Big);
    if (!bits || !height || !width || !channels)
        return corruptAt("JPEG ends inside its frame header", at);
    if (marker == 0xC3 || (marker >= 0xC5 && marker <= 0xC7) || marker >= 0xCB)
        return fail(ErrorCode::Unsupported, "lossless and hierarchical JPEG are not supported");
    if (*bits != 8)
        return fail(ErrorCode::Unsupported,
                    "JPEG with " + std::to_string(*bits) + " bits a channel is not supported");
    if (*channels != 1 && *channels != 3 && *channels != 4)
        return corruptAt("JPEG states " + std::to_string(*channels) + " channels", at + 7);
    ImageHeader header;
    header.format = ImageFormat::Jpeg;
    header.channels = static_cast<int>(*channels);
    return sized(header, *width, *height, at + 3);
}

} // namespace

Result<ImageHeader> parseJpegHeader(ByteWindow& window)
{
    ImageHeader header;
    Orientation orientation;
    std::uint64_t at = 2;
    for (int segment = 0; segment < kMostSegments; ++segment) {
        auto marker = window.number(at, 2, ByteOrder::Big);
        while (marker == 0xFFFFU)
            marker = window.number(++at, 2, ByteOrder::Big);
        const bool isMarker = marker && (*marker >> 8) == 0xFF && (*marker & 0xFF) != 0;
        const std::uint64_t code = marker ? *marker & 0xFF : 0;
        const auto length = window.number(at + 2, 2, ByteOrder::Big);
        const bool hasLength = length && *length >= 2;
        const bool endsHere = !isMarker || code == 0xD9 || code == 0xDA || (!standsAlone(code) && !hasLength);
        if (endsHere && header.width == 0)
            return corruptAt(isMarker ? "JPEG has no frame header before its first scan"
                                      : "JPEG ends before its frame header",
                             at);
        if (endsHere)
            break;
        if (standsAlone(code)) {
            at += 2;
            continue;
        }
        if (code == 0xE1)
            readApp1(window, at + 4, *length - 2, orientation);
        if (isFrameMarker(code) && header.width == 0) {
            TRAINYARD_TRY(header, readJpegFrame(window, at + 2, code));
        }
        at += 2 + *length;
    }
    if (header.width == 0)
        return corruptAt("JPEG has too many segments before its frame header", at);
    header.orientation = orientation.value();
    return header;
}

Result<ImageHeader> parsePngHeader(ByteWindow& window)
{
    if (window.at(12, 4) != "IHDR" || window.number(8, 4, ByteOrder::Big) != 13U)
        return corruptAt("PNG does not begin with its IHDR chunk", 8);
    const auto width = window.number(16, 4, ByteOrder::Big);
    const auto height = window.number(20, 4, ByteOrder::Big);
    const auto bits = window.number(24, 1, ByteOrder::Big);
    const auto type = window.number(25, 1, ByteOrder::Big);
    if (!width || !height || !bits || !type)
        return corruptAt("PNG ends inside its IHDR chunk", 16);
    constexpr int kChannels[] = {1, 0, 3, 3, 2, 0, 4};
    constexpr unsigned kDepths[] = {1 | 2 | 4 | 8 | 16, 0, 8 | 16, 1 | 2 | 4 | 8, 8 | 16, 0, 8 | 16};
    const bool isOneBit = *bits != 0 && (*bits & (*bits - 1)) == 0;
    if (*type > 6 || !isOneBit || (kDepths[*type] & *bits) == 0)
        return corruptAt("PNG states an impossible colour type " + std::to_string(*type) + " with " +
                             std::to_string(*bits) + " bits",
                         24);
    ImageHeader header;
    header.format = ImageFormat::Png;
    header.channels = kChannels[*type];
    header.bitsPerChannel = static_cast<int>(*bits);
    TRAINYARD_TRY(header, sized(header, *width, *height, 16));

    Orientation orientation;
    std::uint64_t at = 33;
    for (int chunk = 0; chunk < kMostChunks; ++chunk) {
        const auto length = window.number(at, 4, ByteOrder::Big);
        const std::string name(window.at(at + 4, 4));
        if (!length || *length > 0x7FFFFFFFU || name == "IEND")
            break;
        if (name == "eXIf")
            orientation.exif = exifOrientation(window, at + 8);
        constexpr std::string_view kXmp("XML:com.adobe.xmp\0\0", 19);
        if (name == "iTXt" && window.at(at + 8, kXmp.size()) == kXmp)
            orientation.xmp =
                xmpOrientation(window.at(at + 8, std::min<std::size_t>(*length, kMostXmpBytes)));
        at += 12 + *length;
    }
    header.orientation = orientation.value();
    return header;
}

Result<ImageHeader> parseBmpHeader(ByteWindow& window)
{
    const auto size = window.number(14, 4, ByteOrder::Little);
    if (!size)
        return corruptAt("BMP ends inside its header", 14);
    ImageHeader header;
    header.format = ImageFormat::Bmp;
    const bool isOs2 = *size == 12;
    const auto width = window.number(18, isOs2 ? 2 : 4, ByteOrder::Little);
    const auto height = window.number(isOs2 ? 20 : 22, isOs2 ? 2 : 4, ByteOrder::Little);
    const auto bits = window.number(isOs2 ? 24 : 28, 2, ByteOrder::Little);
    if (!width || !height || !bits)
        return corruptAt("BMP ends inside its header", 18);
    constexpr std::uint64_t kSizes[] = {12, 40, 52, 56, 64, 108, 124};
    if (std::find(std::begin(kSizes), std::end(kSizes), *size) == std::end(kSizes))
        return corruptAt("BMP states a header of " + std::to_string(*size) + " bytes", 14);
    header.channels = *bits == 32 ? 4 : 3;
    // A negative height says that the rows run from the top.
    const std::int64_t rows = isOs2 ? static_cast<std::int64_t>(*height)
                                    : static_cast<std::int64_t>(static_cast<std::int32_t>(*height));
    return sized(header, *width, static_cast<std::uint64_t>(std::llabs(rows)), 18);
}

Result<ImageHeader> parseGifHeader(ByteWindow& window)
{
    const auto width = window.number(6, 2, ByteOrder::Little);
    const auto height = window.number(8, 2, ByteOrder::Little);
    const auto flags = window.number(10, 1, ByteOrder::Little);
    if (!width || !height || !flags)
        return corruptAt("GIF ends inside its header", 6);
    ImageHeader header;
    header.format = ImageFormat::Gif;
    header.channels = 3;
    std::uint64_t at = 13 + ((*flags & 0x80) != 0 ? 3ULL << ((*flags & 7) + 1) : 0);
    for (int block = 0; block < kMostChunks; ++block) {
        const auto kind = window.number(at, 1, ByteOrder::Little);
        if (kind == 0x2CU) {
            const auto left = window.number(at + 1, 2, ByteOrder::Little);
            const auto top = window.number(at + 3, 2, ByteOrder::Little);
            const auto columns = window.number(at + 5, 2, ByteOrder::Little);
            const auto rows = window.number(at + 7, 2, ByteOrder::Little);
            if (!left || !top || !columns || !rows)
                return corruptAt("GIF ends inside its first picture's header", at);
            return sized(header, std::max(*width, *left + *columns), std::max(*height, *top + *rows), at);
        }
        if (kind != 0x21U)
            return corruptAt("GIF has no picture", at);
        at += 2;
        auto length = window.number(at, 1, ByteOrder::Little);
        for (int part = 0; part < kMostChunks && length && *length != 0; ++part) {
            at += 1 + *length;
            length = window.number(at, 1, ByteOrder::Little);
        }
        at += 1;
    }
    return corruptAt("GIF has no picture", at);
}

Result<ImageHeader> parseTiffHeader(ByteWindow& window)
{
    const auto directory = readTiffDirectory(window, 0);
    if (!directory)
        return corruptAt("TIFF has no readable directory", 4);
    const auto value = [&](int tag, std::uint64_t fallback) {
        const auto found = directory->values.find(tag);
        return found == directory->values.end() ? fallback : found->second;
    };
    ImageHeader header;
    header.format = ImageFormat::Tiff;
    const std::uint64_t channels = value(kTiffSamplesPerPixel, 1);
    const std::uint64_t bits = value(kTiffBitsPerSample, 1);
    if (channels == 0 || channels > 64 || bits == 0 || bits > 64)
        return corruptAt(
            "TIFF states " + std::to_string(channels) + " channels of " + std::to_string(bits) + " bits", 8);
    header.channels = static_cast<int>(channels);
    header.bitsPerChannel = static_cast<int>(bits);
    const std::uint64_t orientation = value(kTiffOrientation, 1);
    header.orientation = orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation) : 1;
    return sized(header, value(kTiffWidth, 0), value(kTiffHeight, 0), 8);
}

namespace {

/// Orientation of the EXIF and XMP chunks that a VP8X header announces.
int webPOrientation(ByteWindow& window)
{
    Orientation orientation;
    std::uint64_t at = 12;
    for (int chunk = 0; chunk < kMostChunks; ++chunk) {
        const std::string name(window.at(at, 4));
        const auto length = window.number(at + 4, 4, ByteOrder::Little);
        if (!length)
            break;
        if (name == "EXIF")
            orientation.exif = exifOrientation(window, at + 8);
        if (name == "XMP ")
            orientation.xmp =
                xmpOrientation(window.at(at + 8, std::min<std::size_t>(*length, kMostXmpBytes)));
        at += 8 + *length + (*length & 1);
    }
    return orientation.value();
}

} // namespace

Result<ImageHeader> parseWebPHeader(ByteWindow& window)
{
    ImageHeader header;
    header.format = ImageFormat::WebP;
    header.channels = 3;
    const std::string chunk(window.at(12, 4));
    if (chunk == "VP8X") {
        const auto flags = window.number(20, 1, ByteOrder::Little);
        const auto width = window.number(24, 3, ByteOrder::Little);
        const auto height = window.number(27, 3, ByteOrder::Little);
        if (!flags || !width || !height)
            return corruptAt("WebP ends inside its VP8X header", 20);
        header.channels = (*flags & 0x10) != 0 ? 4 : 3;
        header.orientation = (*flags & 0x0C) != 0 ? webPOrientation(window) : 1;
        return sized(header, *width + 1, *height + 1, 24);
    }
    if (chunk == "VP8L") {
        const auto bits = window.number(21, 4, ByteOrder::Little);
        if (!bits || window.at(20, 1) != "\x2f")
            return corruptAt("WebP has no lossless header", 20);
        header.channels = ((*bits >> 28) & 1) != 0 ? 4 : 3;
        return sized(header, (*bits & 0x3FFF) + 1, ((*bits >> 14) & 0x3FFF) + 1, 21);
    }
    if (chunk == "VP8 ") {
        const auto width = window.number(26, 2, ByteOrder::Little);
        const auto height = window.number(28, 2, ByteOrder::Little);
        if (!width || !height || window.at(23, 3) != "\x9d\x01\x2a")
            return corruptAt("WebP has no key frame", 20);
        return sized(header, *width & 0x3FFF, *height & 0x3FFF, 26);
    }
    return corruptAt("WebP does not begin with a picture chunk", 12);
}

Result<ImageHeader> parsePnmHeader(ByteWindow& window)
{
    const int kind = window.at(1, 1).front() - '0';
    const bool isBitmap = kind == 1 || kind == 4;
    std::uint64_t numbers[3] = {0, 0, 1};
    std::uint64_t at = 2;
    for (int i = 0; i < (isBitmap ? 2 : 3); ++i) {
        std::string_view c = window.at(at, 1);
        while (!c.empty() &&
               (std::string_view(" \t\r\n\v\f").find(c.front()) != std::string_view::npos || c == "#")) {
            const bool isComment = c == "#";
            c = window.at(++at, 1);
            while (isComment && !c.empty() && c != "\n" && c != "\r")
                c = window.at(++at, 1);
        }
        int digits = 0;
        for (; !c.empty() && c.front() >= '0' && c.front() <= '9' && digits < 10; ++digits) {
            numbers[i] = (digits == 0 ? 0 : numbers[i] * 10) + static_cast<std::uint64_t>(c.front() - '0');
            c = window.at(++at, 1);
        }
        if (digits == 0 || digits == 10)
            return corruptAt("PNM has no number in its header", at);
    }
    if (numbers[2] == 0 || numbers[2] > 65535)
        return corruptAt("PNM states a largest value of " + std::to_string(numbers[2]), at);
    ImageHeader header;
    header.format = ImageFormat::Pnm;
    header.channels = kind == 3 || kind == 6 ? 3 : 1;
    header.bitsPerChannel = isBitmap ? 1 : numbers[2] > 255 ? 16 : 8;
    return sized(header, numbers[0], numbers[1], 2);
}

} // namespace trainyard
