// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/annotation_edits.h"

#include "core/base/path_text.h"
#include "core/project/edits.h"
#include "core/project/item_rows.h"
#include "core/project/row_changes.h"

#include <algorithm>
#include <iterator>

namespace trainyard {

namespace {

/// "tag" for a class tag, else the name of the shape.
std::string_view shortName(ShapeKind kind)
{
    return kind == ShapeKind::ClassTag ? "tag" : shapeKindName(kind);
}

Result<void> checkAnnotation(const Project& project, const Annotation& annotation)
{
    TRAINYARD_CHECK(checkShape(annotation.shape));
    if (annotation.classId != 0 && project.classById(annotation.classId) == nullptr)
        return fail(ErrorCode::NotFound,
                    "there is no class with the id " + std::to_string(annotation.classId));
    return {};
}

class AnnotationsEdit
{
public:
    AnnotationsEdit(Project& project, Item item, std::vector<Annotation> present)
        : m_project(project), m_item(std::move(item)), m_present(std::move(present)),
          m_had(std::count_if(m_present.begin(), m_present.end(),
                              [](const Annotation& a) { return !isSecondOpinion(a); })),
          m_left(m_had)
    {
        std::copy_if(m_present.begin(), m_present.end(), std::back_inserter(m_tags),
                     [](const Annotation& a) { return a.isClassTag(); });
    }

    Result<void> add(Annotation annotation)
    {
        TRAINYARD_CHECK(checkAnnotation(m_project, annotation));
        annotation.item = m_item.id;
        if (annotation.id == 0) {
            TRAINYARD_TRY(annotation.id, m_project.newId());
        }
        m_rows.push_back(rowForNewAnnotation(annotation));
        replaceTag(annotation.id, &annotation);
        note(annotation, 1);
        return {};
    }
    Result<void> change(const Annotation& annotation)
    {
        TRAINYARD_CHECK(checkAnnotation(m_project, annotation));
        TRAINYARD_TRY(const Annotation* before, find(annotation.id));
        Annotation after = annotation;
        after.item = m_item.id;
        RowChange row = changedAnnotation(*before, after);
        if (row.fields.empty())
            return {};
        m_rows.push_back(std::move(row));
        replaceTag(after.id, &after);
        note(*before, 0);
        return {};
    }
    Result<void> remove(AnnotationId id)
    {
        TRAINYARD_TRY(const Annotation* before, find(id));
        m_rows.push_back(deletedRow(Table::Annotations, before->id));
        replaceTag(id, nullptr);
        note(*before, -1);
        return {};
    }
    std::vector<RowChange> finish()
    {
        Item after = m_item;
        const bool wasJudged =
            m_item.reviewState == ReviewState::Reviewed || m_item.reviewState == ReviewState::Rejected;
        if (wasJudged && m_changesOwn)
            after.reviewState = ReviewState::Labelled;
        if (m_left > m_had && m_item.reviewState == ReviewState::Unlabelled)
            after.reviewState = ReviewState::Labelled;
        if (m_left == 0 && m_had > 0 &&
            (m_item.reviewState == ReviewState::Labelled || m_item.reviewState == ReviewState::InWork))
            after.reviewState = ReviewState::Unlabelled;
        if (m_changesTags) {
            std::sort(m_tags.begin(), m_tags.end(),
                      [](const Annotation& a, const Annotation& b) { return a.id < b.id; });
            after.classId = itemClassOf(m_tags, m_item.classId);
        }
        RowChange row = changedItem(m_item, after);
        // The class that stays is written too: nobody takes back what gave it without seeing these tags.
        if (m_changesTags && after.classId != 0 && after.classId == m_item.classId)
            row.fields.push_back({"class_id", storedNumber(after.classId), storedNumber(after.classId)});
        if (!row.fields.empty())
            m_rows.push_back(std::move(row));
        return std::move(m_rows);
    }

private:
    /// What becomes of the tag of this id: `after`, or nothing.
    void replaceTag(AnnotationId id, const Annotation* after)
    {
        const auto gone = std::erase_if(m_tags, [&](const Annotation& tag) { return tag.id == id; });
        const bool isTag = after != nullptr && after->isClassTag();
        if (isTag)
            m_tags.push_back(*after);
        m_changesTags = m_changesTags || gone > 0 || isTag;
    }
    void note(const Annotation& annotation, int more)
    {
        if (isSecondOpinion(annotation))
            return;
        m_left += more;
        m_changesOwn = true;
    }
    Result<const Annotation*> find(AnnotationId id) const
    {
        const auto found = std::find_if(m_present.begin(), m_present.end(),
                                        [&](const Annotation& present) { return present.id == id; });
        if (found == m_present.end())
            return fail(ErrorCode::NotFound,
                        "item #" + std::to_string(m_item.id) + " has no annotation " + std::to_string(id));
        return &*found;
    }

    Project& m_project;
    Item m_item;
    std::vector<Annotation> m_present;
    std::ptrdiff_t m_had; ///< labels of the project's own, as all that counts for its state
    std::ptrdiff_t m_left;
    bool m_changesOwn = false;
    std::vector<Annotation> m_tags; ///< class tags as they become
    bool m_changesTags = false;
    std::vector<RowChange> m_rows;
};

Result<std::string> itemName(Project& project, ItemId item)
{
    TRAINYARD_TRY(const Item found, project.item(item));
    return displayText(found.path);
}

} // namespace

std::string annotationWords(const Project& project, std::span<const Annotation> annotations)
{
    if (annotations.size() != 1)
        return std::to_string(annotations.size()) + " shapes";
    const ItemClass* itemClass = project.classById(annotations[0].classId);
    return std::string(shortName(annotations[0].kind())) + " " +
           (itemClass == nullptr ? std::string("without a class") : displayText(itemClass->name));
}

Result<Edit> makeAnnotationsEdit(Project& project, ItemId item, std::string verb, std::string text,
                                 const AnnotationChanges& changes)
{
    TRAINYARD_TRY(Item row, project.item(item));
    TRAINYARD_TRY(std::vector<Annotation> present, project.annotations(item));
    AnnotationsEdit edit(project, std::move(row), std::move(present));
    for (const AnnotationId id : changes.deleted)
        TRAINYARD_CHECK(edit.remove(id));
    for (const Annotation& annotation : changes.changed)
        TRAINYARD_CHECK(edit.change(annotation));
    for (const Annotation& annotation : changes.added)
        TRAINYARD_CHECK(edit.add(annotation));
    return Edit{std::move(verb), std::move(text), edit.finish()};
}

Result<Edit> makeAddAnnotation(Project& project, Annotation annotation)
{
    TRAINYARD_TRY(const std::string name, itemName(project, annotation.item));
    std::string verb = "add-" + std::string(shortName(annotation.kind()));
    std::string text = annotationWords(project, std::span(&annotation, 1)) + " in " + name;
    const ItemId item = annotation.item;
    return makeAnnotationsEdit(project, item, std::move(verb), std::move(text),
                               {{std::move(annotation)}, {}, {}});
}

Result<Edit> makeChangeAnnotation(Project& project, const Annotation& annotation)
{
    TRAINYARD_TRY(const std::string name, itemName(project, annotation.item));
    return makeAnnotationsEdit(
        project, annotation.item, "change-" + std::string(shortName(annotation.kind())),
        "change " + annotationWords(project, std::span(&annotation, 1)) + " in " + name,
        {{}, {annotation}, {}});
}

Result<Edit> makeDeleteAnnotation(Project& project, ItemId item, AnnotationId annotation)
{
    TRAINYARD_TRY(const auto present, project.annotationById(annotation));
    if (!present || present->item != item)
        return fail(ErrorCode::NotFound,
                    "item #" + std::to_string(item) + " has no annotation " + std::to_string(annotation));
    TRAINYARD_TRY(const std::string name, itemName(project, item));
    return makeAnnotationsEdit(project, item, "delete-" + std::string(shortName(present->kind())),
                               "delete " + annotationWords(project, std::span(&*present, 1)) + " in " + name,
                               {{}, {}, {annotation}});
}

} // namespace trainyard
