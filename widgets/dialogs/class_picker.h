// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/item.h"
#include "widgets/dialogs/search_dialog.h"

#include <QColor>
#include <QString>
#include <vector>

namespace trainyard::widgets {

/// One class as the picker lists it.
struct PickableClass
{
    ClassId id = 0;
    QString name;
    QColor colour;
};

/// Finds a class by a few letters of its name: those that begin with them first. Enter chooses, or makes a
/// class of a name that none has. Closes when something else is clicked, too.
class ClassPicker : public SearchDialog
{
    Q_OBJECT
public:
    ClassPicker(std::vector<PickableClass> classes, QWidget* parent);

signals:
    void chosen(trainyard::ClassId id);
    void named(const QString& name); ///< a class that is not there yet

protected:
    void find(const QString& text) override;
    void take(const QListWidgetItem& item) override;

private:
    std::vector<PickableClass> m_classes;
};

} // namespace trainyard::widgets
