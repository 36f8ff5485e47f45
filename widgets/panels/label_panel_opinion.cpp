// SPDX-License-Identifier: GPL-3.0-or-later
// What the label panel does while a second person labels.
#include "core/project/opinions.h"
#include "widgets/bridge/background.h"
#include "widgets/bridge/text.h"
#include "widgets/dialogs/person_dialog.h"
#include "widgets/elements/opinion_bar.h"
#include "widgets/panels/label_panel.h"
#include "widgets/views/annotation_canvas.h"
#include "widgets/views/label_assist.h"

#include <QComboBox>
#include <QSignalBlocker>

namespace trainyard::widgets {

bool LabelPanel::isBlind() const
{
    return !m_view.secondPerson().isEmpty();
}

void LabelPanel::toggleOpinionTag(ClassId classId)
{
    AnnotationChanges changes;
    for (const Annotation& one : m_annotations.annotations())
        if (one.isClassTag() && one.classId == classId)
            changes.deleted.push_back(one.id);
    const bool takesAway = !changes.deleted.empty();
    if (!takesAway) {
        Annotation tag;
        tag.classId = classId;
        changes.added.push_back(std::move(tag));
    }
    if (const auto result = m_annotations.apply(std::move(changes), takesAway ? "delete-tag" : "add-tag",
                                                takesAway ? "delete" : "add");
        !result)
        reportError(result.error());
    showItem();
}

void LabelPanel::askForSecondPerson()
{
    if (m_document.isReadOnly())
        return m_view.tell(tr("Open for reading only: nothing can be labelled."));
    auto* dialog = new PersonDialog(this);
    connect(dialog, &PersonDialog::chosen, &m_view, &ViewState::setSecondPerson);
    connect(dialog, &QDialog::finished, this, [this] {
        window()->activateWindow();
        m_canvas->setFocus();
    });
    dialog->show();
    runInBackground(
        dialog, [folder = m_document.folder()] { return itemsWithOpinions(folder); },
        [dialog](const auto& people) {
            QStringList names;
            if (people)
                for (const auto& [name, items] : *people)
                    names << shown(name);
            dialog->setPeople(names);
        });
}

void LabelPanel::setSecondPerson(const QString& name)
{
    const std::string person = toUtf8(name);
    m_canvas->contents().select({});
    m_queue.countOnly(isBlind() ? std::optional(std::set<ItemId>()) : std::nullopt);
    m_annotations.setPerson(person);
    m_assist->setBlind(isBlind());
    m_opinionBar->setPerson(name);
    {
        // Which pictures have a class, and which label may be wrong, would tell of the others.
        const QSignalBlocker quiet(m_queueKind);
        m_queueKind->setCurrentIndex(0);
        m_queueKind->setEnabled(!isBlind());
    }
    fillQueue();
    showItem();
    if (!isBlind())
        return;
    runInBackground(
        this, [folder = m_document.folder()] { return itemsWithOpinions(folder); },
        [this, person](const auto& people) {
            const bool isKnown =
                people && people->contains(person) && toUtf8(m_view.secondPerson()) == person;
            if (isKnown)
                for (const ItemId item : people->at(person))
                    if (item != m_annotations.item())
                        m_queue.note(item, true);
        });
}

} // namespace trainyard::widgets
