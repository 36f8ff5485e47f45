// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/imaging/decoder_pool.h"

#include <cstdint>
#include <optional>
#include <string>

namespace trainyard {

/// Everything that an import keeps of a decoded picture; the pixels are gone.
struct PictureMeasure
{
    std::int64_t size = 0;
    std::int64_t timeNs = 0;
    std::uint64_t contentHash = 0;
    int width = 0; ///< upright, full size
    int height = 0;
    ImageHeader header;
    std::optional<std::string> damage;
    std::string note;
    std::uint64_t perceptualHash = 0;
    std::string thumbnail; ///< JPEG, empty where it could not be made
};

/// How a picture is decoded for an import: large enough for its thumbnail, with the hash of its bytes.
DecodeRequest importDecode(const std::filesystem::path& path, const DecodeLimits& limits);

PictureMeasure measurePicture(const DecodedPicture& picture);

} // namespace trainyard
