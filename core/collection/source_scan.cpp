// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/source_scan.h"

#include "core/base/path_text.h"
#include "core/labels/image_folder.h"
#include "core/labels/voc_image_sets.h"
#include "core/storage/read_file.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

namespace trainyard {

namespace {

constexpr std::uint64_t kMaxLabelBytes = 16U << 20;
constexpr std::size_t kMaxProbes = 20;

std::string_view fileName(std::string_view path)
{
    return path.substr(path.rfind('/') + 1);
}

std::string_view parentOf(std::string_view path)
{
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view stemOf(std::string_view path)
{
    const std::string_view name = fileName(path);
    const std::size_t dot = name.rfind('.');
    return dot == std::string_view::npos || dot == 0 ? name : name.substr(0, dot);
}

bool isXml(std::string_view path)
{
    return path.ends_with(".xml") || path.ends_with(".XML");
}

/// True where one of the first XML files is a Pascal VOC annotation.
bool holdsVoc(const std::filesystem::path& folder, const std::vector<WalkedFile>& files)
{
    std::size_t probes = 0;
    for (const WalkedFile& file : files) {
        if (!isXml(file.path))
            continue;
        const auto bytes = readFile(folder / file.path, kMaxLabelBytes);
        if (bytes && bytes->find("<annotation") != std::string::npos)
            return true;
        if (++probes == kMaxProbes)
            break;
    }
    return false;
}

/// Finds the picture that a label file is about.
class PictureFinder
{
public:
    explicit PictureFinder(const std::vector<SourcePicture>& pictures)
    {
        for (std::size_t i = 0; i < pictures.size(); ++i) {
            const std::string_view path = pictures[i].path;
            m_byName[fileName(path)].push_back(i);
            m_byStem[stemOf(path)].push_back(i);
            m_parents.emplace_back(parentOf(path));
        }
    }

    /// By the file's own word first, then by the same name with another ending.
    [[nodiscard]] std::optional<std::size_t> find(const VocFile& file, std::string_view relativePath) const
    {
        const std::string_view parent = parentOf(relativePath);
        // <filename> may hold a path of the machine where it was written.
        std::string_view named = file.picture;
        named = named.substr(named.find_last_of("/\\") + 1);
        if (!named.empty())
            if (const auto found = nearest(m_byName, named, parent))
                return found;
        return nearest(m_byStem, stemOf(relativePath), parent);
    }

private:
    using Names = std::unordered_map<std::string_view, std::vector<std::size_t>>;

    /// In the same folder, in JPEGImages or images beside it, or the only one anywhere.
    [[nodiscard]] std::optional<std::size_t> nearest(const Names& names, std::string_view name,
                                                     std::string_view parent) const
    {
        const auto found = names.find(name);
        if (found == names.end())
            return std::nullopt;
        const std::string above = std::string(parentOf(parent)) + (parentOf(parent).empty() ? "" : "/");
        for (const std::string& folder : {std::string(parent), above + "JPEGImages", above + "images"})
            for (const std::size_t index : found->second)
                if (m_parents[index] == folder)
                    return index;
        if (found->second.size() == 1)
            return found->second.front();
        return std::nullopt;
    }

    Names m_byName;
    Names m_byStem;
    std::vector<std::string_view> m_parents;
};

constexpr const char* kLabelFileRemedy = "correct the label file, or delete it";

/// Parses every label file and ties it to its picture.
Result<void> readLabelFiles(SourceScan& scan, const std::vector<WalkedFile>& files,
                            const Cancellation& cancellation, const ProgressObserver& progress)
{
    const PictureFinder finder(scan.pictures);
    const std::int64_t total =
        std::count_if(files.begin(), files.end(), [](const auto& file) { return isXml(file.path); });
    std::int64_t done = 0;
    for (const WalkedFile& walked : files) {
        if (!isXml(walked.path))
            continue;
        if (cancellation.isCancelled())
            return fail(ErrorCode::Cancelled, "reading labels was cancelled");
        if (progress)
            progress({"reading labels", ++done, total});
        const std::string path = (scan.folder / walked.path).native();
        const auto bytes = readFile(path, kMaxLabelBytes);
        if (!bytes) {
            scan.rejections.push_back(rejectionFromError(path, bytes.error(), kLabelFileRemedy));
            continue;
        }
        auto file = parseVoc(*bytes, path);
        if (!file) {
            scan.rejections.push_back(rejectionFromError(path, file.error(), kLabelFileRemedy));
            continue;
        }
        const auto picture = finder.find(*file, walked.path);
        if (!picture) {
            scan.rejections.push_back(
                {path,
                 {},
                 "its picture '" + displayText(file->picture) + "' is not in the source",
                 "put the picture beside the label file, or delete the label file"});
            continue;
        }
        auto& labelFile = scan.pictures[*picture].labelFile;
        if (labelFile) {
            scan.rejections.push_back(
                {path,
                 {},
                 "its picture is described by " + displayText(scan.labelFiles[*labelFile].path) + " already",
                 "keep one label file for each picture"});
            continue;
        }
        labelFile = scan.labelFiles.size();
        scan.labelFiles.push_back(std::move(*file));
    }
    return {};
}

/// Splits from ImageSets/Main, where the source has it.
void readImageSets(SourceScan& scan, const std::vector<WalkedFile>& files)
{
    std::map<std::string, std::string> sets;
    for (const WalkedFile& file : files) {
        const std::string_view path = file.path;
        if (parentOf(path) != "ImageSets/Main" && !parentOf(path).ends_with("/ImageSets/Main"))
            continue;
        const std::string stem(stemOf(path));
        if (fileName(path) != stem + ".txt" ||
            (stem != "train" && stem != "val" && stem != "test" && stem != "trainval"))
            continue;
        if (auto bytes = readFile(scan.folder / file.path, kMaxLabelBytes))
            sets[stem] = std::move(*bytes);
        else
            scan.rejections.push_back(rejectionFromError((scan.folder / file.path).native(), bytes.error(),
                                                         "make the file readable, or delete it"));
    }
    const VocImageSets splits = readVocImageSets(sets);
    for (SourcePicture& picture : scan.pictures) {
        const auto found = splits.splits.find(std::string(stemOf(picture.path)));
        if (found != splits.splits.end())
            picture.split = splitFromName(found->second).value_or(Split::None);
    }
    scan.notes.insert(scan.notes.end(), splits.notes.begin(), splits.notes.end());
}

void readFolders(SourceScan& scan)
{
    std::vector<std::string> paths;
    for (const SourcePicture& picture : scan.pictures)
        paths.push_back(picture.path);
    FolderLayout layout = readFolderLayout(paths);
    for (std::size_t i = 0; i < scan.pictures.size(); ++i) {
        scan.pictures[i].className = std::move(layout.pictures[i].className);
        scan.pictures[i].split = splitFromName(layout.pictures[i].split).value_or(Split::None);
    }
    scan.notes.insert(scan.notes.end(), layout.notes.begin(), layout.notes.end());
}

/// Masks of Pascal VOC's segmentation sets are no pictures to train on.
bool isMask(std::string_view path)
{
    const std::string_view folder = fileName(parentOf(path));
    return folder == "SegmentationClass" || folder == "SegmentationObject";
}

void takePictures(SourceScan& scan, const std::vector<WalkedFile>& files)
{
    std::int64_t others = 0;
    std::int64_t masks = 0;
    for (const WalkedFile& file : files) {
        if (scan.format == SourceFormat::PascalVoc && isMask(file.path))
            ++masks;
        else if (hasPictureEnding(fileName(file.path)))
            scan.pictures.push_back({file.path, file.size, file.timeNs, {}, Split::None, std::nullopt});
        else if (scan.format == SourceFormat::ImageFolder)
            ++others;
    }
    if (masks > 0)
        scan.notes.push_back(std::to_string(masks) +
                             " segmentation masks were left aside; boxes are read, masks are not");
    if (others > 0)
        scan.notes.push_back(std::to_string(others) +
                             " files without the ending of a picture were not looked at");
}

} // namespace

std::vector<std::string> SourceScan::classNames() const
{
    std::set<std::string> names;
    for (const SourcePicture& picture : pictures)
        if (!picture.className.empty())
            names.insert(picture.className);
    for (const VocFile& file : labelFiles)
        for (const VocObject& object : file.objects)
            names.insert(object.className);
    return {names.begin(), names.end()};
}

Result<SourceScan> scanSource(const ImportRequest& request, const Cancellation& cancellation,
                              const ProgressObserver& progress)
{
    std::error_code error;
    const auto source = std::filesystem::canonical(request.source, error);
    if (error)
        return fail(ErrorCode::NotFound,
                    displayText(request.source.native()) + ": there is no such file or folder",
                    error.message());
    SourceScan scan;
    const bool isFile = fileStamp(source).has_value();
    scan.folder = isFile ? source.parent_path() : source;
    scan.name = scan.folder.filename().native();
    TRAINYARD_TRY(FolderWalk walk, walkFolder(source, cancellation, progress));
    scan.rejections = std::move(walk.rejections);
    scan.format = request.format;
    if (scan.format == SourceFormat::Auto)
        scan.format = holdsVoc(scan.folder, walk.files) ? SourceFormat::PascalVoc : SourceFormat::ImageFolder;
    else if (scan.format == SourceFormat::PascalVoc &&
             std::none_of(walk.files.begin(), walk.files.end(),
                          [](const auto& file) { return isXml(file.path); }))
        return fail(ErrorCode::InvalidArgument,
                    displayText(source.native()) +
                        ": there are no label files (.xml) of Pascal VOC in it; use --format image-folder");
    takePictures(scan, walk.files);
    if (scan.format == SourceFormat::ImageFolder) {
        readFolders(scan);
    } else {
        TRAINYARD_CHECK(readLabelFiles(scan, walk.files, cancellation, progress));
        readImageSets(scan, walk.files);
        scan.vocBase = recogniseVocBase(scan.labelFiles);
    }
    return scan;
}

Result<std::pair<int, std::string>> settledVocBase(const SourceScan& scan, const ImportRequest& request)
{
    const auto answered = [](int base) {
        return std::pair(base, "coordinates were read as " + std::to_string(base) + "-based, as answered");
    };
    if (request.vocBase)
        return answered(*request.vocBase);
    if (request.answers.is_object() && request.answers.contains("voc-base")) {
        const Json& answer = request.answers.at("voc-base");
        for (const int base : {0, 1})
            if (answer == Json(base) || answer == Json(std::to_string(base)))
                return answered(base);
        return fail(ErrorCode::InvalidFile, "answers: field 'voc-base' is neither 0 nor 1");
    }
    if (scan.vocBase.base)
        return std::pair(*scan.vocBase.base, scan.vocBase.evidence);
    return std::pair(
        1, scan.vocBase.evidence +
               "; they were read as 1-based, as the format says (--voc-base 0 reads them the other way)");
}

} // namespace trainyard
