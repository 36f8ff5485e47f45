// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/label_set_builder.h"

#include "core/base/path_text.h"
#include "core/imaging/image_header.h"
#include "core/labels/format_text.h"

#include <set>

namespace trainyard {

namespace {

constexpr const char* kRemedy = "correct or delete this record in the label file";

std::string classNameFault(std::string_view name)
{
    if (!isUtf8(name))
        return "the class name '" + displayText(name) + "' is not UTF-8";
    if (name.size() > kMaxClassNameBytes)
        return "the class name is longer than " + std::to_string(kMaxClassNameBytes) + " bytes";
    return {};
}

std::string annotationFault(const FileAnnotation& annotation)
{
    if (std::string fault = classNameFault(annotation.className); !fault.empty())
        return fault;
    if (annotation.score && !(*annotation.score >= 0 && *annotation.score <= 1))
        return "the score " + numberText(*annotation.score) + " is not between 0 and 1";
    const Result<void> shape = checkShape(annotation.shape);
    return shape ? std::string() : shape.error().message;
}

/// The only one that a list names.

} // namespace

Rejection missingPicture(std::string_view labelFile, std::string_view picture)
{
    return {std::string(labelFile),
            {},
            "its picture '" + displayText(picture) + "' is not in the source",
            "put the picture beside the label file, or delete the label file"};
}

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
    losses.leaveOut(std::string(shapeKindName(kind)) + " annotations have no place in this format");
    return std::nullopt;
}

const FileAnnotation* onlyTag(const LabelledPicture& picture, LossBook& losses)
{
    const FileAnnotation* tag = nullptr;
    for (const FileAnnotation& each : picture.annotations) {
        countLosses(each, {}, losses);
        if (each.shape.index() != 0)
            losses.leaveOut("shapes have no place beside whole pictures");
        else if (tag || each.className.empty())
            losses.leaveOut(tag ? "further classes of pictures were left out"
                                : "annotations without a class were left out");
        else
            tag = &each;
    }
    return tag;
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
    return pictureOf(path, path);
}

LabelledPicture& LabelSetBuilder::picture(const FoundPicture& found, std::string_view labelFile)
{
    // A guess takes no path's first place, which is for a file that is nearer, but where none describes it.
    if (!found.isGuess || m_pictures.contains(found.path)) {
        LabelledPicture& first = picture(found.path);
        if (first.labelFile.empty()) {
            first.labelFile = labelFile;
            first.isGuess = found.isGuess;
        }
        if (first.labelFile == labelFile && first.isGuess == found.isGuess)
            return first;
    }
    std::string key = found.path + '\0' + std::string(labelFile);
    LabelledPicture& other = pictureOf(found.isGuess ? key + '\0' : key, found.path);
    other.labelFile = labelFile;
    other.isGuess = found.isGuess;
    return other;
}

LabelledPicture& LabelSetBuilder::sharedPicture(const FoundPicture& found, std::string_view labelFile)
{
    if (found.isGuess)
        return picture(found, labelFile);
    LabelledPicture& shared = picture(found.path);
    shared.labelFile = labelFile;
    return shared;
}

LabelledPicture& LabelSetBuilder::pictureOf(const std::string& key, const std::string& path)
{
    const auto [place, isNew] = m_pictures.emplace(key, set.pictures.size());
    if (isNew) {
        set.pictures.emplace_back();
        set.pictures.back().path = path;
    }
    return set.pictures[place->second];
}

std::string LabelSetBuilder::listedName(std::string_view name, const std::string& fallback,
                                        std::string_view file, std::string place)
{
    std::string fault = classNameFault(name);
    if (fault.empty())
        return std::string(name);
    reject(file, std::move(place), std::move(fault), "correct the name in the list of classes");
    return fallback;
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

void LabelSetBuilder::rejectMissing(std::string_view file, std::string_view picture, bool isThereOften)
{
    ++set.read;
    set.rejections.push_back(missingPicture(file, picture));
    if (!isThereOften)
        return;
    set.rejections.back().reason = "several pictures are named '" + displayText(picture) + "'";
    set.rejections.back().remedy = "leave one picture of this name in the folder";
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

Result<LabelSet> readRowFiles(LabelSource& source, const RowFiles& rows)
{
    constexpr std::uint64_t kMaxFileBytes = 64U << 20;
    const SourcePictures finder(source);
    LabelSetBuilder builder;
    std::vector<std::string> files;
    for (const std::string& file : source.files())
        if (extensionOf(file) == ".txt")
            files.push_back(file);
    for (const auto& [file, found, expected] :
         picturesByFolder(files, rows.labelFolder, rows.pictureFolder, finder)) {
        TRAINYARD_CHECK(checkCancelled(source.cancellation()));
        const auto bytes = source.read(file, kMaxFileBytes);
        if (!bytes) {
            builder.rejectFile(file, bytes.error());
            continue;
        }
        if (found.path.empty() && !expected.empty()) {
            builder.rejectMissing(file, expected, finder.hasSeveral(expected));
            continue;
        }
        LabelledPicture& picture = builder.picture(
            found.path.empty() ? FoundPicture{std::string(withoutExtension(file)) + ".png", false} : found,
            file);
        picture.split = splitOfPath(picture.path);
        Json extra = Json::object();
        for (const TextLine& line : textLines(*bytes)) {
            if (trimmedText(line.text).empty() || (rows.header != nullptr && rows.header(line.text, extra)))
                continue;
            auto annotation = rows.row(line.text);
            if (!annotation) {
                builder.reject(file, linePlace(line.number), annotation.error().message);
                continue;
            }
            annotation->place = linePlace(line.number);
            builder.accept(picture, std::move(*annotation), file);
        }
        if (!extra.empty())
            picture.extra = jsonLine(extra);
    }
    return builder.finish();
}

std::map<int, std::string> readListedNames(LabelSource& source, const std::string& file,
                                           LabelSetBuilder& builder)
{
    std::map<int, std::string> names;
    if (const auto list = source.read(file, 16U << 20))
        for (const TextLine& line : textLines(*list))
            if (const int number = line.number - 1; !line.text.empty())
                names[number] =
                    builder.listedName(line.text, std::to_string(number), file, linePlace(line.number));
    return names;
}

std::map<int, std::string> readListedClasses(LabelSource& source, LabelSetBuilder& builder)
{
    std::map<int, std::string> names = readListedNames(source, "classes.txt", builder);
    for (const auto& [number, name] : names)
        builder.fileClass(name).number = number;
    return names;
}

Result<void> writeListedClasses(const LabelSet& labels, const std::map<std::string, int>& numbers,
                                std::string_view file, LabelTarget& target, LossBook& losses)
{
    const WritableNames listed = listedNames(labels, losses);
    std::map<int, std::string> byNumber;
    for (const auto& [name, number] : numbers)
        byNumber[number] = listed.of(name);
    std::string list;
    for (const auto& [number, name] : byNumber)
        list += name + "\n";
    return target.write(file, list);
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
