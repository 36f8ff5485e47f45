// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/class_list.h"

#include "widgets/bridge/text.h"
#include "widgets/bridge/theme_icon.h"

#include <QLineEdit>
#include <QListWidget>
#include <QShortcut>
#include <QVBoxLayout>
#include <algorithm>

namespace trainyard::widgets {

ClassList::ClassList(ProjectDocument& document, const Theme& theme, QWidget* parent)
    : QWidget(parent), m_document(document), m_theme(theme), m_list(new QListWidget), m_field(new QLineEdit)
{
    m_list->setAccessibleName(tr("Classes"));
    m_list->setProperty("bare", true);
    m_list->setIconSize({kColourIconEdge, kColourIconEdge});
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection); // a picture may have several
    m_field->setPlaceholderText(tr("New class, then Enter"));
    m_field->setAccessibleName(tr("Name of a new class"));
    m_field->setEnabled(!document.isReadOnly());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_field);
    connect(m_list, &QListWidget::itemClicked, this, [this](QListWidgetItem* item) {
        const ClassId id = item->data(Qt::UserRole).toLongLong();
        showMarked(); // a click marks nothing by itself
        emit chosen(id);
    });
    connect(m_field, &QLineEdit::returnPressed, this, [this] {
        if (const QString name = m_field->text().simplified(); !name.isEmpty())
            emit named(name);
    });
    auto* escape = new QShortcut(QKeySequence(Qt::Key_Escape), m_field, nullptr, nullptr, Qt::WidgetShortcut);
    connect(escape, &QShortcut::activated, this, [this] {
        m_field->clear();
        emit left();
    });
    connect(&document, &ProjectDocument::changed, this, [this](const Change& change) {
        if (isChange<ClassesChanged>(change))
            fill();
    });
    connect(&theme, &Theme::changed, this, &ClassList::fill);
    fill();
}

void ClassList::fill()
{
    m_list->clear();
    for (const ItemClass& itemClass : m_document.project().classes()) {
        const QString key = shown(itemClass.key);
        auto* item = new QListWidgetItem(colourIcon(m_theme.classColour(itemClass)),
                                         key.isEmpty() ? shown(itemClass.name)
                                                       : tr("%1   %2").arg(key, shown(itemClass.name)));
        item->setData(Qt::UserRole, static_cast<qlonglong>(itemClass.id));
        m_list->addItem(item);
    }
    showMarked();
}

void ClassList::mark(ClassId id)
{
    markAll(id == 0 ? std::vector<ClassId>() : std::vector{id});
}

void ClassList::markAll(std::vector<ClassId> ids)
{
    m_marked = std::move(ids);
    showMarked();
}

void ClassList::showMarked()
{
    m_list->clearSelection();
    for (int i = 0; i < m_list->count(); ++i) {
        const bool isOwn = std::find(m_marked.begin(), m_marked.end(),
                                     m_list->item(i)->data(Qt::UserRole).toLongLong()) != m_marked.end();
        QFont font = m_list->font();
        font.setBold(isOwn);
        m_list->item(i)->setFont(font);
        if (isOwn)
            m_list->item(i)->setSelected(true);
    }
}

void ClassList::focusField()
{
    m_field->setFocus(Qt::ShortcutFocusReason);
}

void ClassList::clearField()
{
    m_field->clear();
}

} // namespace trainyard::widgets
