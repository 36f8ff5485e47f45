// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/elements/class_tree.h"

#include "widgets/bridge/text.h"
#include "widgets/bridge/theme.h"
#include "widgets/bridge/theme_icon.h"

#include <QDropEvent>
#include <QHeaderView>
#include <QMimeData>
#include <functional>
#include <map>

namespace trainyard::widgets {

namespace {

enum Column { Name, Labels, Key };
constexpr const char* kMime = "application/x-trainyard-class";

ClassId idOf(const QTreeWidgetItem* item)
{
    return item == nullptr ? 0 : item->data(Name, Qt::UserRole).toLongLong();
}

} // namespace

ClassTree::ClassTree(const Theme& theme, QWidget* parent) : QTreeWidget(parent), m_theme(theme)
{
    setAccessibleName(tr("Classes"));
    setHeaderLabels({tr("Class"), tr("Labels"), tr("Key")});
    header()->setStretchLastSection(false);
    header()->setSectionResizeMode(Name, QHeaderView::Stretch);
    header()->setSectionResizeMode(Labels, QHeaderView::ResizeToContents);
    header()->setSectionResizeMode(Key, QHeaderView::ResizeToContents);
    headerItem()->setTextAlignment(Labels, Qt::AlignRight | Qt::AlignVCenter);
    setFrameShape(QFrame::NoFrame);
    setIconSize({kColourIconEdge, kColourIconEdge});
    setUniformRowHeights(true);
    setEditTriggers(QAbstractItemView::EditKeyPressed | QAbstractItemView::DoubleClicked);
    setDragDropMode(QAbstractItemView::DragDrop);
    connect(this, &QTreeWidget::itemChanged, this, [this](QTreeWidgetItem* item, int column) {
        if (m_isFilling || column != Name)
            return;
        // After the editor has closed: who listens fills the tree anew.
        QMetaObject::invokeMethod(
            this, [this, id = idOf(item), name = item->text(Name)] { emit renamed(id, name); },
            Qt::QueuedConnection);
    });
    connect(this, &QTreeWidget::currentItemChanged, this, [this](QTreeWidgetItem* item) {
        if (!m_isFilling)
            emit currentClassChanged(idOf(item));
    });
}

void ClassTree::setReadOnly(bool on)
{
    m_isReadOnly = on;
    setDragDropMode(on ? QAbstractItemView::NoDragDrop : QAbstractItemView::DragDrop);
}

void ClassTree::setClasses(const std::vector<ItemClass>& classes, std::span<const ClassCount> counts)
{
    const ClassId current = currentClass();
    m_isFilling = true;
    clear();
    std::map<ClassId, std::int64_t> labels;
    for (const ClassCount& count : counts)
        labels[count.classId] = count.tags + count.shapes;
    std::map<ClassId, QTreeWidgetItem*> rows;
    for (const ItemClass& itemClass : classes) {
        auto* row = new QTreeWidgetItem;
        row->setText(Name, shown(itemClass.name));
        row->setIcon(Name, colourIcon(m_theme.classColour(itemClass)));
        row->setText(Labels, countText(labels[itemClass.id]));
        row->setTextAlignment(Labels, Qt::AlignRight | Qt::AlignVCenter);
        row->setText(Key, QString::fromStdString(itemClass.key));
        row->setData(Name, Qt::UserRole, static_cast<qlonglong>(itemClass.id));
        if (!m_isReadOnly)
            row->setFlags(row->flags() | Qt::ItemIsEditable);
        rows[itemClass.id] = row;
    }
    for (const ItemClass& itemClass : classes) {
        const auto above = rows.find(itemClass.parent);
        if (above != rows.end() && above->first != itemClass.id)
            above->second->addChild(rows[itemClass.id]);
        else
            addTopLevelItem(rows[itemClass.id]);
    }
    expandAll();
    m_isFilling = false;
    setCurrentClass(rows.contains(current) || classes.empty() ? current : classes.front().id);
}

ClassId ClassTree::currentClass() const
{
    return idOf(currentItem());
}

QTreeWidgetItem* ClassTree::itemOf(ClassId classId) const
{
    for (QTreeWidgetItemIterator at(const_cast<ClassTree*>(this)); *at != nullptr; ++at)
        if (idOf(*at) == classId)
            return *at;
    return nullptr;
}

void ClassTree::setCurrentClass(ClassId classId)
{
    if (QTreeWidgetItem* item = itemOf(classId))
        setCurrentItem(item);
}

QStringList ClassTree::mimeTypes() const
{
    return {QLatin1String(kMime)};
}

QMimeData* ClassTree::mimeData(const QList<QTreeWidgetItem*>& items) const
{
    auto* data = new QMimeData;
    data->setData(QLatin1String(kMime), QByteArray::number(qlonglong(items.isEmpty() ? 0 : idOf(items[0]))));
    return data;
}

void ClassTree::dragEnterEvent(QDragEnterEvent* event)
{
    if (!m_isReadOnly && event->mimeData()->hasFormat(QLatin1String(kMime)))
        event->acceptProposedAction();
}

void ClassTree::dragMoveEvent(QDragMoveEvent* event)
{
    QTreeWidget::dragMoveEvent(event); // scrolls near the edges
    event->acceptProposedAction();
}

void ClassTree::dropEvent(QDropEvent* event)
{
    // The tree itself never changes here: who listens asks first, and a new list follows.
    const ClassId from = event->mimeData()->data(QLatin1String(kMime)).toLongLong();
    const ClassId into = idOf(itemAt(event->position().toPoint()));
    event->setDropAction(Qt::IgnoreAction);
    event->accept();
    if (itemOf(from) != nullptr && from != into)
        emit droppedOn(from, into);
}

} // namespace trainyard::widgets
