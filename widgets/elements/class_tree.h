// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/class_counts.h"
#include "core/project/item.h"

#include <QTreeWidget>
#include <span>

namespace trainyard::widgets {

class Theme;

/// The classes of a project as a tree: colour and name, labels, key. A name is edited in place (F2); a class
/// is dragged onto another to merge the two, or onto the empty place to stand at the top. GUI thread.
class ClassTree : public QTreeWidget
{
    Q_OBJECT
public:
    explicit ClassTree(const Theme& theme, QWidget* parent = nullptr);

    /// What is shown; the current class stays, as far as it is still there.
    void setClasses(const std::vector<ItemClass>& classes, std::span<const ClassCount> counts);
    void setReadOnly(bool on);
    [[nodiscard]] ClassId currentClass() const; ///< 0 for none
    void setCurrentClass(ClassId classId);
    [[nodiscard]] bool isEditing() const { return state() == QAbstractItemView::EditingState; }
    [[nodiscard]] QTreeWidgetItem* itemOf(ClassId classId) const;

signals:
    void renamed(trainyard::ClassId classId, const QString& name);
    void droppedOn(trainyard::ClassId from, trainyard::ClassId into); ///< into 0: on the empty place
    void currentClassChanged(trainyard::ClassId classId);

protected:
    [[nodiscard]] QStringList mimeTypes() const override;
    QMimeData* mimeData(const QList<QTreeWidgetItem*>& items) const override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragMoveEvent(QDragMoveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    const Theme& m_theme;
    bool m_isFilling = false;
    bool m_isReadOnly = false;
};

} // namespace trainyard::widgets
