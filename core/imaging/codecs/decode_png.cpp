// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/byte_window.h"
#include "core/imaging/codecs/codec.h"

#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <png.h>
#include <zlib.h>

namespace trainyard::codecs {

namespace {

constexpr std::size_t kPieceOfShortFile = 16;

/// What a walk over the chunks finds before any of them is decoded.
struct ChunkCheck
{
    enum class State { Whole, EndsEarly, BadChecksum, BadOtherChecksum } state = State::Whole;
    std::string chunk;
    std::uint64_t byte = 0;
};

/// libpng meets a bad checksum only behind the rows that it spoiled; so the checksums come first.
ChunkCheck checkChunks(std::string_view bytes)
{
    ChunkCheck check;
    MemoryWindow window(bytes);
    std::uint64_t at = 8;
    while (true) {
        const auto length = window.number(at, 4, ByteOrder::Big);
        const std::string name(window.at(at + 4, 4));
        if (!length || name.size() < 4 || *length > 0x7FFFFFFFU || at + 12 + *length > bytes.size())
            return {ChunkCheck::State::EndsEarly, name.size() == 4 ? name : "IEND", at};
        const std::string_view body = window.at(at + 4, 4 + *length);
        const uLong sum =
            crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
        const bool isCritical = (name[0] & 0x20) == 0;
        if (sum != window.number(at + 8 + *length, 4, ByteOrder::Big)) {
            if (isCritical)
                return {ChunkCheck::State::BadChecksum, name, at};
            if (check.state == ChunkCheck::State::Whole)
                check = {ChunkCheck::State::BadOtherChecksum, name, at};
        }
        if (name == "IEND")
            return check;
        at += 12 + *length;
    }
}

/// What the library's callbacks reach; only plain values, because of longjmp().
struct Session
{
    png_structp png;
    png_infop details;
    const char* next;
    std::size_t left;
    bool hasEnd; ///< the library asked for bytes behind the end
    png_uint_32 rows;
    bool isInterlaced;
    int indices; ///< IndexKind
    char message[160];
};

Session& sessionOf(png_structp png)
{
    return *static_cast<Session*>(png_get_error_ptr(png));
}

[[noreturn]] void leaveOnError(png_structp png, png_const_charp message)
{
    Session& session = sessionOf(png);
    std::snprintf(session.message, sizeof session.message, "%s", message);
    png_longjmp(png, 1);
}

void ignoreWarning(png_structp, png_const_charp) {}

void readBytes(png_structp png, png_bytep target, std::size_t count)
{
    Session& session = *static_cast<Session*>(png_get_io_ptr(png));
    if (count > session.left) {
        session.hasEnd = true;
        png_error(png, "unexpected end");
    }
    std::memcpy(target, session.next, count);
    session.next += count;
    session.left -= count;
}

/// Everything becomes RGB of 8 bits: palette and grey are expanded, 16 bits are rounded, alpha is dropped.
void askForRgb(Session& session)
{
    png_set_expand(session.png);
    png_set_scale_16(session.png);
    png_set_strip_alpha(session.png);
    png_set_gray_to_rgb(session.png);
}

IndexKind indexKind(const Session& session)
{
    switch (png_get_color_type(session.png, session.details)) {
    case PNG_COLOR_TYPE_PALETTE:
        return IndexKind::Palette;
    case PNG_COLOR_TYPE_GRAY:
    case PNG_COLOR_TYPE_GRAY_ALPHA:
        return png_get_bit_depth(session.png, session.details) == 16 ? IndexKind::Gray16 : IndexKind::Gray8;
    default:
        return IndexKind::Rgb;
    }
}

/// Palette indices stay indices; gray levels stay as stored, also those of 1, 2 and 4 bits.
void askForNumbers(Session& session, IndexKind kind)
{
    png_set_packing(session.png);
    if (kind != IndexKind::Palette)
        png_set_strip_alpha(session.png);
}

/// Numbers of one or two bytes at the beginning of a row become three bytes each, the high one first.
void spreadNumbers(std::uint8_t* row, std::size_t count, std::size_t bytes)
{
    for (std::size_t i = count; i-- > 0;) {
        const std::uint8_t low = row[i * bytes + bytes - 1];
        const std::uint8_t middle = bytes == 2 ? row[i * 2] : 0;
        row[i * 3] = 0;
        row[i * 3 + 1] = middle;
        row[i * 3 + 2] = low;
    }
}

/// The part under setjmp(): no object with a destructor lives here.
bool readRows(Session& session, const Task& task, std::uint8_t* pixels, bool endsEarly)
{
    if (setjmp(png_jmpbuf(session.png)) != 0)
        return false;
    png_set_read_fn(session.png, &session, readBytes);
    png_set_user_limits(session.png, static_cast<png_uint_32>(task.header.width),
                        static_cast<png_uint_32>(task.header.height));
    png_set_chunk_cache_max(session.png, 1000);
    png_set_chunk_malloc_max(session.png, 64U << 20);
    // Asked for in small pieces, a file that ends early gives every row that is in it.
    if (endsEarly)
        png_set_compression_buffer_size(session.png, kPieceOfShortFile);
    png_set_crc_action(session.png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
    png_read_info(session.png, session.details);
    const IndexKind indices = task.wantsIndices ? indexKind(session) : IndexKind::Rgb;
    session.indices = static_cast<int>(indices);
    const bool isNumbers = indices != IndexKind::Rgb;
    if (isNumbers)
        askForNumbers(session, indices);
    else
        askForRgb(session);
    const int passes = png_set_interlace_handling(session.png);
    session.isInterlaced = passes > 1;
    png_read_update_info(session.png, session.details);
    const std::size_t stride = static_cast<std::size_t>(task.width()) * 3;
    const std::size_t given = indices == IndexKind::Gray16 ? stride / 3 * 2 : isNumbers ? stride / 3 : stride;
    if (png_get_rowbytes(session.png, session.details) != given)
        png_error(session.png, "rows of an unexpected size");
    for (int pass = 0; pass < passes; ++pass) {
        for (int row = 0; row < task.height(); ++row) {
            png_read_row(session.png, pixels + static_cast<std::size_t>(row) * stride, nullptr);
            if (pass == passes - 1)
                session.rows = static_cast<png_uint_32>(row) + 1;
        }
    }
    if (isNumbers)
        for (int row = 0; row < task.height(); ++row)
            spreadNumbers(pixels + static_cast<std::size_t>(row) * stride, stride / 3, given / (stride / 3));
    png_read_end(session.png, session.details);
    return true;
}

std::string notesOf(const Session& session, const ImageHeader& header)
{
    std::string note;
    if (header.channels == 2 || header.channels == 4 ||
        png_get_valid(session.png, session.details, PNG_INFO_tRNS) != 0)
        note = "alpha channel dropped";
    if (header.bitsPerChannel == 16)
        note += note.empty() ? "16 bit shown as 8" : "; 16 bit shown as 8";
    return note;
}

std::string place(const ChunkCheck& check)
{
    return "chunk " + check.chunk + " at byte " + std::to_string(check.byte);
}

Result<Remarks> remarksOf(const Session& session, bool isDone, const ChunkCheck& check, const Task& task,
                          std::span<std::uint8_t> pixels)
{
    Remarks remarks;
    remarks.note = notesOf(session, task.header);
    remarks.indices = static_cast<IndexKind>(session.indices);
    if (task.wantsIndices && !isDone)
        return fail(ErrorCode::CorruptFile, std::string("a mask that breaks off: ") + session.message);
    const int rows = static_cast<int>(session.rows);
    const bool hasAllRows = rows == task.height();
    const bool endsEarly = check.state == ChunkCheck::State::EndsEarly;
    if (check.state == ChunkCheck::State::BadOtherChecksum)
        remarks.damage = "all rows came, but the checksum of " + place(check) + " is wrong";
    if (isDone)
        return remarks;
    const std::string reason = endsEarly ? "the file ends in " + place(check) : std::string(session.message);
    if (hasAllRows) {
        remarks.damage = "all rows came, but " + reason;
        return remarks;
    }
    if (rows == 0)
        return fail(ErrorCode::CorruptFile,
                    "PNG gives no " + std::string(session.isInterlaced ? "complete picture" : "row") + ": " +
                        reason);
    remarks.damage = std::string(endsEarly ? "ends" : "broken") + " after row " + std::to_string(rows) +
                     " of " + std::to_string(task.height()) + " (" + reason + ")";
    const std::size_t whole = static_cast<std::size_t>(rows) * static_cast<std::size_t>(task.width()) * 3;
    std::fill(pixels.begin() + static_cast<std::ptrdiff_t>(whole), pixels.end(), kMissing);
    return remarks;
}

} // namespace

Result<Remarks> decodePng(const Task& task, std::span<std::uint8_t> pixels)
{
    const ChunkCheck check = checkChunks(task.bytes);
    if (check.state == ChunkCheck::State::BadChecksum)
        return fail(ErrorCode::CorruptFile, "the checksum of PNG " + place(check) + " is wrong");
    Session session;
    std::memset(&session, 0, sizeof session);
    session.next = task.bytes.data();
    session.left = task.bytes.size();
    session.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &session, leaveOnError, ignoreWarning);
    if (session.png != nullptr)
        session.details = png_create_info_struct(session.png);
    if (session.details == nullptr) {
        png_destroy_read_struct(&session.png, nullptr, nullptr);
        return fail(ErrorCode::OutOfMemory, "no memory for the PNG decoder");
    }
    const bool isDone = readRows(session, task, pixels.data(), check.state == ChunkCheck::State::EndsEarly);
    auto remarks = remarksOf(session, isDone, check, task, pixels);
    png_destroy_read_struct(&session.png, &session.details, nullptr);
    return remarks;
}

} // namespace trainyard::codecs
