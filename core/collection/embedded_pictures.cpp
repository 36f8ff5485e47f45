// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/embedded_pictures.h"

#include "core/base/path_text.h"
#include "core/collection/export_folder.h"
#include "core/imaging/own_png.h"
#include "core/storage/atomic_file.h"
#include "core/storage/gzip.h"
#include "core/storage/hash.h"
#include "core/storage/io_env.h"
#include "core/storage/read_file.h"

#include <algorithm>
#include <cstdio>

namespace trainyard {

namespace {

constexpr std::uint64_t kMaxUnpacked = 8ULL << 30;
constexpr std::int64_t kReportEvery = 256;

/// The bytes of the file that was asked for last: pictures come file by file.
class SourceFiles
{
public:
    explicit SourceFiles(std::filesystem::path folder) : m_folder(std::move(folder)) {}

    Result<std::string_view> bytes(const std::string& file)
    {
        if (m_name == file)
            return m_view;
        m_name.clear();
        m_mapped.reset();
        TRAINYARD_TRY(MappedFile mapped, MappedFile::open(m_folder / file));
        if (file.ends_with(".gz")) {
            TRAINYARD_TRY(m_unpacked, gunzip(mapped.bytes(), kMaxUnpacked, displayText(file)));
            m_view = m_unpacked;
        } else {
            m_mapped.emplace(std::move(mapped));
            m_view = m_mapped->bytes();
        }
        m_name = file;
        return m_view;
    }

private:
    std::filesystem::path m_folder;
    std::string m_name;
    std::string m_unpacked;
    std::optional<MappedFile> m_mapped;
    std::string_view m_view;
};

std::span<const std::uint8_t> numbersOf(std::string_view bytes)
{
    return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

/// The picture as a file: as it lies there, or plain pixels as PNG.
Result<std::string> fileOf(const LabelledPicture& picture, std::string_view bytes)
{
    const std::span<const std::uint8_t> values = numbersOf(bytes);
    Image image{picture.width, picture.height, {}};
    switch (picture.embedded->coding) {
    case EmbeddedPicture::Coding::File:
        return std::string(bytes);
    case EmbeddedPicture::Coding::Gray:
        return encodeGray8Png(picture.width, picture.height, values);
    case EmbeddedPicture::Coding::Rgb:
        image.pixels.assign(values.begin(), values.end());
        return encodeRgbPng(image);
    case EmbeddedPicture::Coding::PlanarRgb:
        break;
    }
    const std::size_t plane = values.size() / 3;
    image.pixels.resize(plane * 3);
    for (std::size_t i = 0; i < plane; ++i)
        for (std::size_t channel = 0; channel < 3; ++channel)
            image.pixels[3 * i + channel] = values[channel * plane + i];
    return encodeRgbPng(image);
}

/// Writes what is not there; files that are stay as they are, with their time.
Result<void> put(const std::filesystem::path& path, const std::string& bytes)
{
    if (const auto present = readFile(path); present && *present == bytes)
        return {};
    TRAINYARD_CHECK(makeFolders(posixIo(), path.parent_path()));
    return writeFileAtomically(posixIo(), path, bytes);
}

Result<std::string> takeOut(SourceFiles& files, const LabelledPicture& picture)
{
    const EmbeddedPicture& place = *picture.embedded;
    TRAINYARD_TRY(const std::string_view all, files.bytes(place.file));
    if (!isFileBelow(picture.path))
        return fail(ErrorCode::Refused, "'" + displayText(picture.path) + "' is no name for a picture");
    if (place.offset > all.size() || place.size > all.size() - place.offset)
        return fail(ErrorCode::CorruptFile, "the file ends before the picture does",
                    "byte " + std::to_string(place.offset));
    return fileOf(picture, all.substr(place.offset, place.size));
}

} // namespace

std::filesystem::path embeddedFolder(const Project& project, const SourceScan& scan)
{
    char hash[16];
    std::snprintf(hash, sizeof hash, "-%08x", static_cast<unsigned>(xxh3(scan.folder.native())));
    return plainPath(project.folder()) / "media" / (scan.name + hash);
}

SourceScan withEmbeddedPictures(const Project& project, const SourceScan& scan)
{
    SourceScan inside = scan;
    inside.folder = embeddedFolder(project, scan);
    std::erase_if(inside.pictures, [&](const SourcePicture& picture) {
        const LabelledPicture* labels = scan.labelsOf(picture);
        return labels == nullptr || !labels->embedded;
    });
    if (inside.pictures.size() < scan.pictures.size())
        inside.notes.push_back(std::to_string(scan.pictures.size() - inside.pictures.size()) +
                               " pictures beside those inside of files were left aside");
    for (SourcePicture& picture : inside.pictures) {
        if (const auto stamp = fileStamp(inside.absolute(picture))) {
            picture.size = stamp->size;
            picture.timeNs = stamp->timeNs;
        }
    }
    return inside;
}

Result<void> takeOutPictures(const std::filesystem::path& source, SourceScan& scan,
                             const Cancellation& cancellation, const ProgressObserver& progress)
{
    SourceFiles files(source);
    std::vector<SourcePicture> taken;
    for (SourcePicture& picture : scan.pictures) {
        if (cancellation.isCancelled())
            return fail(ErrorCode::Cancelled, "taking pictures out of files was cancelled");
        if (progress && std::ssize(taken) % kReportEvery == 0)
            progress({"taking pictures out of files", std::ssize(taken), std::ssize(scan.pictures)});
        const LabelledPicture& labels = *scan.labelsOf(picture);
        const auto bytes = takeOut(files, labels);
        if (!bytes) {
            scan.rejections.push_back({(source / labels.embedded->file).native(), labels.place,
                                       bytes.error().message, "replace the file by an intact copy"});
            scan.unmatched += std::ssize(labels.annotations);
            continue;
        }
        TRAINYARD_CHECK(put(scan.absolute(picture), *bytes));
        if (const auto stamp = fileStamp(scan.absolute(picture))) {
            picture.size = stamp->size;
            picture.timeNs = stamp->timeNs;
        }
        taken.push_back(std::move(picture));
    }
    scan.pictures = std::move(taken);
    return {};
}

} // namespace trainyard
