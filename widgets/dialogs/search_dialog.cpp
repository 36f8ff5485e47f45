// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/search_dialog.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>

namespace trainyard::widgets {

SearchDialog::SearchDialog(const QString& placeholder, QWidget* parent, Qt::WindowFlags flags)
    : QDialog(parent, flags), m_field(new QLineEdit), m_list(new QListWidget)
{
    setAttribute(Qt::WA_DeleteOnClose);
    m_field->setPlaceholderText(placeholder);
    m_field->installEventFilter(this);
    m_list->setProperty("bare", true);
    m_list->setFocusPolicy(Qt::NoFocus);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_field);
    layout->addWidget(m_list, 1);
    connect(m_field, &QLineEdit::textChanged, this, &SearchDialog::search);
    connect(m_field, &QLineEdit::returnPressed, this, &SearchDialog::choose);
    connect(m_list, &QListWidget::itemClicked, this, &SearchDialog::choose);
    m_field->setFocus();
}

void SearchDialog::search()
{
    m_list->clear();
    find(m_field->text().simplified());
    m_list->setCurrentRow(0);
}

void SearchDialog::choose()
{
    const QListWidgetItem* item = m_list->currentItem();
    if (item == nullptr)
        return;
    close();
    take(*item);
}

bool SearchDialog::eventFilter(QObject* watched, QEvent* event)
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
