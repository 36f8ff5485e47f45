// SPDX-License-Identifier: GPL-3.0-or-later
// label: a class, a box or shapes for one item, as one revision.
#include "app/cli/verb.h"
#include "core/base/path_text.h"
#include "core/collection/class_book.h"
#include "core/project/annotation_edits.h"
#include "core/project/class_edits.h"
#include "core/project/edits.h"
#include "core/storage/read_file.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace trainyard::cli {

namespace {

Result<Box> boxFromText(const std::string& text)
{
    Box box;
    char rest = 0;
    const int read =
        std::sscanf(text.c_str(), "%lf,%lf,%lf,%lf%c", &box.x, &box.y, &box.width, &box.height, &rest);
    if (read != 4 || !checkShape(box))
        return fail(ErrorCode::InvalidArgument,
                    "--box " + displayText(text) + ": give X,Y,W,H in pixels with W and H above 0");
    return box;
}

/// The class of that name; a new one is made (in `rows`) where its name is one.
Result<ClassId> classOf(const Project& project, const std::string& name, ClassBook& classes,
                        std::vector<RowChange>& rows)
{
    if (project.classByName(name) == nullptr)
        TRAINYARD_CHECK(checkClassName(name));
    return classes.idOf(name, rows);
}

/// The shapes of a file, with classes that are made where they are new (in `rows`).
Result<std::vector<Annotation>> shapesFromFile(const Project& project, const std::string& path,
                                               ClassBook& classes, std::vector<RowChange>& rows)
{
    TRAINYARD_TRY(const std::string bytes, readFile(path));
    const std::string name = displayText(path);
    TRAINYARD_TRY(const Json list, parseJson(bytes, name));
    if (!list.is_array() || list.empty())
        return fail(ErrorCode::InvalidFile,
                    name + ": expected a list of shapes such as [{\"class\": \"cat\", \"kind\": \"box\", "
                           "\"box\": [10, 20, 30, 40]}]");
    std::vector<Annotation> shapes;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const std::string source = name + ", shape " + std::to_string(i + 1);
        // The fields that the project gives are not the file's business.
        Json json = list[i];
        TRAINYARD_TRY(const auto className, jsonField<std::string>(json, "class", source));
        json.update(Json{{"id", 0}, {"item", 0}, {"class", 0}, {"source", "person"}, {"reviewed", true}});
        TRAINYARD_TRY(Annotation shape, annotationFromJson(json, source));
        if (!className.empty()) {
            TRAINYARD_TRY(shape.classId, classOf(project, className, classes, rows));
        }
        shapes.push_back(std::move(shape));
    }
    return shapes;
}

/// Nobody sees a shape that lies beside its picture.
Result<void> checkInPicture(const std::vector<Annotation>& shapes, const Item& item)
{
    for (const Annotation& shape : shapes) {
        const auto around = boundingBox(shape.shape);
        if (!around || item.width <= 0 || item.height <= 0)
            continue;
        const bool isBeside = around->x + around->width < 0 || around->y + around->height < 0 ||
                              around->x > item.width || around->y > item.height;
        if (isBeside)
            return fail(ErrorCode::InvalidArgument,
                        "a " + std::string(shapeKindName(shapeKind(shape.shape))) +
                            " lies outside of its picture, which is " + std::to_string(item.width) + " x " +
                            std::to_string(item.height) + " pixels",
                        displayText(item.path));
    }
    return {};
}

/// New classes are a revision of their own, before the labels that use them.
Result<void> applyNewClasses(Project& project, std::vector<RowChange> rows)
{
    if (!rows.empty())
        TRAINYARD_CHECK(project.applyNow(Edit{"add-class", "add classes for labels", std::move(rows)}));
    return {};
}

Result<Edit> labelEdit(Project& project, ItemId item, const Invocation& invocation)
{
    const std::string name = invocation.text("CLASS");
    if (name.empty() != invocation.has("shapes") || (invocation.has("box") && invocation.has("shapes")))
        return fail(ErrorCode::InvalidArgument,
                    "give a CLASS (and --box for a part of the picture), or --shapes FILE");
    ClassBook classes(project);
    std::vector<RowChange> rows;
    AnnotationChanges changes;
    if (invocation.has("shapes")) {
        TRAINYARD_TRY(changes.added, shapesFromFile(project, invocation.text("shapes"), classes, rows));
    }
    ClassId classId = 0;
    if (!name.empty() && name != "-") {
        TRAINYARD_TRY(classId, classOf(project, name, classes, rows));
    }
    if (invocation.has("box")) {
        Annotation annotation;
        annotation.classId = classId;
        annotation.isReviewed = true;
        TRAINYARD_TRY(annotation.shape, boxFromText(invocation.text("box")));
        changes.added.push_back(std::move(annotation));
    }
    TRAINYARD_TRY(const Item row, project.item(item));
    TRAINYARD_CHECK(checkInPicture(changes.added, row));
    TRAINYARD_CHECK(applyNewClasses(project, std::move(rows)));
    const std::string by = invocation.text("by");
    if (changes.added.empty())
        return makeSetClass(project, std::span(&item, 1), classId, AnnotationSource::Person, by);
    for (Annotation& added : changes.added)
        added.sourceName = by;
    return makeAnnotationsEdit(project, item, "add-shapes",
                               annotationWords(project, changes.added) + " in " + displayText(row.path),
                               changes);
}

} // namespace

Result<VerbResult> runLabel(const Invocation& invocation)
{
    TRAINYARD_TRY(auto project, openProject(invocation, Project::OpenMode::ReadWrite));
    TRAINYARD_TRY(const ItemId item, findItem(*project, invocation.text("ITEM")));
    TRAINYARD_TRY(const Edit edit, labelEdit(*project, item, invocation));
    TRAINYARD_TRY(const Revision revision, project->applyNow(edit));
    VerbResult out;
    out.result = {{"item", item}, {"class", invocation.text("CLASS")}, {"revision", revision}};
    out.text = "Saved as revision " + std::to_string(revision) + ".";
    return out;
}

} // namespace trainyard::cli
