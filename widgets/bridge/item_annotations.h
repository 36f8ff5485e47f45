// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/annotation_edits.h"
#include "widgets/bridge/project_document.h"

#include <QObject>
#include <vector>

namespace trainyard::widgets {

/// The annotations of the one item that is being labelled, as they are now, and the way to change them: the
/// project's own, or those of one person beside them.
///
/// Follows the document: what undo, other windows and other programs change is read again. What this object
/// changes itself is not read back, so that a gesture on a picture with 10,000 shapes costs one of them. The
/// document must outlive it; GUI thread.
class ItemAnnotations : public QObject
{
    Q_OBJECT
public:
    explicit ItemAnnotations(ProjectDocument& document, QObject* parent = nullptr);

    void show(ItemId item); ///< 0: none
    /// Whose they are (opinionOf()); empty: the project's own.
    void setPerson(const std::string& person);
    [[nodiscard]] ItemId item() const { return m_item; }
    [[nodiscard]] const std::vector<Annotation>& annotations() const { return m_annotations; }

    [[nodiscard]] std::vector<ClassId> tagClasses() const; ///< of the class tags

    /// One gesture as one Edit. `text` starts the history's sentence, which goes on with the shapes and the
    /// picture. Gives the ids of what was added, in order. Fails as makeAnnotationsEdit() and apply() do;
    /// then nothing changed.
    Result<std::vector<AnnotationId>> apply(AnnotationChanges changes, const std::string& verb,
                                            const std::string& text);

signals:
    void changed(); ///< another item, or its annotations are others
    void applied(trainyard::EditId edit);

private:
    void reload();
    [[nodiscard]] std::string sentence(const AnnotationChanges& changes, const std::string& text) const;

    ProjectDocument& m_document;
    ItemId m_item = 0;
    std::string m_person;
    std::vector<Annotation> m_annotations;
    bool m_isApplying = false;
};

} // namespace trainyard::widgets
