// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/imaging/byte_window.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

namespace trainyard {

/// The first directory of a TIFF structure (a TIFF file, or the body of an EXIF block): the numbers of the
/// tags that a picture's header needs. Classic and BigTIFF. Tags: TIFF 6.0, section 8.
struct TiffDirectory
{
    ByteOrder order = ByteOrder::Little;
    std::map<int, std::uint64_t> values; ///< tag to its first value, for BYTE, SHORT, LONG and LONG8
    std::map<int, std::uint64_t> counts; ///< tag to its number of values
};

inline constexpr int kTiffWidth = 256;
inline constexpr int kTiffHeight = 257;
inline constexpr int kTiffBitsPerSample = 258;
inline constexpr int kTiffPhotometric = 262;
inline constexpr int kTiffOrientation = 274;
inline constexpr int kTiffSamplesPerPixel = 277;

/// Nothing where no TIFF structure begins at `start`.
std::optional<TiffDirectory> readTiffDirectory(ByteWindow& window, std::uint64_t start);

/// The orientation 1..8 of an EXIF block that begins at `start` (with or without its "Exif\0\0"); nothing
/// where the block states none.
std::optional<int> exifOrientation(ByteWindow& window, std::uint64_t start);

/// The orientation that an XMP packet states as tiff:Orientation.
std::optional<int> xmpOrientation(std::string_view packet);

} // namespace trainyard
