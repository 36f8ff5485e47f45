// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/imaging/image_header.h"
#include "core/labels/format_list.h"
#include "core/labels/format_parts.h"
#include "core/labels/image_folder.h"

#include <algorithm>
#include <set>

namespace trainyard {

namespace {

/// Any picture will do: everything that is not told by a label file is told by its folder.
int recognise(LabelSource& source)
{
    const auto files = source.files();
    return std::any_of(files.begin(), files.end(), [](const auto& file) { return hasPictureEnding(file); })
               ? 1
               : 0;
}

Result<LabelSet> read(LabelSource& source, const FormatAnswers&)
{
    LabelSet labels;
    std::vector<std::string> paths;
    for (const std::string& file : source.files())
        if (hasPictureEnding(fileNameOf(file)))
            paths.push_back(file);
    const std::size_t others = source.files().size() - paths.size();
    const FolderLayout layout = readFolderLayout(paths);
    for (std::size_t i = 0; i < paths.size(); ++i) {
        LabelledPicture picture;
        picture.path = std::move(paths[i]);
        picture.split = layout.pictures[i].split;
        picture.isLabelled = !layout.pictures[i].className.empty();
        if (picture.isLabelled) {
            FileAnnotation tag;
            tag.className = layout.pictures[i].className;
            picture.annotations.push_back(std::move(tag));
            ++labels.read;
        }
        labels.pictures.push_back(std::move(picture));
    }
    addMissingClasses(labels);
    if (others > 0)
        labels.losses.notes.push_back(std::to_string(others) +
                                      " files without the ending of a picture were not looked at");
    labels.losses.notes.insert(labels.losses.notes.end(), layout.notes.begin(), layout.notes.end());
    return labels;
}

/// A class name that one folder can bear.
bool isFolderName(std::string_view name)
{
    return !name.empty() && name != "." && name != ".." && !name.starts_with('.') &&
           name.find('/') == std::string_view::npos && name.find('\0') == std::string_view::npos &&
           name.size() <= 200;
}

/// split/class/name, and classes.txt with one name a line.
Result<LossReport> write(const LabelSet& labels, LabelTarget& target)
{
    LossBook lost;
    std::set<std::string> classes;
    NameBook names;
    const bool hasSplits = std::any_of(labels.pictures.begin(), labels.pictures.end(),
                                       [](const auto& picture) { return !picture.split.empty(); });
    std::int64_t done = 0;
    for (const LabelledPicture& picture : labels.pictures) {
        TRAINYARD_CHECK(checkCancelled(target.cancellation()));
        target.report({"writing pictures", ++done, std::ssize(labels.pictures)});
        std::vector<const FileAnnotation*> tags;
        for (const FileAnnotation& annotation : picture.annotations) {
            if (shapeKind(annotation.shape) == ShapeKind::ClassTag)
                tags.push_back(&annotation);
            else
                lost.leaveOut("shapes have no place in folders");
        }
        if (tags.empty() || !isFolderName(tags.front()->className)) {
            lost.leaveOutPicture("pictures without a class that can be a folder's name were left out",
                                 std::ssize(tags));
            continue;
        }
        if (tags.size() > 1)
            lost.leaveOut("further classes of pictures were left out", std::ssize(tags) - 1);
        const FileAnnotation& tag = *tags.front();
        if (!tag.attributes.empty() || tag.score || tag.flags != ShapeFlags() || tag.group != 0)
            lost.add("labels lost their attributes, scores, marks or groups");
        if (hasSplits && picture.split.empty()) {
            lost.leaveOutPicture("pictures without a split were left out, because others have one", 1);
            continue;
        }
        classes.insert(tag.className);
        const std::string folder = (hasSplits ? picture.split + "/" : std::string()) + tag.className;
        TRAINYARD_CHECK(target.placePicture(picture, names.take(folder, fileNameOf(picture.path))));
    }
    const WritableNames listed = listedNames(labels, lost);
    std::string list;
    for (const std::string& name : classes)
        list += listed.of(name) + "\n";
    TRAINYARD_CHECK(target.write("classes.txt", list));
    return lost.report();
}

} // namespace

FormatSpec imageFolderFormat()
{
    return {"image-folder",
            "Folder of pictures",
            "One folder for each class, in folders train, val and test where there are splits (torchvision)",
            recognise,
            nullptr,
            read,
            write};
}

} // namespace trainyard
