// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/image_header.h"

#include "core/base/path_text.h"
#include "core/imaging/header_parsers.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace trainyard {

namespace {

struct Ending
{
    std::string_view text;
    ImageFormat format;
};

constexpr std::array kEndings{
    Ending{".bmp", ImageFormat::Bmp},   Ending{".gif", ImageFormat::Gif},  Ending{".jpe", ImageFormat::Jpeg},
    Ending{".jpeg", ImageFormat::Jpeg}, Ending{".jpg", ImageFormat::Jpeg}, Ending{".pbm", ImageFormat::Pnm},
    Ending{".pgm", ImageFormat::Pnm},   Ending{".png", ImageFormat::Png},  Ending{".pnm", ImageFormat::Pnm},
    Ending{".ppm", ImageFormat::Pnm},   Ending{".tif", ImageFormat::Tiff}, Ending{".tiff", ImageFormat::Tiff},
    Ending{".webp", ImageFormat::WebP},
};

struct Signature
{
    std::string_view bytes;
    std::string_view what;
};

/// What a file that is no picture seems to be.
constexpr std::array kStrangers{
    Signature{"%PDF", "a PDF document"},
    Signature{"PK\x03\x04", "a ZIP archive"},
    Signature{"\x1f\x8b", "a gzip archive"},
    Signature{"\xfd"
              "7zXZ",
              "an xz archive"},
    Signature{"\x7f"
              "ELF",
              "a program"},
    Signature{"<svg", "an SVG drawing"},
    Signature{"<?xml", "an XML text"},
    Signature{"<!DOCTYPE html", "a web page"},
    Signature{"<html", "a web page"},
    Signature{"8BPS", "a Photoshop document"},
    Signature{"SIMPLE", "a FITS file"},
    Signature{"\x89HDF", "an HDF5 file"},
};

std::string whatElse(std::string_view bytes)
{
    for (const Signature& signature : kStrangers)
        if (bytes.starts_with(signature.bytes))
            return std::string(signature.what);
    if (bytes.size() >= 12 && bytes.substr(4, 4) == "ftyp")
        return "a video or an AVIF or HEIC picture";
    const bool isText = std::all_of(bytes.begin(), bytes.end(), [](char c) {
        const auto value = static_cast<unsigned char>(c);
        return value >= 0x20 || c == '\n' || c == '\r' || c == '\t';
    });
    return isText && isUtf8(bytes.substr(0, bytes.find_last_of(" \n\r\t,;"))) ? "text" : "of an unknown kind";
}

Error named(Error error, std::string_view source)
{
    error.message = displayText(source) + ": " + error.message;
    return error;
}

} // namespace

std::string_view imageFormatName(ImageFormat format)
{
    constexpr std::string_view kNames[] = {"unknown", "JPEG", "PNG", "BMP", "GIF", "TIFF", "WebP", "PNM"};
    return kNames[static_cast<int>(format)];
}

ImageFormat formatOfEnding(std::string_view fileName)
{
    const std::size_t dot = fileName.rfind('.');
    if (dot == std::string_view::npos)
        return ImageFormat::Unknown;
    std::string ending(fileName.substr(dot));
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto found =
        std::find_if(kEndings.begin(), kEndings.end(), [&](const Ending& e) { return e.text == ending; });
    return found == kEndings.end() ? ImageFormat::Unknown : found->format;
}

bool hasPictureEnding(std::string_view fileName)
{
    return formatOfEnding(fileName) != ImageFormat::Unknown;
}

ImageFormat formatOfBytes(std::string_view bytes)
{
    using namespace std::string_view_literals;
    if (bytes.starts_with("\xFF\xD8\xFF"sv))
        return ImageFormat::Jpeg;
    if (bytes.starts_with("\x89PNG\r\n\x1a\n"sv))
        return ImageFormat::Png;
    if (bytes.starts_with("GIF87a"sv) || bytes.starts_with("GIF89a"sv))
        return ImageFormat::Gif;
    if (bytes.starts_with("BM"sv) && bytes.size() >= 18 && bytes.substr(16, 2) == "\0\0"sv)
        return ImageFormat::Bmp;
    if (bytes.starts_with("II*\0"sv) || bytes.starts_with("MM\0*"sv) || bytes.starts_with("II+\0"sv) ||
        bytes.starts_with("MM\0+"sv))
        return ImageFormat::Tiff;
    if (bytes.starts_with("RIFF"sv) && bytes.size() >= 12 && bytes.substr(8, 4) == "WEBP"sv)
        return ImageFormat::WebP;
    if (bytes.size() >= 3 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '6' &&
        std::isspace(static_cast<unsigned char>(bytes[2])) != 0)
        return ImageFormat::Pnm;
    return ImageFormat::Unknown;
}

Result<ImageHeader> parseAnyHeader(ByteWindow& window)
{
    const std::string_view start = window.at(0, 64);
    if (start.empty())
        return fail(ErrorCode::CorruptFile, "empty file");
    using Parser = Result<ImageHeader> (*)(ByteWindow&);
    constexpr Parser kParsers[] = {nullptr,        parseJpegHeader, parsePngHeader,  parseBmpHeader,
                                   parseGifHeader, parseTiffHeader, parseWebPHeader, parsePnmHeader};
    const Parser parser = kParsers[static_cast<int>(formatOfBytes(start))];
    if (parser != nullptr)
        return parser(window);
    return fail(ErrorCode::Unsupported,
                "no known picture begins here; the file seems to be " + whatElse(start));
}

Result<ImageHeader> parseImageHeader(std::string_view bytes, std::string_view source)
{
    MemoryWindow window(bytes);
    auto header = parseAnyHeader(window);
    if (!header)
        return fail(named(std::move(header.error()), source));
    return header;
}

Result<ImageHeader> readImageHeader(const std::filesystem::path& path)
{
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return fail(errno == ENOENT ? ErrorCode::NotFound : ErrorCode::IoError,
                    displayText(path.native()) + ": cannot open: " + std::strerror(errno));
    struct stat status = {};
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        close(fd);
        return fail(ErrorCode::Refused, displayText(path.native()) + ": not a regular file");
    }
    FileWindow window(fd);
    auto header = parseAnyHeader(window);
    close(fd);
    if (window.hasReadError())
        return fail(ErrorCode::IoError, displayText(path.native()) + ": cannot read the file's first bytes");
    if (!header)
        return fail(named(std::move(header.error()), path.native()));
    return header;
}

} // namespace trainyard
