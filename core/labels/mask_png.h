// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace trainyard {

/// A gray picture of 1 or 8 bits, as numbers.
struct MaskPicture
{
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> values; ///< row by row
};

/// Reads the PNG that label files hold inside themselves: gray, 1 or 8 bits, not interlaced, of at most 2^28
/// pixels. Written for this alone, with bounds on every read, because such bytes are no file that a decoder
/// process could be given. CorruptFile or Unsupported names the byte.
Result<MaskPicture> decodeMaskPng(std::string_view bytes);

} // namespace trainyard
