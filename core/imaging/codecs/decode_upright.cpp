// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/codecs/codec.h"
#include "core/imaging/resize.h"

#include <vector>

namespace trainyard::codecs {

namespace {

using Decoder = Result<Remarks> (*)(const Task&, std::span<std::uint8_t>);

Decoder decoderOf(ImageFormat format)
{
    constexpr Decoder kDecoders[] = {nullptr,   decodeJpeg, decodePng,  decodeBmp,
                                     decodeGif, decodeTiff, decodeWebP, decodePnm};
    return kDecoders[static_cast<int>(format)];
}

} // namespace

Result<Remarks> decodeUpright(const Task& task, std::span<std::uint8_t> pixels)
{
    const Decoder decode = decoderOf(task.header.format);
    if (decode == nullptr)
        return fail(ErrorCode::Unsupported, "no decoder for this format");
    if (pixels.size() < task.pixelBytes())
        return fail(ErrorCode::Internal, "the slot is too small for the picture");
    pixels = pixels.first(task.pixelBytes());
    if (task.header.orientation <= 1)
        return decode(task, pixels);
    std::vector<std::uint8_t> stored(task.pixelBytes());
    auto remarks = decode(task, stored);
    if (remarks)
        orientPixels(stored.data(), task.width(), task.height(), task.header.orientation, pixels.data());
    return remarks;
}

} // namespace trainyard::codecs
