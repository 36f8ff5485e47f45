// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/own_jpeg.h"

#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <jpeglib.h>

namespace trainyard {

namespace {

/// The library's errors as a jump; only plain values, because longjmp() passes over this frame.
struct JumpingErrors
{
    jpeg_error_mgr errors;
    std::jmp_buf leave;
    char message[JMSG_LENGTH_MAX];
};

[[noreturn]] void leaveOnError(j_common_ptr library)
{
    auto& jumping = *static_cast<JumpingErrors*>(library->client_data);
    jumping.errors.format_message(library, jumping.message);
    std::longjmp(jumping.leave, 1);
}

/// Our own pictures decode without a warning, or they are not what we wrote.
void leaveOnWarning(j_common_ptr library, int level)
{
    if (level < 0)
        leaveOnError(library);
}

jpeg_error_mgr* prepare(JumpingErrors& jumping)
{
    jpeg_std_error(&jumping.errors);
    jumping.errors.error_exit = leaveOnError;
    jumping.errors.emit_message = leaveOnWarning;
    return &jumping.errors;
}

struct Encoder
{
    jpeg_compress_struct library;
    JumpingErrors jumping;
    unsigned char* bytes;
    unsigned long size;
};

bool encode(Encoder& encoder, const Image& image, int quality, bool fullColour)
{
    jpeg_compress_struct& library = encoder.library;
    if (setjmp(encoder.jumping.leave) != 0)
        return false;
    jpeg_create_compress(&library);
    jpeg_mem_dest(&library, &encoder.bytes, &encoder.size);
    library.image_width = static_cast<JDIMENSION>(image.width);
    library.image_height = static_cast<JDIMENSION>(image.height);
    library.input_components = 3;
    library.in_color_space = JCS_RGB;
    jpeg_set_defaults(&library);
    jpeg_set_quality(&library, quality, TRUE);
    library.dct_method = JDCT_ISLOW;
    if (fullColour)
        library.comp_info[0].h_samp_factor = library.comp_info[0].v_samp_factor = 1;
    jpeg_start_compress(&library, TRUE);
    while (library.next_scanline < library.image_height) {
        JSAMPROW row = const_cast<JSAMPROW>(image.row(static_cast<int>(library.next_scanline)));
        jpeg_write_scanlines(&library, &row, 1);
    }
    jpeg_finish_compress(&library);
    return true;
}

struct Decoder
{
    jpeg_decompress_struct library;
    JumpingErrors jumping;
};

bool readHeader(Decoder& decoder, std::string_view bytes)
{
    if (setjmp(decoder.jumping.leave) != 0)
        return false;
    jpeg_create_decompress(&decoder.library);
    jpeg_mem_src(&decoder.library, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    jpeg_read_header(&decoder.library, TRUE);
    decoder.library.out_color_space = JCS_RGB;
    decoder.library.dct_method = JDCT_ISLOW;
    return true;
}

bool readPixels(Decoder& decoder, std::uint8_t* pixels)
{
    if (setjmp(decoder.jumping.leave) != 0)
        return false;
    jpeg_start_decompress(&decoder.library);
    const std::size_t stride = std::size_t{decoder.library.output_width} * 3;
    while (decoder.library.output_scanline < decoder.library.output_height) {
        JSAMPROW row = pixels + decoder.library.output_scanline * stride;
        jpeg_read_scanlines(&decoder.library, &row, 1);
    }
    jpeg_finish_decompress(&decoder.library);
    return true;
}

} // namespace

Result<std::string> encodeJpeg(const Image& image, int quality, bool fullColour)
{
    if (image.isEmpty() || image.width > JPEG_MAX_DIMENSION || image.height > JPEG_MAX_DIMENSION)
        return fail(ErrorCode::InvalidArgument, "a JPEG cannot have " + std::to_string(image.width) + " x " +
                                                    std::to_string(image.height) + " pixels");
    Encoder encoder;
    std::memset(&encoder, 0, sizeof encoder);
    encoder.library.err = prepare(encoder.jumping);
    encoder.library.client_data = &encoder.jumping;
    const bool isDone = encode(encoder, image, std::clamp(quality, 1, 100), fullColour);
    jpeg_destroy_compress(&encoder.library);
    std::string jpeg;
    if (isDone)
        jpeg.assign(reinterpret_cast<const char*>(encoder.bytes), encoder.size);
    std::free(encoder.bytes);
    if (!isDone)
        return fail(ErrorCode::Internal, std::string("cannot encode a JPEG: ") + encoder.jumping.message);
    return jpeg;
}

Result<Image> decodeOwnJpeg(std::string_view bytes)
{
    Decoder decoder;
    std::memset(&decoder, 0, sizeof decoder);
    decoder.library.err = prepare(decoder.jumping);
    decoder.library.client_data = &decoder.jumping;
    Image image;
    bool isDone = readHeader(decoder, bytes);
    if (isDone) {
        image.width = static_cast<int>(decoder.library.image_width);
        image.height = static_cast<int>(decoder.library.image_height);
        image.pixels.resize(static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) *
                            3);
        isDone = readPixels(decoder, image.pixels.data());
    }
    jpeg_destroy_decompress(&decoder.library);
    if (!isDone)
        return fail(ErrorCode::CorruptFile, std::string("not a JPEG of ours: ") + decoder.jumping.message);
    return image;
}

} // namespace trainyard
