// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/folder_labels.h"

#include "core/base/path_text.h"
#include "core/storage/gzip.h"
#include "core/storage/read_file.h"

namespace trainyard {

namespace {

constexpr const char* kEmbedded = "the picture inside";

IndexPicture::Kind kindOf(IndexKind kind)
{
    switch (kind) {
    case IndexKind::Palette:
        return IndexPicture::Kind::Palette;
    case IndexKind::Gray8:
        return IndexPicture::Kind::Gray8;
    case IndexKind::Gray16:
        return IndexPicture::Kind::Gray16;
    default:
        return IndexPicture::Kind::Rgb;
    }
}

} // namespace

FolderLabelSource::FolderLabelSource(std::filesystem::path folder, const std::vector<WalkedFile>& files,
                                     DecoderPool& decoders, const DecodeLimits& limits,
                                     const Cancellation& cancellation, const ProgressObserver& progress)
    : m_folder(std::move(folder)), m_decoders(decoders), m_limits(limits), m_cancellation(cancellation),
      m_progress(progress)
{
    m_files.reserve(files.size());
    m_known.reserve(files.size());
    for (const WalkedFile& file : files)
        m_files.push_back(file.path);
    for (const std::string& file : m_files)
        m_known.insert(file);
}

Result<std::string> FolderLabelSource::read(std::string_view file, std::uint64_t limit)
{
    if (!isOfSource(file))
        return fail(ErrorCode::NotFound, displayText(file) + ": the source has no such file");
    TRAINYARD_TRY(std::string bytes, readFile(m_folder / file, limit));
    if (file.ends_with(".gz"))
        return gunzip(bytes, limit, displayText(file));
    return bytes;
}

std::optional<PictureSize> FolderLabelSource::pictureSize(std::string_view file)
{
    if (!isOfSource(file) || !hasPictureEnding(file))
        return std::nullopt;
    const auto [entry, isNew] = m_sizes.try_emplace(std::string(file));
    if (isNew)
        if (const auto header = readImageHeader(m_folder / file))
            entry->second = PictureSize{header->uprightWidth(), header->uprightHeight(), header->orientation};
    return entry->second;
}

Result<IndexPicture> FolderLabelSource::indexPicture(std::string_view file)
{
    if (!isOfSource(file))
        return fail(ErrorCode::NotFound, displayText(file) + ": the source has no such file");
    DecodeRequest request;
    request.path = m_folder / file;
    return decodedNumbers(std::move(request), displayText(file));
}

Result<IndexPicture> FolderLabelSource::embeddedIndexPicture(std::string bytes)
{
    DecodeRequest request;
    request.path = kEmbedded;
    request.bytes = std::move(bytes);
    return decodedNumbers(std::move(request), kEmbedded);
}

Result<IndexPicture> FolderLabelSource::decodedNumbers(DecodeRequest request, const std::string& name)
{
    request.wantsIndices = true;
    request.limits = m_limits;
    TRAINYARD_TRY(const DecodedPicture decoded, m_decoders.decode(request));
    if (decoded.damage)
        return fail(ErrorCode::CorruptFile, name + ": the mask " + *decoded.damage);
    const auto& pixels = decoded.image.pixels;
    IndexPicture picture{decoded.image.width, decoded.image.height, kindOf(decoded.indices), {}};
    picture.values.reserve(pixels.size() / 3);
    for (std::size_t i = 0; i + 2 < pixels.size(); i += 3)
        picture.values.push_back(std::uint32_t{pixels[i]} << 16 | std::uint32_t{pixels[i + 1]} << 8 |
                                 pixels[i + 2]);
    return picture;
}

void FolderLabelSource::report(const Progress& progress)
{
    if (m_progress)
        m_progress(progress);
}

} // namespace trainyard
