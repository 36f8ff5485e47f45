// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/shape_list.h"

#include "widgets/bridge/theme_icon.h"

#include <QHeaderView>
#include <QMouseEvent>
#include <QPainter>
#include <QStyledItemDelegate>

namespace trainyard::widgets {

namespace {

constexpr int kIconEdge = 16;
constexpr int kIconColumn = 28;

/// Draws the eye and the lock.
class StateDelegate : public QStyledItemDelegate
{
public:
    StateDelegate(const Theme& theme, QObject* parent)
        : QStyledItemDelegate(parent), m_eye(theme.icon(QStringLiteral("eye"))),
          m_hidden(theme.icon(QStringLiteral("eye-off"), "textDisabled")),
          m_lock(theme.icon(QStringLiteral("lock"))),
          m_unlocked(theme.icon(QStringLiteral("unlock"), "textDisabled"))
    {
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::paint(painter, option, index);
        const bool isOn = index.data(Qt::UserRole).toBool();
        const QIcon& icon =
            index.column() == ShapesModel::Shown ? (isOn ? m_eye : m_hidden) : (isOn ? m_lock : m_unlocked);
        const QRect place(option.rect.center() - QPoint(kIconEdge / 2, kIconEdge / 2),
                          QSize(kIconEdge, kIconEdge));
        icon.paint(painter, place);
    }

private:
    QIcon m_eye;
    QIcon m_hidden;
    QIcon m_lock;
    QIcon m_unlocked;
};

} // namespace

ShapeList::ShapeList(CanvasContents& contents, const Theme& theme, QWidget* parent)
    : QTreeView(parent), m_contents(contents), m_model(new ShapesModel(contents, this))
{
    setModel(m_model);
    setAccessibleName(tr("Shapes of this picture"));
    setRootIsDecorated(false);
    setUniformRowHeights(true);
    setAllColumnsShowFocus(true);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setProperty("bare", true);
    setIconSize({kColourIconEdge, kColourIconEdge});
    setTextElideMode(Qt::ElideRight);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* delegate = new StateDelegate(theme, this);
    setItemDelegateForColumn(ShapesModel::Shown, delegate);
    setItemDelegateForColumn(ShapesModel::Locked, delegate);
    header()->setStretchLastSection(false);
    header()->setMinimumSectionSize(kIconColumn);
    header()->setSectionResizeMode(ShapesModel::Class, QHeaderView::Stretch);
    header()->setSectionResizeMode(ShapesModel::Kind, QHeaderView::Interactive);
    header()->setSectionResizeMode(ShapesModel::Source, QHeaderView::Interactive);
    header()->resizeSection(ShapesModel::Kind, 60);
    header()->resizeSection(ShapesModel::Source, 48);
    for (const int column : {ShapesModel::Shown, ShapesModel::Locked}) {
        header()->setSectionResizeMode(column, QHeaderView::Fixed);
        header()->resizeSection(column, kIconColumn);
    }
    connect(&contents, &CanvasContents::selectionChanged, this, &ShapeList::showSelection);
    connect(m_model, &QAbstractItemModel::modelReset, this, &ShapeList::showSelection);
    connect(selectionModel(), &QItemSelectionModel::selectionChanged, this, &ShapeList::takeSelection);
}

void ShapeList::showSelection()
{
    m_isShowing = true;
    QItemSelection selection;
    QModelIndex last;
    for (const AnnotationId id : m_contents.selection())
        if (const QModelIndex index = m_model->indexOf(id); index.isValid()) {
            selection.select(index, index.siblingAtColumn(ShapesModel::ColumnCount - 1));
            last = index;
        }
    selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
    if (last.isValid()) {
        selectionModel()->setCurrentIndex(last, QItemSelectionModel::NoUpdate);
        scrollTo(last);
    }
    m_isShowing = false;
}

void ShapeList::takeSelection()
{
    if (m_isShowing)
        return;
    std::set<AnnotationId> ids;
    for (const QModelIndex& index : selectionModel()->selectedRows())
        ids.insert(m_model->idOf(index));
    m_contents.select(std::move(ids));
    showSelection(); // locked and hidden ones were left out
}

void ShapeList::mousePressEvent(QMouseEvent* event)
{
    const QModelIndex index = indexAt(event->position().toPoint());
    if (index.column() == ShapesModel::Shown || index.column() == ShapesModel::Locked)
        m_model->toggle(index);
    else
        QTreeView::mousePressEvent(event);
}

} // namespace trainyard::widgets
