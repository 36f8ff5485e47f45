// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/item.h"

#include <QColor>
#include <QDialog>
#include <QString>
#include <vector>

class QLineEdit;
class QListWidget;

namespace trainyard::widgets {

/// One class as the picker lists it.
struct PickableClass
{
    ClassId id = 0;
    QString name;
    QColor colour;
};

/// Finds a class by a few letters of its name: those that begin with them first. Enter chooses, or makes a
/// class of a name that none has. Not modal; closes when something else is clicked.
class ClassPicker : public QDialog
{
    Q_OBJECT
public:
    ClassPicker(std::vector<PickableClass> classes, QWidget* parent);

    [[nodiscard]] QLineEdit* field() const { return m_field; }
    [[nodiscard]] QListWidget* list() const { return m_list; }

signals:
    void chosen(trainyard::ClassId id);
    void named(const QString& name); ///< a class that is not there yet

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fill();
    void choose();

    std::vector<PickableClass> m_classes;
    QLineEdit* m_field;
    QListWidget* m_list;
};

} // namespace trainyard::widgets
