// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/picture_measure.h"

#include "core/imaging/perceptual_hash.h"
#include "core/imaging/thumbnail.h"
#include "core/imaging/thumbnail_store.h"

namespace trainyard {

DecodeRequest importDecode(const std::filesystem::path& path, const DecodeLimits& limits)
{
    DecodeRequest request;
    request.path = path;
    request.minimumEdge = kThumbnailEdge;
    request.wantsContentHash = true;
    request.limits = limits;
    return request;
}

PictureMeasure measurePicture(const DecodedPicture& picture)
{
    PictureMeasure measure;
    measure.size = picture.fileBytes;
    measure.timeNs = picture.fileTimeNs;
    measure.contentHash = picture.contentHash;
    measure.width = picture.fullWidth;
    measure.height = picture.fullHeight;
    measure.header = picture.header;
    measure.damage = picture.damage;
    measure.note = picture.note;
    measure.perceptualHash = perceptualHash(picture.image);
    if (auto thumbnail = makeThumbnail(picture.image))
        measure.thumbnail = std::move(*thumbnail);
    return measure;
}

} // namespace trainyard
