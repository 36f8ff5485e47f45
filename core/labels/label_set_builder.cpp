// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/label_set_builder.h"

#include "core/base/path_text.h"
#include "core/imaging/image_header.h"
#include "core/labels/format_text.h"

#include <set>

namespace trainyard {

namespace {

constexpr std::size_t kMaxNameBytes = 255;
constexpr const char* kRemedy = "correct or delete this record in the label file";

std::string annotationFault(const FileAnnotation& annotation)
{
    if (!isUtf8(annotation.className))
        return "the class name '" + displayText(annotation.className) + "' is not UTF-8";
    if (annotation.className.size() > kMaxNameBytes)
        return "the class name is longer than " + std::to_string(kMaxNameBytes) + " bytes";
    if (annotation.score && !(*annotation.score >= 0 && *annotation.score <= 1))
        return "the score " + numberText(*annotation.score) + " is not between 0 and 1";
    const Result<void> shape = checkShape(annotation.shape);
    return shape ? std::string() : shape.error().message;
}

/// The only one that a list names.
int onlyOne(const std::unordered_map<std::string, std::vector<int>>& lists, std::string_view key)
{
    const auto found = lists.find(std::string(key));
    return found == lists.end() || found->second.size() != 1 ? -1 : found->second.front();
}

} // namespace

void countLosses(const FileAnnotation& annotation, const CarriedFields& carried, LossBook& losses)
{
    const auto lose = [&](bool isCarried, bool isThere, const char* what) {
        if (!isCarried && isThere)
            losses.add(what);
    };
    lose(carried.score, annotation.score.has_value(), "annotations lose their score");
    lose(carried.group, annotation.group != 0, "annotations lose their group");
    lose(carried.zOrder, annotation.zOrder != 0, "annotations lose their order in depth");
    lose(carried.occluded, annotation.flags.isOccluded, "annotations lose the flag 'occluded'");
    lose(carried.truncated, annotation.flags.isTruncated, "annotations lose the flag 'truncated'");
    lose(carried.crowd, annotation.flags.isCrowd, "annotations lose the flag 'crowd'");
    lose(carried.attributes, !annotation.attributes.empty(), "annotations lose their attributes");
    lose(carried.source, annotation.isModel || !annotation.sourceName.empty(),
         "annotations lose who or what made them");
}

std::optional<Box> boxFor(const FileAnnotation& annotation, LossBook& losses)
{
    const ShapeKind kind = shapeKind(annotation.shape);
    if (kind == ShapeKind::Box)
        return std::get<Box>(annotation.shape);
    if (kind == ShapeKind::RotatedBox || kind == ShapeKind::Polygon || kind == ShapeKind::Mask) {
        losses.add(std::string(shapeKindName(kind)) + " annotations became the boxes around them");
        return boundingBox(annotation.shape);
    }
    losses.add(std::string(shapeKindName(kind)) + " annotations have no place in this format");
    return std::nullopt;
}

std::string pictureByFolder(std::string_view labelFile, std::string_view labelFolder,
                            std::string_view pictureFolder, const SourcePictures& finder)
{
    const std::string stem(withoutExtension(labelFile));
    std::string mapped = "/" + stem;
    const std::string from = "/" + std::string(labelFolder) + "/";
    if (const std::size_t at = mapped.rfind(from); at != std::string::npos) {
        mapped.replace(at, from.size(), "/" + std::string(pictureFolder) + "/");
        if (std::string found = finder.findByStem(mapped.substr(1), ""); !found.empty())
            return found;
    }
    return finder.findByStem(fileNameOf(stem), labelFile);
}

SourcePictures::SourcePictures(const LabelSource& source)
{
    for (const std::string& file : source.files()) {
        if (!hasPictureEnding(file))
            continue;
        const int index = static_cast<int>(m_pictures.size());
        m_pictures.push_back(file);
        m_paths.emplace(file, index);
        m_names[std::string(fileNameOf(file))].push_back(index);
        m_stems[std::string(withoutExtension(file))].push_back(index);
        m_shortStems[std::string(stemOf(file))].push_back(index);
    }
}

std::string SourcePictures::find(std::string_view name, std::string_view labelFile) const
{
    const std::string beside = resolvedPath(folderOf(labelFile), name);
    if (has(beside))
        return beside;
    std::string tidy = tidyPath(name);
    if (has(tidy))
        return tidy;
    const int only = onlyOne(m_names, fileNameOf(tidy));
    return only < 0 ? tidy : m_pictures[static_cast<std::size_t>(only)];
}

std::string SourcePictures::findByStem(std::string_view stem, std::string_view labelFile) const
{
    const std::string beside = resolvedPath(folderOf(labelFile), stem);
    const std::string tidy = tidyPath(stem);
    int found = onlyOne(m_stems, beside);
    if (found < 0)
        found = onlyOne(m_stems, tidy);
    if (found < 0)
        found = onlyOne(m_shortStems, fileNameOf(tidy));
    return found < 0 ? std::string() : m_pictures[static_cast<std::size_t>(found)];
}

FileClass& LabelSetBuilder::fileClass(const std::string& name)
{
    const auto [place, isNew] = m_classes.emplace(name, set.classes.size());
    if (isNew) {
        set.classes.emplace_back();
        set.classes.back().name = name;
    }
    return set.classes[place->second];
}

LabelledPicture& LabelSetBuilder::picture(const std::string& path)
{
    const auto [place, isNew] = m_pictures.emplace(path, set.pictures.size());
    if (isNew) {
        set.pictures.emplace_back();
        set.pictures.back().path = path;
    }
    return set.pictures[place->second];
}

bool LabelSetBuilder::accept(LabelledPicture& picture, FileAnnotation annotation, std::string_view file)
{
    if (std::string fault = annotationFault(annotation); !fault.empty()) {
        reject(file, annotation.place, std::move(fault));
        return false;
    }
    ++set.read;
    if (!annotation.className.empty())
        fileClass(annotation.className);
    picture.annotations.push_back(std::move(annotation));
    return true;
}

void LabelSetBuilder::reject(std::string_view file, std::string place, std::string reason, std::string remedy)
{
    ++set.read;
    set.rejections.push_back({std::string(file), std::move(place), std::move(reason),
                              remedy.empty() ? std::string(kRemedy) : std::move(remedy)});
}

void LabelSetBuilder::rejectFile(std::string_view file, const Error& error)
{
    ++set.read;
    set.rejections.push_back(rejectionFromError(file, error, "correct the file or leave it out"));
}

LabelSet LabelSetBuilder::finish()
{
    set.losses = losses.report();
    return std::move(set);
}

std::map<std::string, int> classNumbers(const LabelSet& labels, int first)
{
    std::map<std::string, int> numbers;
    std::set<std::int64_t> own;
    const auto count = static_cast<std::int64_t>(labels.classes.size());
    for (const FileClass& each : labels.classes)
        if (each.number && *each.number >= first && *each.number < first + count)
            own.insert(*each.number);
    const bool areOwn = static_cast<std::int64_t>(own.size()) == count;
    for (const FileClass& each : labels.classes) {
        const int next = first + static_cast<int>(numbers.size());
        numbers.emplace(each.name, areOwn ? static_cast<int>(*each.number) : next);
    }
    for (const LabelledPicture& picture : labels.pictures)
        for (const FileAnnotation& each : picture.annotations)
            if (!each.className.empty())
                numbers.emplace(each.className, first + static_cast<int>(numbers.size()));
    return numbers;
}

} // namespace trainyard
