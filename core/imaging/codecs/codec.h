// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/imaging/decoder_pool.h"
#include "core/imaging/image_header.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace trainyard::codecs {

/// One picture to decode: the whole file, what the header probe found, and how far to reduce it.
struct Task
{
    std::string_view bytes;
    ImageHeader header;
    int reduction = 1;         ///< 1, 2, 4 or 8; only for JPEG
    bool wantsIndices = false; ///< numbers instead of colours, where the codec can

    /// The size of the result as stored, before orientation.
    [[nodiscard]] int width() const { return (header.width + reduction - 1) / reduction; }
    [[nodiscard]] int height() const { return (header.height + reduction - 1) / reduction; }
    [[nodiscard]] std::size_t pixelBytes() const
    {
        return static_cast<std::size_t>(width()) * static_cast<std::size_t>(height()) * 3;
    }
};

/// What else a decoder says about the pixels that it wrote.
struct Remarks
{
    std::optional<std::string> damage;
    std::string note;
    IndexKind indices = IndexKind::Rgb; ///< what the pixels are where indices were asked for
};

/// Writes width() * height() RGB pixels, as stored (orientation is not the codecs' business), into `pixels`.
/// Rows that a damaged file does not give stay grey (128). Errors: CorruptFile, Unsupported, OutOfMemory.
Result<Remarks> decodeJpeg(const Task& task, std::span<std::uint8_t> pixels);
Result<Remarks> decodePng(const Task& task, std::span<std::uint8_t> pixels);
Result<Remarks> decodeGif(const Task& task, std::span<std::uint8_t> pixels);
Result<Remarks> decodePnm(const Task& task, std::span<std::uint8_t> pixels);
Result<Remarks> decodeBmp(const Task& task, std::span<std::uint8_t> pixels);
Result<Remarks> decodeTiff(const Task& task, std::span<std::uint8_t> pixels);
/// The first picture of an animation.
Result<Remarks> decodeWebP(const Task& task, std::span<std::uint8_t> pixels);

/// The value of pixels that a damaged file does not give.
inline constexpr std::uint8_t kMissing = 128;

/// The codec of the task's format; the pixels come out upright.
Result<Remarks> decodeUpright(const Task& task, std::span<std::uint8_t> pixels);

} // namespace trainyard::codecs
