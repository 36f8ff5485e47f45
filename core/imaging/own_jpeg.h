// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/imaging/image.h"

#include <string>
#include <string_view>

namespace trainyard {

/// Encodes any pixels. `quality` 1..100; `fullColour` keeps 4:4:4 (no chroma subsampling).
Result<std::string> encodeJpeg(const Image& image, int quality, bool fullColour = false);
/// Decodes a JPEG that encodeJpeg() made and whose checksum the caller has checked. Never for foreign bytes.
Result<Image> decodeOwnJpeg(std::string_view bytes);

} // namespace trainyard
