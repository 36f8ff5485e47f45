// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/thumbnail.h"

#include "core/imaging/own_jpeg.h"
#include "core/imaging/resize.h"
#include "core/imaging/thumbnail_store.h"

namespace trainyard {

namespace {

constexpr int kQuality = 85;

} // namespace

Result<std::string> makeThumbnail(const Image& image)
{
    if (image.isEmpty())
        return fail(ErrorCode::InvalidArgument, "an empty picture has no thumbnail");
    const auto [width, height] = fittedSize(image.width, image.height, kThumbnailEdge);
    if (width == image.width && height == image.height)
        return encodeJpeg(image, kQuality);
    return encodeJpeg(resizeImage(image, width, height), kQuality);
}

} // namespace trainyard
