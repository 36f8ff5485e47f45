// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/codecs/codec.h"

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <jpeglib.h>
#include <vector>
// After jpeglib.h.
#include <jerror.h>

namespace trainyard::codecs {

namespace {

constexpr int kRowsPerCall = 16;

/// What the library's callbacks reach. Only plain values: longjmp() passes over this frame.
struct Session
{
    jpeg_decompress_struct library;
    jpeg_error_mgr errors;
    jpeg_source_mgr source;
    std::jmp_buf leave;
    char message[JMSG_LENGTH_MAX];
    int warning;       ///< the code of the first warning, 0 for none
    bool mayStop;      ///< a sequential picture ends at its first broken row
    bool hasEndOfFile; ///< the library asked for bytes behind the end
    JDIMENSION rows;   ///< complete rows so far
};

Session& sessionOf(j_common_ptr library)
{
    return *static_cast<Session*>(library->client_data);
}

/// Warnings after which the pixels to come are not what was encoded.
bool breaksPixels(int code)
{
    constexpr std::array kCodes{JWRN_HIT_MARKER,     JWRN_HUFF_BAD_CODE,     JWRN_MUST_RESYNC,
                                JWRN_ARITH_BAD_CODE, JWRN_BOGUS_PROGRESSION, JWRN_JPEG_EOF,
                                JWRN_NOT_SEQUENTIAL};
    return std::find(kCodes.begin(), kCodes.end(), code) != kCodes.end();
}

[[noreturn]] void leaveOnError(j_common_ptr library)
{
    Session& session = sessionOf(library);
    session.errors.format_message(library, session.message);
    std::longjmp(session.leave, 1);
}

void noteMessage(j_common_ptr library, int level)
{
    Session& session = sessionOf(library);
    if (level >= 0)
        return;
    const int code = session.errors.msg_code;
    if (session.warning == 0 || (breaksPixels(code) && !breaksPixels(session.warning))) {
        session.warning = code;
        session.errors.format_message(library, session.message);
    }
    if (session.mayStop && breaksPixels(code))
        std::longjmp(session.leave, 2);
}

void ignoreSource(j_decompress_ptr) {}

/// Behind the end of the file the library reads an end marker, as its own sources do; whether pixels are
/// missing shows when it asks for their bits.
boolean endOfFile(j_decompress_ptr library)
{
    static const JOCTET kEnd[] = {0xFF, JPEG_EOI};
    sessionOf(reinterpret_cast<j_common_ptr>(library)).hasEndOfFile = true;
    library->src->next_input_byte = kEnd;
    library->src->bytes_in_buffer = sizeof kEnd;
    return TRUE;
}

void skipInput(j_decompress_ptr library, long bytes)
{
    jpeg_source_mgr& source = *library->src;
    if (bytes <= 0)
        return;
    if (static_cast<std::size_t>(bytes) > source.bytes_in_buffer) {
        endOfFile(library);
        return;
    }
    source.next_input_byte += bytes;
    source.bytes_in_buffer -= static_cast<std::size_t>(bytes);
}

std::uint8_t scaledBy(std::uint8_t a, std::uint8_t b)
{
    const unsigned product = static_cast<unsigned>(a) * b + 128;
    return static_cast<std::uint8_t>(((product >> 8) + product) >> 8);
}

/// Adobe stores inverted CMYK: each stored value is the light that is left.
void rgbFromCmyk(const std::uint8_t* cmyk, std::uint8_t* rgb, std::size_t pixels)
{
    for (std::size_t i = 0; i < pixels; ++i, cmyk += 4, rgb += 3) {
        const std::uint8_t light = cmyk[3];
        for (int c = 0; c < 3; ++c)
            rgb[c] =
                static_cast<std::uint8_t>(light - scaledBy(static_cast<std::uint8_t>(255 - cmyk[c]), light));
    }
}

enum class Outcome { Done, Broken, Stopped };

/// The part under setjmp(): no object with a destructor lives here. `cmykRows` has room for kRowsPerCall
/// rows.
Outcome readRows(Session& session, const Task& task, std::uint8_t* pixels, std::uint8_t* cmykRows)
{
    jpeg_decompress_struct& library = session.library;
    if (const int why = setjmp(session.leave); why != 0)
        return why == 2 ? Outcome::Stopped : Outcome::Broken;
    jpeg_create_decompress(&library);
    library.src = &session.source;
    jpeg_read_header(&library, TRUE);
    library.scale_num = 1;
    library.scale_denom = static_cast<unsigned>(task.reduction);
    library.dct_method = JDCT_ISLOW;
    library.do_fancy_upsampling = TRUE;
    const bool isCmyk = library.num_components == 4;
    library.out_color_space = isCmyk ? JCS_CMYK : JCS_RGB;
    session.mayStop = !jpeg_has_multiple_scans(&library);
    jpeg_start_decompress(&library);
    if (static_cast<int>(library.output_width) != task.width() ||
        static_cast<int>(library.output_height) != task.height()) {
        std::snprintf(session.message, sizeof session.message, "two frame headers of different sizes");
        return Outcome::Broken;
    }
    const std::size_t stride = static_cast<std::size_t>(task.width()) * 3;
    const std::size_t cmykStride = static_cast<std::size_t>(task.width()) * 4;
    while (library.output_scanline < library.output_height) {
        const JDIMENSION first = library.output_scanline;
        JSAMPROW rows[kRowsPerCall];
        const JDIMENSION wanted = std::min<JDIMENSION>(kRowsPerCall, library.output_height - first);
        for (JDIMENSION i = 0; i < wanted; ++i)
            rows[i] = isCmyk ? cmykRows + i * cmykStride : pixels + (first + i) * stride;
        const JDIMENSION got = jpeg_read_scanlines(&library, rows, wanted);
        if (isCmyk)
            rgbFromCmyk(cmykRows, pixels + first * stride,
                        static_cast<std::size_t>(got) * library.output_width);
        session.rows = library.output_scanline;
    }
    session.mayStop = false;
    jpeg_finish_decompress(&library);
    return Outcome::Done;
}

std::string damageText(const Session& session, Outcome outcome, const Task& task)
{
    const int rows = static_cast<int>(session.rows);
    const bool isEnd = session.hasEndOfFile;
    std::string text;
    if (outcome == Outcome::Done && session.warning != 0 && breaksPixels(session.warning))
        text = isEnd ? "progressive picture ends in scan " + std::to_string(session.library.input_scan_number)
                     : std::string("progressive picture has broken data");
    else if (outcome == Outcome::Done && session.warning == 0)
        return "ends without its end marker, after all rows";
    else if (outcome == Outcome::Done)
        text = "all rows came";
    else
        text = (isEnd ? "ends after row " : "broken after row ") + std::to_string(rows) + " of " +
               std::to_string(task.height());
    return session.message[0] == '\0' ? text : text + " (" + session.message + ")";
}

} // namespace

Result<Remarks> decodeJpeg(const Task& task, std::span<std::uint8_t> pixels)
{
    Session session;
    std::memset(&session, 0, sizeof session);
    session.library.err = jpeg_std_error(&session.errors);
    session.library.client_data = &session;
    session.errors.error_exit = leaveOnError;
    session.errors.emit_message = noteMessage;
    session.source.init_source = ignoreSource;
    session.source.fill_input_buffer = endOfFile;
    session.source.skip_input_data = skipInput;
    session.source.resync_to_restart = jpeg_resync_to_restart;
    session.source.term_source = ignoreSource;
    session.source.next_input_byte = reinterpret_cast<const JOCTET*>(task.bytes.data());
    session.source.bytes_in_buffer = task.bytes.size();
    std::vector<std::uint8_t> cmykRows;
    if (task.header.channels == 4)
        cmykRows.resize(static_cast<std::size_t>(task.width()) * 4 * kRowsPerCall);

    const Outcome outcome = readRows(session, task, pixels.data(), cmykRows.data());
    Remarks remarks;
    if (task.header.channels == 4)
        remarks.note = "CMYK shown as RGB";
    const bool isFaultless = outcome == Outcome::Done && session.warning == 0 && !session.hasEndOfFile;
    if (!isFaultless)
        remarks.damage = damageText(session, outcome, task);
    jpeg_destroy_decompress(&session.library);
    if (outcome == Outcome::Done)
        return remarks;
    if (session.rows == 0)
        return fail(ErrorCode::CorruptFile, std::string("JPEG gives no row") +
                                                (session.hasEndOfFile ? "; the file ends early" : "") + ": " +
                                                session.message);
    const std::size_t whole =
        static_cast<std::size_t>(session.rows) * static_cast<std::size_t>(task.width()) * 3;
    std::fill(pixels.begin() + static_cast<std::ptrdiff_t>(whole), pixels.end(), kMissing);
    return remarks;
}

} // namespace trainyard::codecs
