// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace trainyard {

enum class ImageFormat { Unknown, Jpeg, Png, Bmp, Gif, Tiff, WebP, Pnm };

std::string_view imageFormatName(ImageFormat format); ///< "JPEG"
/// True for a file name whose ending is one of a picture (.jpg .jpeg .png .bmp .gif .tif .tiff .webp .ppm
/// .pgm).
bool hasPictureEnding(std::string_view fileName);
ImageFormat formatOfEnding(std::string_view fileName);

/// What the header says, read without any decoder. Sizes are as stored, before orientation.
struct ImageHeader
{
    ImageFormat format = ImageFormat::Unknown;
    int width = 0;
    int height = 0;
    int channels = 0;
    int bitsPerChannel = 8;
    int orientation = 1; ///< EXIF 1..8

    [[nodiscard]] int uprightWidth() const { return orientation >= 5 ? height : width; }
    [[nodiscard]] int uprightHeight() const { return orientation >= 5 ? width : height; }
    bool operator==(const ImageHeader&) const = default;
};

/// Parses the first bytes of a file (64 KiB are enough but for JPEGs with huge metadata). CorruptFile names
/// the byte.
Result<ImageHeader> parseImageHeader(std::string_view bytes, std::string_view source);
/// Reads as much of the file as it needs; Unsupported where no known format begins.
Result<ImageHeader> readImageHeader(const std::filesystem::path& path);

} // namespace trainyard
