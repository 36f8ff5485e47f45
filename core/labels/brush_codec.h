// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/labels/shape.h"

#include <cstdint>
#include <span>
#include <vector>

namespace trainyard {

/// The run lengths of Label Studio's brush (the bit stream of @thi.ng/rle-pack): 32 bits for the number of
/// words, 5 for their size less one, four times 4 for the sizes of run lengths less one; then packets of a
/// bit (1: one word repeated), 2 bits that choose the size, the length less one, and a word or that many
/// words. The words are RGBA bytes of the whole picture, row by row; a pixel is set where its alpha is not 0.

/// CorruptFile where the stream ends early or does not give width * height * 4 words. Mask() where no pixel
/// is set.
Result<Mask> decodeBrush(std::span<const std::uint8_t> bytes, int width, int height);
std::vector<std::uint8_t> encodeBrush(const Mask& mask, int width, int height);

} // namespace trainyard
