// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/shape.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trainyard {

/// Masks as other tools write them. Readers give the smallest rectangle and Mask() where no pixel is set;
/// they fail with CorruptFile where the runs do not fill the picture.

/// COCO's run lengths over the whole picture, column by column; the first run counts pixels that are not set.
/// What lies outside the picture is left out.
std::vector<std::uint32_t> toCocoCounts(const Mask& mask, int pictureWidth, int pictureHeight);
Result<Mask> fromCocoCounts(std::span<const std::uint32_t> counts, int pictureWidth, int pictureHeight);

/// COCO's compressed string (maskApi.c, rleToString): from the fourth run on the difference to the run two
/// before; five bits a character, the low ones first, 0x20 says that more follow, 48 is added.
std::string toCocoString(std::span<const std::uint32_t> counts);
/// CorruptFile names the character that is wrong.
Result<std::vector<std::uint32_t>> fromCocoString(std::string_view text);

/// Run lengths row by row inside the mask's rectangle, the first for pixels that are not set (CVAT).
std::vector<std::uint32_t> toRowCounts(const Mask& mask);
Result<Mask> fromRowCounts(std::span<const std::uint32_t> counts, int x, int y, int width, int height);

} // namespace trainyard
