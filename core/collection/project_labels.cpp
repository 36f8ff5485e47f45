// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/collection/export.h"
#include "core/collection/folder_walk.h"
#include "core/collection/label_merge.h"
#include "core/labels/format_parts.h"

#include <map>
#include <set>

namespace trainyard {

namespace {

constexpr std::int64_t kReportEvery = 256;

/// Items that a dataset leaves out unless the filter speaks of them.
class Gate
{
public:
    explicit Gate(const std::string& filter)
        : m_takesExcluded(filter.find("excluded=") != std::string::npos),
          m_takesStates(filter.find("state=") != std::string::npos),
          m_takesUnlabelled(filter.find("review=") != std::string::npos)
    {
    }
    [[nodiscard]] bool takes(const Item& item) const
    {
        const bool isUsable = item.fileState == FileState::Ok || item.fileState == FileState::Changed;
        return (m_takesExcluded || !item.isExcluded) && (m_takesStates || isUsable) &&
               (m_takesUnlabelled || item.reviewState != ReviewState::Unlabelled);
    }

private:
    bool m_takesExcluded;
    bool m_takesStates;
    bool m_takesUnlabelled;
};

FileClass fileClassOf(const Project& project, const ItemClass& itemClass, const Json& kept)
{
    FileClass fileClass;
    fileClass.name = itemClass.name;
    if (const ItemClass* parent = project.classById(itemClass.parent))
        fileClass.parent = parent->name;
    fileClass.colour = itemClass.colour;
    fileClass.attributes = itemClass.attributes;
    fileClass.skeleton = itemClass.skeleton;
    const Json entry = jsonValue(kept, itemClass.name.c_str(), Json::object());
    if (entry.contains("number"))
        fileClass.number = jsonValue<std::int64_t>(entry, "number", 0);
    if (entry.contains("extra"))
        fileClass.extra = jsonLine(entry["extra"]);
    return fileClass;
}

/// As a person's label, also where a model drew it: somebody took it over, and formats take what is a model's
/// for a prediction that nobody saw.
FileAnnotation fileAnnotationOf(const Project& project, const Annotation& annotation, std::string_view format)
{
    FileAnnotation label;
    if (const ItemClass* itemClass = project.classById(annotation.classId))
        label.className = itemClass->name;
    label.shape = annotation.shape;
    label.group = annotation.group;
    label.zOrder = annotation.zOrder;
    label.flags = annotation.flags;
    label.attributes = annotation.attributes;
    label.extra = unwrappedExtra(format, annotation.extra);
    return label;
}

/// An import may have brought names that no file of text can hold.
void makeNamesText(LabelSet& labels)
{
    LossBook losses;
    const WritableNames names(labels, plainText, "names of classes lost control characters", losses);
    if (losses.report().notes.empty())
        return;
    for (FileClass& each : labels.classes) {
        each.name = names.of(each.name);
        if (!each.parent.empty())
            each.parent = names.of(each.parent);
    }
    for (LabelledPicture& picture : labels.pictures)
        for (FileAnnotation& each : picture.annotations)
            each.className = names.of(each.className);
    for (const std::string& note : losses.report().notes)
        labels.losses.notes.push_back(note);
}

} // namespace

Result<ProjectLabels> projectLabels(Project& project, std::string_view format, const std::string& filter,
                                    const Cancellation& cancellation, const ProgressObserver& progress)
{
    ProjectLabels result;
    LabelSet& labels = result.labels;
    const std::string key = "labels-" + std::string(format);
    TRAINYARD_TRY(const std::string setting, project.setting(key));
    Json kept = Json::object();
    if (auto json = parseJson(setting, key); json && json->is_object())
        kept = std::move(*json);
    if (kept.contains("extra"))
        labels.extra = jsonLine(kept["extra"]);
    for (const ItemClass& itemClass : project.classes())
        labels.classes.push_back(fileClassOf(project, itemClass, jsonValue(kept, "classes", Json::object())));
    TRAINYARD_TRY(const std::vector<Item> items, project.items(filter));
    const Gate gate(filter);
    std::set<std::string> paths;
    std::int64_t predictions = 0;
    std::int64_t opinions = 0;
    std::int64_t accepted = 0;
    std::int64_t done = 0;
    for (const Item& item : items) {
        if (cancellation.isCancelled())
            return fail(ErrorCode::Cancelled, "the export was cancelled");
        if (progress && done++ % kReportEvery == 0)
            progress({"reading labels", done, std::ssize(items)});
        if (!gate.takes(item)) {
            ++result.leftOut;
            continue;
        }
        LabelledPicture picture;
        picture.path = item.path;
        // Two source roots may hold the same path.
        for (int n = 1; !paths.insert(picture.path).second; ++n)
            picture.path = "root-" + std::to_string(item.root) +
                           (n == 1 ? "/" : "-" + std::to_string(n) + "/") + item.path;
        picture.width = item.width;
        picture.height = item.height;
        picture.frame = CoordinateFrame::Upright;
        if (item.split != Split::None)
            picture.split = splitName(item.split);
        picture.sequence = item.sequence;
        picture.frameNumber = item.frame;
        picture.isLabelled = item.reviewState != ReviewState::Unlabelled;
        picture.extra = unwrappedExtra(format, item.extra);
        TRAINYARD_TRY(const auto annotations, project.annotations(item.id));
        picture.annotations.reserve(annotations.size());
        for (const Annotation& annotation : annotations) {
            if (isSecondOpinion(annotation))
                ++opinions;
            else if (annotation.source == AnnotationSource::Model && !annotation.isReviewed)
                ++predictions;
            else {
                accepted += annotation.source == AnnotationSource::Model ? 1 : 0;
                picture.annotations.push_back(fileAnnotationOf(project, annotation, format));
            }
        }
        labels.pictures.push_back(std::move(picture));
        result.files.push_back(plainPath(project.itemPath(item)));
    }
    const auto note = [&](std::int64_t count, const char* one, const char* many) {
        if (count > 0)
            labels.losses.notes.push_back(std::to_string(count) + " " + (count == 1 ? one : many));
    };
    note(opinions, "annotation is a second opinion and is left out",
         "annotations are second opinions and are left out");
    note(predictions, "prediction that nobody reviewed was left out",
         "predictions that nobody reviewed were left out");
    note(accepted, "label that was taken over from a model lost the model's name and score",
         "labels that were taken over from models lost the model's name and score");
    note(result.leftOut, "item that is unlabelled, excluded, damaged or missing was left out",
         "items that are unlabelled, excluded, damaged or missing were left out");
    makeNamesText(labels);
    labels.read = annotationCount(labels);
    return result;
}

} // namespace trainyard
