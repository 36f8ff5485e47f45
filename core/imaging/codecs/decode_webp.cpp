// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/byte_window.h"
#include "core/imaging/codecs/codec.h"

#include <algorithm>
#include <memory>
#include <webp/decode.h>
#include <webp/demux.h>

namespace trainyard::codecs {

namespace {

const std::uint8_t* start(std::string_view bytes)
{
    return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

bool isAnimated(std::string_view bytes)
{
    return bytes.size() > 20 && bytes.substr(12, 4) == "VP8X" && (bytes[20] & 2) != 0;
}

/// The first picture of an animation on its canvas, as Pillow shows it.
Result<Remarks> decodeAnimation(const Task& task, std::span<std::uint8_t> pixels)
{
    const WebPData data{start(task.bytes), task.bytes.size()};
    WebPAnimDecoderOptions options;
    WebPAnimDecoderOptionsInit(&options);
    options.color_mode = MODE_RGBA;
    options.use_threads = 0;
    const std::unique_ptr<WebPAnimDecoder, decltype(&WebPAnimDecoderDelete)> decoder(
        WebPAnimDecoderNew(&data, &options), WebPAnimDecoderDelete);
    WebPAnimInfo about;
    std::uint8_t* canvas = nullptr;
    int time = 0;
    if (!decoder || WebPAnimDecoderGetInfo(decoder.get(), &about) == 0 ||
        about.canvas_width != static_cast<std::uint32_t>(task.width()) ||
        about.canvas_height != static_cast<std::uint32_t>(task.height()) ||
        WebPAnimDecoderGetNext(decoder.get(), &canvas, &time) == 0)
        return fail(ErrorCode::CorruptFile, "WebP animation ends early or is damaged");
    for (std::size_t i = 0; i < task.pixelBytes() / 3; ++i)
        std::copy_n(canvas + i * 4, 3, pixels.data() + i * 3);
    return Remarks();
}

std::string_view statusText(VP8StatusCode status)
{
    switch (status) {
    case VP8_STATUS_OUT_OF_MEMORY:
        return "not enough memory";
    case VP8_STATUS_UNSUPPORTED_FEATURE:
        return "a feature that is not supported";
    case VP8_STATUS_SUSPENDED:
    case VP8_STATUS_NOT_ENOUGH_DATA:
        return "the file ends early";
    default:
        return "the data are broken";
    }
}

Result<Remarks> decodeStill(const Task& task, std::span<std::uint8_t> pixels)
{
    const std::size_t stride = static_cast<std::size_t>(task.width()) * 3;
    const std::unique_ptr<WebPIDecoder, decltype(&WebPIDelete)> decoder(
        WebPINewRGB(MODE_RGB, pixels.data(), pixels.size(), static_cast<int>(stride)), WebPIDelete);
    if (!decoder)
        return fail(ErrorCode::OutOfMemory, "no memory for the WebP decoder");
    const VP8StatusCode status = WebPIUpdate(decoder.get(), start(task.bytes), task.bytes.size());
    int rows = 0;
    int width = 0;
    int height = 0;
    const bool hasPixels = WebPIDecGetRGB(decoder.get(), &rows, &width, &height, nullptr) != nullptr;
    if (hasPixels && (width != task.width() || height != task.height()))
        return fail(ErrorCode::CorruptFile, "WebP states other sizes than its header probe found");
    if (status == VP8_STATUS_OK)
        return Remarks();
    if (!hasPixels || rows <= 0)
        return fail(status == VP8_STATUS_OUT_OF_MEMORY ? ErrorCode::OutOfMemory : ErrorCode::CorruptFile,
                    "WebP gives no row: " + std::string(statusText(status)));
    Remarks remarks;
    const bool isEnd = status == VP8_STATUS_SUSPENDED || status == VP8_STATUS_NOT_ENOUGH_DATA;
    remarks.damage = std::string(isEnd ? "ends" : "broken") + " after row " + std::to_string(rows) + " of " +
                     std::to_string(task.height());
    std::fill(pixels.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(rows) * stride),
              pixels.end(), kMissing);
    return remarks;
}

} // namespace

Result<Remarks> decodeWebP(const Task& task, std::span<std::uint8_t> pixels)
{
    auto remarks = isAnimated(task.bytes) ? decodeAnimation(task, pixels) : decodeStill(task, pixels);
    if (!remarks)
        return remarks;
    if (task.header.channels == 4)
        remarks->note = "alpha channel dropped";
    const auto stated = MemoryWindow(task.bytes).number(4, 4, ByteOrder::Little);
    if (!remarks->damage && stated && *stated + 8 > task.bytes.size())
        remarks->damage = "all rows came, but the file ends at byte " + std::to_string(task.bytes.size()) +
                          " of " + std::to_string(*stated + 8);
    return remarks;
}

} // namespace trainyard::codecs
