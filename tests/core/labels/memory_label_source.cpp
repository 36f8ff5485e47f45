// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/labels/memory_label_source.h"

#include "core/storage/gzip.h"

#include <algorithm>
#include <cstring>
#include <png.h>

namespace trainyard {

namespace {

struct PngBytes
{
    std::string_view rest;
};

void readPng(png_structp png, png_bytep out, size_t size)
{
    auto* bytes = static_cast<PngBytes*>(png_get_io_ptr(png));
    if (bytes->rest.size() < size)
        png_error(png, "short");
    std::memcpy(out, bytes->rest.data(), size);
    bytes->rest.remove_prefix(size);
}

void silent(png_structp png, png_const_charp)
{
    png_longjmp(png, 1);
}

/// The part under setjmp(): no object with a destructor lives here.
bool readRows(png_structp png, png_infop info, PngBytes& bytes, std::vector<std::uint8_t>& row,
              IndexPicture& picture)
{
    if (setjmp(png_jmpbuf(png)))
        return false;
    png_set_read_fn(png, &bytes, readPng);
    png_read_info(png, info);
    picture.width = static_cast<int>(png_get_image_width(png, info));
    picture.height = static_cast<int>(png_get_image_height(png, info));
    const int depth = png_get_bit_depth(png, info);
    const int colour = png_get_color_type(png, info);
    png_set_packing(png);
    png_read_update_info(png, info);
    row.resize(png_get_rowbytes(png, info));
    picture.kind = colour == PNG_COLOR_TYPE_PALETTE ? IndexPicture::Kind::Palette
                   : colour == PNG_COLOR_TYPE_RGB   ? IndexPicture::Kind::Rgb
                   : depth == 16                    ? IndexPicture::Kind::Gray16
                                                    : IndexPicture::Kind::Gray8;
    for (int y = 0; y < picture.height; ++y) {
        png_read_row(png, row.data(), nullptr);
        for (std::size_t x = 0; x < static_cast<std::size_t>(picture.width); ++x) {
            if (picture.kind == IndexPicture::Kind::Rgb)
                picture.values.push_back(
                    static_cast<std::uint32_t>(row[x * 3] << 16 | row[x * 3 + 1] << 8 | row[x * 3 + 2]));
            else if (depth == 16)
                picture.values.push_back(static_cast<std::uint32_t>(row[x * 2] << 8 | row[x * 2 + 1]));
            else
                picture.values.push_back(row[x]);
        }
    }
    return true;
}

Result<IndexPicture> decodedPng(std::string_view file, const std::string& name)
{
    if (png_sig_cmp(reinterpret_cast<png_const_bytep>(file.data()), 0,
                    std::min<std::size_t>(8, file.size())) != 0)
        return fail(ErrorCode::CorruptFile, name + ": no PNG", "byte 0");
    IndexPicture picture;
    std::vector<std::uint8_t> row;
    PngBytes bytes{file};
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, silent, nullptr);
    png_infop info = png_create_info_struct(png);
    const bool isRead = readRows(png, info, bytes, row, picture);
    png_destroy_read_struct(&png, &info, nullptr);
    if (!isRead)
        return fail(ErrorCode::CorruptFile, name + ": broken PNG",
                    "byte " + std::to_string(file.size() - bytes.rest.size()));
    return picture;
}

} // namespace

Result<void> MemoryLabelTarget::write(std::string_view file, std::string_view bytes)
{
    if (!files.emplace(file, bytes).second || pictures.contains(std::string(file)))
        return fail(ErrorCode::Conflict, std::string(file) + ": written twice");
    return {};
}

Result<void> MemoryLabelTarget::placePicture(const LabelledPicture& picture, std::string_view file)
{
    if (!pictures.emplace(file, PictureSize{picture.width, picture.height, 1}).second)
        return fail(ErrorCode::Conflict, std::string(file) + ": placed twice");
    return {};
}

Result<Image> MemoryLabelTarget::pixels(const LabelledPicture& picture)
{
    Image image{picture.width, picture.height, {}};
    std::size_t value = std::hash<std::string>()(picture.path);
    for (int i = 0; i < picture.width * picture.height * 3; ++i)
        image.pixels.push_back(static_cast<std::uint8_t>((value = value * 6364136223846793005U + 1) >> 33));
    return image;
}

MemoryLabelSource::MemoryLabelSource(std::map<std::string, std::string> files,
                                     std::map<std::string, PictureSize> pictures)
    : m_files(std::move(files)), m_pictures(std::move(pictures))
{
    for (const auto& [name, bytes] : m_files)
        m_names.push_back(name);
    for (const auto& [name, size] : m_pictures)
        if (!m_files.contains(name))
            m_names.push_back(name);
    std::sort(m_names.begin(), m_names.end());
}

Result<std::string> MemoryLabelSource::read(std::string_view file, std::uint64_t limit)
{
    const auto found = m_files.find(std::string(file));
    if (found == m_files.end())
        return fail(ErrorCode::NotFound, std::string(file) + ": no such file");
    if (found->second.size() > limit)
        return fail(ErrorCode::Refused, std::string(file) + ": too large");
    if (file.ends_with(".gz"))
        return gunzip(found->second, limit, file);
    return found->second;
}

std::optional<PictureSize> MemoryLabelSource::pictureSize(std::string_view file)
{
    const auto found = m_pictures.find(std::string(file));
    if (found != m_pictures.end())
        return found->second;
    const auto picture = indexPicture(file);
    return picture ? std::optional(PictureSize{picture->width, picture->height, 1}) : std::nullopt;
}

Result<IndexPicture> MemoryLabelSource::indexPicture(std::string_view file)
{
    const auto found = m_files.find(std::string(file));
    if (found == m_files.end())
        return fail(ErrorCode::NotFound, std::string(file) + ": no such file");
    return decodedPng(found->second, std::string(file));
}

Result<IndexPicture> MemoryLabelSource::embeddedIndexPicture(std::string bytes)
{
    return decodedPng(bytes, "the picture inside");
}

} // namespace trainyard
