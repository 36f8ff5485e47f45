// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/crop_cutting.h"

#include "core/collection/crop_choice.h"
#include "core/collection/media_copy.h"
#include "core/imaging/own_jpeg.h"
#include "core/imaging/perceptual_hash.h"
#include "core/imaging/resize.h"
#include "core/imaging/thumbnail.h"
#include "core/storage/atomic_file.h"
#include "core/storage/hash.h"
#include "core/storage/read_file.h"

#include <algorithm>
#include <cstdio>

namespace trainyard {

namespace {

constexpr int kQuality = 95;
constexpr std::size_t kMaxNameBytes = 255;

/// Writes under the first name, or under the other one where a file of somebody else has the first. The name
/// that it got.
Result<std::string> writeCrop(const std::filesystem::path& folder, const CutOrder& order,
                              const std::string& bytes)
{
    const auto isThere = [&](const std::string& name) {
        const auto present = readFile(folder / name);
        return present && *present == bytes;
    };
    if (isThere(order.name))
        return order.name;
    if (order.name != order.otherName) {
        const auto written =
            writeFileAtomically(posixIo(), folder / order.name, bytes, AtomicMode::CreateOnly);
        if (written)
            return order.name;
        if (written.error().code != ErrorCode::Conflict)
            return fail(written.error());
    }
    if (!isThere(order.otherName))
        TRAINYARD_CHECK(writeFileAtomically(posixIo(), folder / order.otherName, bytes));
    return order.otherName;
}

} // namespace

std::string cropName(const std::string& picturePath, std::int64_t number, const std::string& owner)
{
    std::string stem = picturePath.substr(picturePath.rfind('/') + 1);
    const std::size_t dot = stem.rfind('.');
    if (dot != std::string::npos && dot > 0)
        stem.resize(dot);
    std::string ending = "-" + std::to_string(number) + ".jpg";
    if (!owner.empty()) {
        char hash[24];
        std::snprintf(hash, sizeof hash, "-%016llx", static_cast<unsigned long long>(xxh3(owner)));
        ending = hash + ending;
    }
    // Room for the ending of a staging file beside it.
    constexpr std::size_t kStagingBytes = 40;
    stem.resize(std::min(stem.size(), kMaxNameBytes - kStagingBytes - ending.size()));
    return stem + ending;
}

Result<std::vector<CutPicture>> cutBoxes(const DecodedPicture& picture, const std::filesystem::path& folder,
                                         const std::vector<CutOrder>& orders)
{
    std::vector<CutPicture> cuts;
    for (const CutOrder& order : orders) {
        const Image crop =
            cropImage(picture.image, withMargin(order.box, picture.image.width, picture.image.height));
        TRAINYARD_TRY(const std::string jpeg, encodeJpeg(crop, kQuality, true));
        CutPicture cut;
        TRAINYARD_TRY(cut.name, writeCrop(folder, order, jpeg));
        TRAINYARD_CHECK(setFileTime(folder / cut.name, picture.fileTimeNs));
        cut.size = std::ssize(jpeg);
        cut.timeNs = picture.fileTimeNs;
        cut.contentHash = xxh3(jpeg);
        cut.width = crop.width;
        cut.height = crop.height;
        if (picture.damage)
            cut.damage = "cut from a damaged picture: " + *picture.damage;
        cut.perceptualHash = perceptualHash(crop);
        if (auto thumbnail = makeThumbnail(crop))
            cut.thumbnail = std::move(*thumbnail);
        cuts.push_back(std::move(cut));
    }
    return cuts;
}

} // namespace trainyard
