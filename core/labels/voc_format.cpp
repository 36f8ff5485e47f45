// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/imaging/image_header.h"
#include "core/labels/format_list.h"
#include "core/labels/format_parts.h"
#include "core/labels/voc.h"
#include "core/labels/voc_image_sets.h"
#include "core/labels/voc_masks.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace trainyard {

namespace {

constexpr std::uint64_t kMaxLabelBytes = 16U << 20;
constexpr std::size_t kMaxProbes = 20;
constexpr const char* kRemedy = "correct the label file, or delete it";

/// "<annotation>" and not "<annotations>".
bool holdsAnnotation(std::string_view bytes)
{
    constexpr std::string_view kTag = "<annotation";
    const std::size_t at = bytes.find(kTag);
    return at != std::string_view::npos && at + kTag.size() < bytes.size() &&
           std::string_view(" \t\r\n>/").find(bytes[at + kTag.size()]) != std::string_view::npos;
}

int recognise(LabelSource& source)
{
    std::size_t probes = 0;
    for (const std::string& file : source.files()) {
        if (!hasEnding(file, ".xml"))
            continue;
        const auto bytes = source.read(file, kMaxLabelBytes);
        if (bytes && holdsAnnotation(*bytes))
            return 60;
        if (++probes == kMaxProbes)
            break;
    }
    return 0;
}

/// Everything that the XML files say, before the base is known.
struct VocSource
{
    std::vector<VocFile> files;
    std::vector<Rejection> rejections;
};

Result<VocSource> readFiles(LabelSource& source)
{
    VocSource found;
    const auto names = source.files();
    const std::int64_t total =
        std::count_if(names.begin(), names.end(), [](const auto& file) { return hasEnding(file, ".xml"); });
    std::int64_t done = 0;
    for (const std::string& name : names) {
        if (!hasEnding(name, ".xml"))
            continue;
        TRAINYARD_CHECK(checkCancelled(source.cancellation()));
        source.report({"reading labels", ++done, total});
        const auto bytes = source.read(name, kMaxLabelBytes);
        if (!bytes) {
            found.rejections.push_back(rejectionFromError(name, bytes.error(), kRemedy));
            continue;
        }
        auto file = parseVoc(*bytes, name);
        if (!file)
            found.rejections.push_back(rejectionFromError(name, file.error(), kRemedy));
        else
            found.files.push_back(std::move(*file));
    }
    return found;
}

std::vector<FormatQuestion> questions(LabelSource& source)
{
    const auto found = readFiles(source);
    if (!found)
        return {};
    const bool hasObjects = std::any_of(found->files.begin(), found->files.end(),
                                        [](const VocFile& file) { return !file.objects.empty(); });
    const VocBase base = recogniseVocBase(found->files);
    if (base.base || !hasObjects)
        return {};
    FormatQuestion question;
    question.key = "voc-base";
    question.text = "Do the boxes count pixels from 0 or from 1? " + base.evidence + ".";
    question.choices = {"0", "1"};
    question.preset = "1";
    question.mustAsk = true;
    return {question};
}

/// The answer, else what the files show, else 1; with the sentence for the loss report.
Result<std::pair<int, std::string>> settledBase(const VocBase& found, const FormatAnswers& answers)
{
    if (const auto answer = answers.find("voc-base"); answer != answers.end()) {
        if (answer->second != "0" && answer->second != "1")
            return fail(ErrorCode::InvalidFile, "answers: field 'voc-base' is neither 0 nor 1");
        return std::pair(answer->second == "1" ? 1 : 0,
                         "coordinates were read as " + answer->second + "-based, as answered");
    }
    if (found.base)
        return std::pair(*found.base, found.evidence);
    return std::pair(1, found.evidence +
                            "; they were read as 1-based, as the format says (--voc-base 0 reads them the "
                            "other way)");
}

/// Finds the picture of a label file among the files of the source: its own folder, <folder>, JPEGImages.
class PictureNames
{
public:
    explicit PictureNames(LabelSource& source)
    {
        for (const std::string& file : source.files())
            if (hasPictureEnding(file) && !isVocMask(file))
                m_files.insert(file);
    }

    [[nodiscard]] std::string pathOf(const VocFile& file) const
    {
        std::string_view named = file.picture;
        // <filename> may hold a path of the machine where it was written.
        named = named.substr(named.find_last_of("/\\") + 1);
        const std::string_view beside = folderOf(file.path);
        const std::string_view above = folderOf(beside);
        for (const std::string& folder :
             {std::string(beside), joinedPath(above, "JPEGImages"), joinedPath(above, "images"), file.folder,
              joinedPath(above, file.folder)}) {
            const std::string path = joinedPath(folder, named);
            if (!named.empty() && m_files.contains(path))
                return path;
        }
        return std::string(named.empty() ? stemOf(file.path) : named);
    }

private:
    std::unordered_set<std::string_view> m_files;
};

/// Splits from ImageSets/Main; pictures without a label file get a line of their own.
Result<void> readSets(LabelSource& source, LabelSet& labels)
{
    std::map<std::string, std::string> sets;
    for (const std::string& file : source.files()) {
        const std::string_view folder = folderOf(file);
        const std::string stem(stemOf(file));
        if ((folder != "ImageSets/Main" && !folder.ends_with("/ImageSets/Main")) ||
            endingOf(file) != ".txt" ||
            (stem != "train" && stem != "val" && stem != "test" && stem != "trainval"))
            continue;
        if (auto bytes = source.read(file, kMaxLabelBytes))
            sets[stem] += *bytes + "\n"; // VOC2007 and VOC2012 have one each
        else
            labels.rejections.push_back(
                rejectionFromError(file, bytes.error(), "make the file readable, or delete it"));
    }
    std::unordered_set<std::string> known;
    for (const std::string& file : source.files())
        if (!sets.empty() && (hasPictureEnding(file) || hasEnding(file, ".xml")))
            known.emplace(stemOf(file));
    const VocImageSets splits = readVocImageSets(sets, known);
    std::unordered_set<std::string> described;
    const auto splitOf = [&](std::string_view path) {
        const auto found = splits.splits.find(std::string(stemOf(path)));
        return found == splits.splits.end() ? std::string() : found->second;
    };
    for (LabelledPicture& picture : labels.pictures) {
        picture.split = splitOf(picture.path);
        described.insert(picture.path);
    }
    for (const std::string& file : source.files()) {
        if (!hasPictureEnding(file) || isVocMask(file) || described.contains(file) || splitOf(file).empty())
            continue;
        LabelledPicture picture;
        picture.path = file;
        picture.split = splitOf(file);
        picture.isLabelled = false;
        labels.pictures.push_back(std::move(picture));
    }
    labels.losses.notes.insert(labels.losses.notes.end(), splits.notes.begin(), splits.notes.end());
    return {};
}

Result<LabelSet> read(LabelSource& source, const FormatAnswers& answers)
{
    TRAINYARD_TRY(VocSource found, readFiles(source));
    TRAINYARD_TRY(const auto base, settledBase(recogniseVocBase(found.files), answers));
    LabelSet labels;
    labels.rejections = std::move(found.rejections);
    labels.losses.notes.push_back(base.second);
    const PictureNames names(source);
    for (const VocFile& file : found.files) {
        const std::string path = names.pathOf(file);
        const auto size = file.width > 0 && file.height > 0 ? std::nullopt : source.pictureSize(path);
        VocLabels read = vocLabels(file, base.first, size ? size->width : 0, size ? size->height : 0);
        read.picture.path = path;
        labels.rejections.insert(labels.rejections.end(), file.rejections.begin(), file.rejections.end());
        labels.rejections.insert(labels.rejections.end(), read.rejections.begin(), read.rejections.end());
        labels.pictures.push_back(std::move(read.picture));
    }
    TRAINYARD_CHECK(readVocMasks(source, labels));
    labels.read = annotationCount(labels) + std::ssize(labels.rejections);
    TRAINYARD_CHECK(readSets(source, labels));
    addMissingClasses(labels);
    return labels;
}

} // namespace

FormatSpec vocFormat()
{
    return {
        "pascal-voc",
        "Pascal VOC",
        "One XML file for each picture, sets in ImageSets/Main, masks with a palette (VOC devkit, labelImg)",
        recognise,
        questions,
        read,
        writeVocDataset};
}

} // namespace trainyard
