// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/project_document.h"
#include "widgets/bridge/theme.h"

#include <QWidget>
#include <vector>

class QLineEdit;
class QListWidget;

namespace trainyard::widgets {

/// The classes of a project with their keys, and a field for another one. A click chooses a class; what that
/// means, the panel knows. Document and theme must outlive it; GUI thread.
class ClassList : public QWidget
{
    Q_OBJECT
public:
    ClassList(ProjectDocument& document, const Theme& theme, QWidget* parent = nullptr);

    /// The class that the item has, or that is drawn with; 0: none.
    void mark(ClassId id);
    void markAll(std::vector<ClassId> ids); ///< the item has several
    [[nodiscard]] ClassId marked() const { return m_marked.empty() ? 0 : m_marked.front(); } ///< the first
    [[nodiscard]] const std::vector<ClassId>& allMarked() const { return m_marked; }
    void focusField();
    void clearField();

signals:
    void chosen(trainyard::ClassId id);
    void named(const QString& name); ///< a class that is to be made
    void left();                     ///< Escape in the field

private:
    void fill();
    void showMarked();

    ProjectDocument& m_document;
    const Theme& m_theme;
    QListWidget* m_list;
    QLineEdit* m_field;
    std::vector<ClassId> m_marked;
};

} // namespace trainyard::widgets
