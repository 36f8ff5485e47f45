// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/class_picker.h"

#include "widgets/bridge/theme_icon.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace trainyard::widgets {

namespace {

constexpr QSize kSize(280, 260);

} // namespace

ClassPicker::ClassPicker(std::vector<PickableClass> classes, QWidget* parent)
    : QDialog(parent, Qt::Popup), m_classes(std::move(classes)), m_field(new QLineEdit),
      m_list(new QListWidget)
{
    setWindowTitle(tr("Class"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(kSize);
    m_field->setPlaceholderText(tr("Type the class's name"));
    m_field->setAccessibleName(tr("Name of the class"));
    m_field->installEventFilter(this);
    m_list->setAccessibleName(tr("Classes"));
    m_list->setIconSize({kColourIconEdge, kColourIconEdge});
    m_list->setProperty("bare", true);
    m_list->setFocusPolicy(Qt::NoFocus);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->addWidget(m_field);
    layout->addWidget(m_list, 1);
    connect(m_field, &QLineEdit::textChanged, this, &ClassPicker::fill);
    connect(m_field, &QLineEdit::returnPressed, this, &ClassPicker::choose);
    connect(m_list, &QListWidget::itemClicked, this, &ClassPicker::choose);
    fill();
    m_field->setFocus();
}

void ClassPicker::fill()
{
    const QString text = m_field->text().simplified();
    std::vector<PickableClass> found;
    for (const PickableClass& candidate : m_classes)
        if (candidate.name.contains(text, Qt::CaseInsensitive))
            found.push_back(candidate);
    std::stable_partition(found.begin(), found.end(), [&](const PickableClass& candidate) {
        return candidate.name.startsWith(text, Qt::CaseInsensitive);
    });
    m_list->clear();
    for (const PickableClass& candidate : found) {
        auto* item = new QListWidgetItem(colourIcon(candidate.colour), candidate.name);
        item->setData(Qt::UserRole, static_cast<qlonglong>(candidate.id));
        m_list->addItem(item);
    }
    const bool isThere = std::any_of(m_classes.begin(), m_classes.end(), [&](const PickableClass& candidate) {
        return candidate.name.compare(text, Qt::CaseInsensitive) == 0;
    });
    if (!text.isEmpty() && !isThere) {
        auto* item = new QListWidgetItem(tr("New class \"%1\"").arg(text));
        item->setData(Qt::UserRole, 0);
        m_list->addItem(item);
    }
    m_list->setCurrentRow(0);
}

void ClassPicker::choose()
{
    const QListWidgetItem* item = m_list->currentItem();
    if (item == nullptr)
        return;
    const auto id = static_cast<ClassId>(item->data(Qt::UserRole).toLongLong());
    const QString name = m_field->text().simplified();
    close();
    if (id != 0)
        emit chosen(id);
    else
        emit named(name);
}

bool ClassPicker::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_field && event->type() == QEvent::KeyPress) {
        switch (static_cast<QKeyEvent*>(event)->key()) {
        case Qt::Key_Up:
        case Qt::Key_Down:
        case Qt::Key_PageUp:
        case Qt::Key_PageDown:
            QCoreApplication::sendEvent(m_list, event);
            return true;
        default:
            break;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace trainyard::widgets
