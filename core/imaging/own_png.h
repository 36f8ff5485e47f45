// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/imaging/image.h"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace trainyard {

/// PNG files that we write: masks with a palette, in gray of 8 or 16 bits, and RGB pictures (PNG
/// specification, second edition). Reading is the decoders' business.

using PngPalette = std::vector<std::array<std::uint8_t, 3>>;

/// Each value is an index; InvalidArgument where one lies outside the palette, or it has no or more than 256
/// colours.
Result<std::string> encodePalettePng(int width, int height, std::span<const std::uint8_t> indices,
                                     const PngPalette& palette);
Result<std::string> encodeGray8Png(int width, int height, std::span<const std::uint8_t> values);
Result<std::string> encodeGray16Png(int width, int height, std::span<const std::uint16_t> values);
Result<std::string> encodeRgbPng(const Image& image);

/// The colours of Pascal VOC's masks (VOCdevkit, VOClabelcolormap): the bits of the index spread over red,
/// green and blue. 256 entries.
PngPalette vocPalette();

} // namespace trainyard
