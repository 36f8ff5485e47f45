// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/class_picker.h"

#include "widgets/bridge/theme_icon.h"

#include <QLayout>
#include <QLineEdit>
#include <QListWidget>
#include <algorithm>

namespace trainyard::widgets {

namespace {

constexpr QSize kSize(280, 260);

} // namespace

ClassPicker::ClassPicker(std::vector<PickableClass> classes, QWidget* parent)
    : SearchDialog(tr("Type the class's name"), parent, Qt::Popup), m_classes(std::move(classes))
{
    setWindowTitle(tr("Class"));
    resize(kSize);
    field()->setAccessibleName(tr("Name of the class"));
    list()->setAccessibleName(tr("Classes"));
    list()->setIconSize({kColourIconEdge, kColourIconEdge});
    layout()->setContentsMargins(8, 8, 8, 8);
    search();
}

void ClassPicker::find(const QString& text)
{
    std::vector<PickableClass> found;
    for (const PickableClass& candidate : m_classes)
        if (candidate.name.contains(text, Qt::CaseInsensitive))
            found.push_back(candidate);
    std::stable_partition(found.begin(), found.end(), [&](const PickableClass& candidate) {
        return candidate.name.startsWith(text, Qt::CaseInsensitive);
    });
    for (const PickableClass& candidate : found) {
        auto* item = new QListWidgetItem(colourIcon(candidate.colour), candidate.name);
        item->setData(Qt::UserRole, static_cast<qlonglong>(candidate.id));
        list()->addItem(item);
    }
    const bool isThere = std::any_of(m_classes.begin(), m_classes.end(), [&](const PickableClass& candidate) {
        return candidate.name.compare(text, Qt::CaseInsensitive) == 0;
    });
    if (!text.isEmpty() && !isThere) {
        auto* item = new QListWidgetItem(tr("New class \"%1\"").arg(text));
        item->setData(Qt::UserRole, 0);
        list()->addItem(item);
    }
}

void ClassPicker::take(const QListWidgetItem& item)
{
    const auto id = static_cast<ClassId>(item.data(Qt::UserRole).toLongLong());
    if (id != 0)
        emit chosen(id);
    else
        emit named(field()->text().simplified());
}

} // namespace trainyard::widgets
