// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/decode_plan.h"

#include "core/base/path_text.h"
#include "core/imaging/byte_window.h"
#include "core/imaging/header_parsers.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <iterator>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace trainyard {

namespace {

std::string sizeText(const ImageHeader& header)
{
    return std::to_string(header.width) + " x " + std::to_string(header.height) + " pixels";
}

/// What the picture takes at full size: as 8-bit RGB or as stored, whichever is more.
std::int64_t decodedBytes(const ImageHeader& header)
{
    const std::int64_t stored = std::int64_t{header.channels} * ((header.bitsPerChannel + 7) / 8);
    return std::int64_t{header.width} * header.height * std::max<std::int64_t>(3, stored);
}

Result<void> checkLimits(const ImageHeader& header, const DecodeLimits& limits)
{
    // Each side is below 2^31, so that the product fits; the division keeps the bytes from overflowing.
    const std::int64_t pixels = std::int64_t{header.width} * header.height;
    if (pixels > limits.maxPixels)
        return fail(ErrorCode::Refused, sizeText(header) + " are over the limit of " +
                                            std::to_string(limits.maxPixels) +
                                            " pixels; raise the project's limit to take this picture");
    if (pixels > limits.maxBytes / 3 || decodedBytes(header) > limits.maxBytes)
        return fail(ErrorCode::Refused, sizeText(header) + " with " + std::to_string(header.channels) +
                                            " channels of " + std::to_string(header.bitsPerChannel) +
                                            " bits are over the limit of " + std::to_string(limits.maxBytes) +
                                            " bytes of a decoded picture");
    return {};
}

/// The largest reduction of a JPEG that still leaves the long edge long enough.
int reductionFor(const ImageHeader& header, int minimumEdge)
{
    if (header.format != ImageFormat::Jpeg || minimumEdge <= 0)
        return 1;
    const int longEdge = std::max(header.width, header.height);
    for (const int reduction : {8, 4, 2})
        if ((longEdge + reduction - 1) / reduction >= minimumEdge)
            return reduction;
    return 1;
}

/// The bytes as a file in memory that nobody can change any more.
Result<DecodePlan> memoryPicture(std::string_view bytes)
{
    DecodePlan plan;
    plan.fileBytes = std::ssize(bytes);
    plan.file = OpenPicture(memfd_create("trainyard-picture", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    const int descriptor = plan.file.descriptor();
    for (std::size_t done = 0; descriptor >= 0 && done < bytes.size();) {
        const ssize_t put =
            pwrite(descriptor, bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
        if (put <= 0 && errno != EINTR)
            return fail(ErrorCode::IoError, std::string("cannot keep it in memory: ") + std::strerror(errno));
        done += static_cast<std::size_t>(std::max<ssize_t>(put, 0));
    }
    if (fcntl(descriptor, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0)
        return fail(ErrorCode::IoError, std::string("cannot keep it in memory: ") + std::strerror(errno));
    return plan;
}

Result<DecodePlan> openPicture(const DecodeRequest& request)
{
    if (request.bytes)
        return memoryPicture(*request.bytes);
    const std::filesystem::path& path = request.path;
    DecodePlan plan;
    // Without O_NONBLOCK, opening a pipe would wait for its writer.
    plan.file = OpenPicture(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (plan.file.descriptor() < 0)
        return fail(errno == ENOENT || errno == ENOTDIR ? ErrorCode::NotFound : ErrorCode::IoError,
                    std::string("cannot open: ") + std::strerror(errno));
    struct stat status = {};
    if (fstat(plan.file.descriptor(), &status) != 0)
        return fail(ErrorCode::IoError, std::string("cannot read the file's size: ") + std::strerror(errno));
    if (!S_ISREG(status.st_mode))
        return fail(ErrorCode::Refused, "not a regular file");
    plan.fileBytes = status.st_size;
    plan.fileTimeNs = std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
    return plan;
}

Result<DecodePlan> plan(const DecodeRequest& request)
{
    TRAINYARD_TRY(DecodePlan plan, openPicture(request));
    if (plan.fileBytes > request.limits.maxBytes)
        return fail(ErrorCode::Refused, "a file of " + std::to_string(plan.fileBytes) +
                                            " bytes is over the limit of " +
                                            std::to_string(request.limits.maxBytes) + " bytes");
    FileWindow window(plan.file.descriptor());
    auto header = parseAnyHeader(window);
    if (window.hasReadError())
        return fail(ErrorCode::IoError, "cannot read the file's first bytes");
    if (!header)
        return fail(std::move(header.error()));
    plan.header = *header;
    TRAINYARD_CHECK(checkLimits(plan.header, request.limits));

    const ImageFormat named = formatOfEnding(request.path.filename().native());
    if (named != ImageFormat::Unknown && named != plan.header.format)
        plan.note = "named like a " + std::string(imageFormatName(named)) + " file, but is " +
                    std::string(imageFormatName(plan.header.format));

    const int reduction = request.wantsIndices ? 1 : reductionFor(plan.header, request.minimumEdge);
    plan.resultWidth = (plan.header.uprightWidth() + reduction - 1) / reduction;
    plan.resultHeight = (plan.header.uprightHeight() + reduction - 1) / reduction;
    plan.order.fileBytes = static_cast<std::uint64_t>(plan.fileBytes);
    plan.order.format = static_cast<std::int32_t>(plan.header.format);
    plan.order.width = plan.header.width;
    plan.order.height = plan.header.height;
    plan.order.channels = plan.header.channels;
    plan.order.bitsPerChannel = plan.header.bitsPerChannel;
    plan.order.orientation = plan.header.orientation;
    plan.order.reduction = reduction;
    plan.order.wantsContentHash = request.wantsContentHash ? 1 : 0;
    plan.order.wantsIndices = request.wantsIndices ? 1 : 0;
    return plan;
}

} // namespace

OpenPicture::~OpenPicture()
{
    if (m_descriptor >= 0)
        close(m_descriptor);
}

OpenPicture::OpenPicture(OpenPicture&& other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1))
{
}

OpenPicture& OpenPicture::operator=(OpenPicture&& other) noexcept
{
    std::swap(m_descriptor, other.m_descriptor);
    return *this;
}

Result<DecodePlan> planDecode(const DecodeRequest& request)
{
    auto planned = plan(request);
    if (!planned)
        planned.error().message = displayText(request.path.native()) + ": " + planned.error().message;
    return planned;
}

} // namespace trainyard
