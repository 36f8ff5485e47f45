// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/item_annotations.h"

#include "core/base/path_text.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace trainyard::widgets {

ItemAnnotations::ItemAnnotations(ProjectDocument& document, QObject* parent)
    : QObject(parent), m_document(document)
{
    connect(&document, &ProjectDocument::changed, this, [this](const Change& change) {
        if (m_item == 0 || m_isApplying)
            return;
        const auto* items = std::get_if<ItemsChanged>(&change);
        const bool isOurs = items != nullptr &&
                            std::find(items->items.begin(), items->items.end(), m_item) != items->items.end();
        if (isOurs || isChange<ItemsReset>(change))
            reload();
    });
}

void ItemAnnotations::show(ItemId item)
{
    if (item == m_item)
        return;
    m_item = item;
    reload();
}

void ItemAnnotations::setPerson(const std::string& person)
{
    if (person == m_person)
        return;
    m_person = person;
    reload();
}

std::vector<ClassId> ItemAnnotations::tagClasses() const
{
    std::vector<ClassId> classes;
    for (const Annotation& one : m_annotations)
        if (one.isClassTag() && one.classId != 0)
            classes.push_back(one.classId);
    return classes;
}

void ItemAnnotations::reload()
{
    auto annotations = m_item != 0 ? m_document.project().annotations(m_item)
                                   : Result<std::vector<Annotation>>(std::vector<Annotation>());
    m_annotations = annotations ? std::move(*annotations) : std::vector<Annotation>();
    std::erase_if(m_annotations, [this](const Annotation& one) { return opinionOf(one) != m_person; });
    emit changed();
}

std::string ItemAnnotations::sentence(const AnnotationChanges& changes, const std::string& text) const
{
    std::vector<Annotation> touched = changes.added;
    touched.insert(touched.end(), changes.changed.begin(), changes.changed.end());
    for (const Annotation& annotation : m_annotations)
        if (std::find(changes.deleted.begin(), changes.deleted.end(), annotation.id) != changes.deleted.end())
            touched.push_back(annotation);
    const auto item = m_document.project().item(m_item);
    return text + " " + annotationWords(m_document.project(), touched) +
           (item ? " in " + displayText(item->path) : std::string()) +
           (m_person.empty() ? std::string() : ", said by " + displayText(m_person));
}

Result<std::vector<AnnotationId>> ItemAnnotations::apply(AnnotationChanges changes, const std::string& verb,
                                                         const std::string& text)
{
    Project& project = m_document.project();
    std::vector<AnnotationId> added;
    for (Annotation& annotation : changes.added) {
        annotation.item = m_item;
        if (!m_person.empty()) {
            annotation.source = AnnotationSource::Person;
            annotation.sourceName = m_person;
        }
        if (annotation.id == 0) {
            TRAINYARD_TRY(annotation.id, project.newId());
        }
        added.push_back(annotation.id);
    }
    for (Annotation& annotation : changes.changed)
        annotation.item = m_item;
    auto edit = makeAnnotationsEdit(project, m_item, verb, sentence(changes, text), changes);
    m_isApplying = true;
    const Result<EditId> id = m_document.apply(std::move(edit));
    m_isApplying = false;
    if (!id)
        return fail(id.error());

    std::unordered_map<AnnotationId, Annotation*> replacing;
    for (Annotation& annotation : changes.changed)
        replacing.emplace(annotation.id, &annotation);
    const std::unordered_set<AnnotationId> deleted(changes.deleted.begin(), changes.deleted.end());
    std::erase_if(m_annotations,
                  [&](const Annotation& annotation) { return deleted.contains(annotation.id); });
    for (Annotation& annotation : m_annotations)
        if (const auto found = replacing.find(annotation.id); found != replacing.end())
            annotation = std::move(*found->second);
    std::move(changes.added.begin(), changes.added.end(), std::back_inserter(m_annotations));
    emit changed();
    if (*id != 0)
        emit applied(*id);
    return added;
}

} // namespace trainyard::widgets
