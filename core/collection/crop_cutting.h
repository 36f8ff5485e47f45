// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/imaging/decoder_pool.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace trainyard {

/// "<picture stem>-<number>.jpg"; with `owner` a hash of it stands between, for stems that several pictures
/// have.
std::string cropName(const std::string& picturePath, std::int64_t number, const std::string& owner);

/// One box to cut out and where to put it.
struct CutOrder
{
    Box box;
    std::string name; ///< below the folder of crops
    std::string
        otherName; ///< where a file with other bytes has the name; the same as `name` to replace that file
};

/// A crop that was written.
struct CutPicture
{
    std::string name;
    std::int64_t size = 0;
    std::int64_t timeNs = 0; ///< of the source picture, and so of the crop's file
    std::uint64_t contentHash = 0;
    int width = 0;
    int height = 0;
    std::optional<std::string> damage; ///< of the source picture
    std::uint64_t perceptualHash = 0;
    std::string thumbnail;
};

/// Cuts boxes with their margin and writes them as JPEG (quality 95, 4:4:4). Same picture and box, same
/// bytes.
Result<std::vector<CutPicture>> cutBoxes(const DecodedPicture& picture, const std::filesystem::path& folder,
                                         const std::vector<CutOrder>& orders);

} // namespace trainyard
