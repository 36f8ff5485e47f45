// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/imaging/image.h"

#include <string>

namespace trainyard {

/// The JPEG (quality 85) that the gallery shows: reduced to kThumbnailEdge at the long edge, never enlarged.
Result<std::string> makeThumbnail(const Image& image);

} // namespace trainyard
