// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancellation.h"
#include "core/base/result.h"
#include "core/imaging/image.h"
#include "core/imaging/image_header.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace trainyard {

/// What a project lets a picture cost.
struct DecodeLimits
{
    std::int64_t maxPixels = 100'000'000;
    std::int64_t maxBytes = 1LL << 30; ///< of the decoded picture

    bool operator==(const DecodeLimits&) const = default;
};

/// What the numbers of a picture mean that was decoded without looking up its palette.
enum class IndexKind : std::uint8_t { None, Palette, Gray8, Gray16, Rgb };

struct DecodeRequest
{
    std::filesystem::path path;
    /// The smallest long edge that is enough: a JPEG may be decoded at 1/2, 1/4 or 1/8. 0: full size.
    int minimumEdge = 0;
    /// Also compute XXH3 of the file's bytes.
    bool wantsContentHash = false;
    /// The pixels as numbers (masks): palette indices, gray levels of up to 16 bits as stored, or colours; at
    /// full size. Each is 3 bytes in Image::pixels, the high one first.
    bool wantsIndices = false;
    DecodeLimits limits;
    int priority = 0; ///< higher first
    /// The picture itself, where it stands inside another file; `path` then only names it in messages.
    std::optional<std::string> bytes;
};

/// One picture, decoded. A JPEG that decodes in part keeps the rows that came and says where it broke.
struct DecodedPicture
{
    Image image;        ///< upright RGB
    ImageHeader header; ///< of the file
    int fullWidth = 0;  ///< upright size at full resolution
    int fullHeight = 0;
    std::uint64_t contentHash = 0; ///< where asked for
    std::int64_t fileBytes = 0;
    std::int64_t fileTimeNs = 0;
    std::optional<std::string> damage;   ///< why the picture is damaged: "ends after row 112 of 480"
    IndexKind indices = IndexKind::None; ///< where they were asked for
    std::string note;                    ///< what was dropped: "alpha channel dropped", "16 bit shown as 8"
};

/// When a child is stopped or replaced.
struct DecoderTuning
{
    std::chrono::milliseconds timePerFile{20'000}; ///< beside what the picture's size adds
    int filesPerChild = 1000;
    std::uint64_t growthBytes = 256ULL << 20; ///< of private memory
};

/// A pool of trainyard-decode children, each with its rights taken away. Foreign bytes are decoded nowhere
/// else.
///
/// A child is replaced after a failure, after 1,000 files or when it grew by 256 MiB; a child that dies or
/// exceeds its time gives CorruptFile for the one file that it held. Errors: NotFound, CorruptFile (reason
/// and byte where known), Unsupported (no picture), Refused (over the limits, with the dimensions),
/// Cancelled.
///
/// A child that dies at a file after others gets a successor for it first: only a file that kills a fresh
/// child is called corrupt.
///
/// Any thread may call; callbacks run on a thread of the pool and must neither call decode() nor destroy the
/// pool.
class DecoderPool
{
public:
    /// `program` is trainyard-decode; children start with the first request.
    static std::unique_ptr<DecoderPool> create(std::filesystem::path program, int children);
    static std::unique_ptr<DecoderPool> create(std::filesystem::path program, int children,
                                               DecoderTuning tuning);
    /// Ends the children; what was not answered yet gets Cancelled.
    virtual ~DecoderPool() = default;

    virtual Result<DecodedPicture> decode(const DecodeRequest& request) = 0;
    using Callback = std::function<void(Result<DecodedPicture>)>;
    /// Queues the request; where `cancellation` is set before a child took it, the callback gets Cancelled.
    virtual void decodeAsync(DecodeRequest request, Cancellation cancellation, Callback callback) = 0;
};

/// ../libexec/trainyard/NAME from the running program's file; for a helper its sibling, and for tests the
/// place beside the folder that TRAINYARD_BIN_DIR names.
std::filesystem::path helperProgram(const std::string& name);

} // namespace trainyard
