// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/codecs/codec.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <tiffio.h>
#include <vector>

namespace trainyard::codecs {

namespace {

/// libtiff's first complaint about the file at hand; it has one handler for all files.
char firstComplaint[200];

void keepComplaint(const char* module, const char* format, std::va_list arguments)
{
    if (firstComplaint[0] != '\0')
        return;
    const int used =
        module == nullptr ? 0 : std::snprintf(firstComplaint, sizeof firstComplaint, "%.60s: ", module);
    std::vsnprintf(firstComplaint + used, sizeof firstComplaint - static_cast<std::size_t>(used), format,
                   arguments);
}

/// The file in memory, as libtiff reads it.
struct Source
{
    std::string_view bytes;
    toff_t at = 0;
};

tmsize_t readSource(thandle_t handle, void* target, tmsize_t count)
{
    auto& source = *static_cast<Source*>(handle);
    const std::string_view rest =
        source.at < source.bytes.size() ? source.bytes.substr(source.at) : std::string_view();
    const std::size_t got = std::min(rest.size(), static_cast<std::size_t>(std::max<tmsize_t>(count, 0)));
    if (got > 0)
        std::memcpy(target, rest.data(), got);
    source.at += got;
    return static_cast<tmsize_t>(got);
}

tmsize_t refuseWriting(thandle_t, void*, tmsize_t)
{
    return 0;
}

toff_t seekSource(thandle_t handle, toff_t offset, int whence)
{
    auto& source = *static_cast<Source*>(handle);
    const toff_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? source.at : source.bytes.size();
    source.at = from + offset;
    return source.at;
}

int closeSource(thandle_t)
{
    return 0;
}

toff_t sizeOfSource(thandle_t handle)
{
    return static_cast<Source*>(handle)->bytes.size();
}

/// An open TIFF, closed at the end.
class TiffFile
{
public:
    explicit TiffFile(std::string_view bytes)
        : m_source{bytes}, m_tiff(TIFFClientOpen("TIFF", "rm", &m_source, readSource, refuseWriting,
                                                 seekSource, closeSource, sizeOfSource, nullptr, nullptr))
    {
    }
    ~TiffFile()
    {
        if (m_tiff != nullptr)
            TIFFClose(m_tiff);
    }
    TiffFile(const TiffFile&) = delete;
    TiffFile& operator=(const TiffFile&) = delete;

    [[nodiscard]] TIFF* tiff() const { return m_tiff; }
    [[nodiscard]] std::uint32_t number(std::uint32_t tag) const
    {
        std::uint32_t value = 0;
        TIFFGetField(m_tiff, tag, &value);
        return value;
    }
    [[nodiscard]] std::uint16_t shortNumber(std::uint32_t tag) const
    {
        std::uint16_t value = 0;
        TIFFGetFieldDefaulted(m_tiff, tag, &value);
        return value;
    }
    /// The kind of the first extra channel: none, unspecified, associated or unassociated alpha.
    [[nodiscard]] std::optional<std::uint16_t> extraChannel() const
    {
        std::uint16_t count = 0;
        std::uint16_t* kinds = nullptr;
        if (TIFFGetField(m_tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds) != 1 || count == 0)
            return std::nullopt;
        return kinds[0];
    }

private:
    Source m_source;
    TIFF* m_tiff;
};

std::string complaint()
{
    return firstComplaint[0] == '\0' ? std::string("the reason is unknown") : std::string(firstComplaint);
}

/// libtiff shows missing strips and tiles as black without a word.
std::optional<std::string> missingPart(const TiffFile& file)
{
    const bool isTiled = TIFFIsTiled(file.tiff()) != 0;
    const std::uint32_t count = isTiled ? TIFFNumberOfTiles(file.tiff()) : TIFFNumberOfStrips(file.tiff());
    for (std::uint32_t i = 0; i < count; ++i)
        if (TIFFGetStrileByteCount(file.tiff(), i) == 0)
            return std::string(isTiled ? "tile " : "strip ") + std::to_string(i + 1) + " of " +
                   std::to_string(count) + " is missing";
    return std::nullopt;
}

/// Grey of 16 bits, which libtiff's own conversion would cut to its high byte instead of rounding.
bool isGrey16(const TiffFile& file)
{
    const std::uint16_t photometric = file.shortNumber(TIFFTAG_PHOTOMETRIC);
    const std::uint16_t format = file.shortNumber(TIFFTAG_SAMPLEFORMAT);
    return file.shortNumber(TIFFTAG_BITSPERSAMPLE) == 16 && file.shortNumber(TIFFTAG_SAMPLESPERPIXEL) == 1 &&
           (photometric == PHOTOMETRIC_MINISBLACK || photometric == PHOTOMETRIC_MINISWHITE) &&
           (format == SAMPLEFORMAT_UINT || format == SAMPLEFORMAT_VOID);
}

/// Three bytes a pixel, the high one first.
void numberRow(const std::uint16_t* in, std::size_t count, std::uint8_t* out)
{
    for (std::size_t x = 0; x < count; ++x, out += 3) {
        out[0] = 0;
        out[1] = static_cast<std::uint8_t>(in[x] >> 8);
        out[2] = static_cast<std::uint8_t>(in[x] & 0xFF);
    }
}

void greyRow(const std::uint16_t* in, std::size_t count, bool isInverted, std::uint8_t* out)
{
    for (std::size_t x = 0; x < count; ++x, out += 3) {
        const auto value = static_cast<std::uint8_t>((in[x] + 128U) / 257U);
        std::fill_n(out, 3, static_cast<std::uint8_t>(isInverted ? 255 - value : value));
    }
}

bool readGrey16(const TiffFile& file, const Task& task, std::uint8_t* pixels)
{
    const bool isInverted = file.shortNumber(TIFFTAG_PHOTOMETRIC) == PHOTOMETRIC_MINISWHITE;
    const auto width = static_cast<std::uint32_t>(task.width());
    const auto height = static_cast<std::uint32_t>(task.height());
    const auto put = [&](const std::uint16_t* in, std::size_t count, std::uint32_t x, std::uint32_t y) {
        std::uint8_t* place = pixels + (std::size_t{y} * width + x) * 3;
        if (task.wantsIndices)
            numberRow(in, count, place);
        else
            greyRow(in, count, isInverted, place);
    };
    if (TIFFIsTiled(file.tiff()) == 0) {
        std::vector<std::uint16_t> row(static_cast<std::size_t>(TIFFScanlineSize(file.tiff())) / 2 + 1);
        if (row.size() < width)
            return false;
        for (std::uint32_t y = 0; y < height; ++y) {
            if (TIFFReadScanline(file.tiff(), row.data(), y, 0) != 1)
                return false;
            put(row.data(), width, 0, y);
        }
        return true;
    }
    const std::uint32_t tileWidth = file.number(TIFFTAG_TILEWIDTH);
    const std::uint32_t tileHeight = file.number(TIFFTAG_TILELENGTH);
    std::vector<std::uint16_t> tile(static_cast<std::size_t>(TIFFTileSize(file.tiff())) / 2 + 1);
    if (tileWidth == 0 || tileHeight == 0 || tile.size() < std::size_t{tileWidth} * tileHeight)
        return false;
    for (std::uint32_t top = 0; top < height; top += tileHeight) {
        for (std::uint32_t left = 0; left < width; left += tileWidth) {
            if (TIFFReadTile(file.tiff(), tile.data(), left, top, 0, 0) < 0)
                return false;
            for (std::uint32_t y = 0; y < std::min(tileHeight, height - top); ++y)
                put(tile.data() + std::size_t{y} * tileWidth, std::min(tileWidth, width - left), left,
                    top + y);
        }
    }
    return true;
}

/// Everything else through libtiff's conversion to RGBA, in the stored orientation and stopping at the first
/// error.
bool readAsRgba(const TiffFile& file, const Task& task, std::uint8_t* pixels)
{
    const auto extra = file.extraChannel();
    std::uint16_t associated = EXTRASAMPLE_ASSOCALPHA;
    // Called associated, alpha leaves libtiff's colours as they are; they are not to be dimmed by it.
    if (extra == EXTRASAMPLE_UNASSALPHA)
        TIFFSetField(file.tiff(), TIFFTAG_EXTRASAMPLES, 1, &associated);
    char message[1024] = {};
    TIFFRGBAImage image;
    if (TIFFRGBAImageBegin(&image, file.tiff(), 1, message) != 1) {
        if (firstComplaint[0] == '\0')
            std::snprintf(firstComplaint, sizeof firstComplaint, "%.190s", message);
        return false;
    }
    image.orientation = image.req_orientation = ORIENTATION_TOPLEFT;
    const std::size_t count = task.pixelBytes() / 3;
    std::vector<std::uint32_t> raster(count);
    const bool isRead = TIFFRGBAImageGet(&image, raster.data(), image.width, image.height) == 1;
    TIFFRGBAImageEnd(&image);
    for (std::size_t i = 0; i < count; ++i, pixels += 3) {
        const std::uint32_t pixel = raster[i];
        const std::uint32_t alpha = TIFFGetA(pixel);
        const bool isDimmed = extra == EXTRASAMPLE_ASSOCALPHA && alpha != 0 && alpha != 255;
        const auto colour = [&](std::uint32_t value) {
            return static_cast<std::uint8_t>(isDimmed ? std::min(255U, value * 255U / alpha) : value);
        };
        pixels[0] = colour(TIFFGetR(pixel));
        pixels[1] = colour(TIFFGetG(pixel));
        pixels[2] = colour(TIFFGetB(pixel));
    }
    return isRead;
}

} // namespace

Result<Remarks> decodeTiff(const Task& task, std::span<std::uint8_t> pixels)
{
    TIFFSetErrorHandler(keepComplaint);
    TIFFSetWarningHandler(nullptr);
    firstComplaint[0] = '\0';
    const TiffFile file(task.bytes);
    if (file.tiff() == nullptr)
        return fail(ErrorCode::CorruptFile, "TIFF cannot be opened: " + complaint());
    if (file.number(TIFFTAG_IMAGEWIDTH) != static_cast<std::uint32_t>(task.width()) ||
        file.number(TIFFTAG_IMAGELENGTH) != static_cast<std::uint32_t>(task.height()))
        return fail(ErrorCode::CorruptFile, "TIFF states other sizes than its header probe found");
    const bool isGrey = isGrey16(file);
    char why[1024] = {};
    if (!isGrey && TIFFRGBAImageOK(file.tiff(), why) != 1)
        return fail(ErrorCode::Unsupported, "TIFF is not supported: " + std::string(why));
    const bool isRead =
        isGrey ? readGrey16(file, task, pixels.data()) : readAsRgba(file, task, pixels.data());
    if (!isRead)
        return fail(ErrorCode::CorruptFile, "TIFF ends early or is damaged: " + complaint());
    Remarks remarks;
    if (isGrey && task.wantsIndices)
        remarks.indices = IndexKind::Gray16;
    if (file.extraChannel())
        remarks.note = "alpha channel dropped";
    if (file.shortNumber(TIFFTAG_BITSPERSAMPLE) == 16)
        remarks.note += remarks.note.empty() ? "16 bit shown as 8" : "; 16 bit shown as 8";
    if (file.shortNumber(TIFFTAG_PHOTOMETRIC) == PHOTOMETRIC_SEPARATED)
        remarks.note += remarks.note.empty() ? "CMYK shown as RGB" : "; CMYK shown as RGB";
    remarks.damage = missingPart(file);
    std::uint16_t photometric = 0;
    if (TIFFGetField(file.tiff(), TIFFTAG_PHOTOMETRIC, &photometric) != 1)
        remarks.damage = "all rows came, but the colour model is not stated, only guessed";
    if (firstComplaint[0] != '\0')
        remarks.damage = "all rows came, but with an error: " + complaint();
    return remarks;
}

} // namespace trainyard::codecs
