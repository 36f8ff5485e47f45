// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/shapes_model.h"

#include "widgets/bridge/text.h"
#include "widgets/bridge/theme_icon.h"

#include <algorithm>
#include <cmath>

namespace trainyard::widgets {

QString shapeKindText(ShapeKind kind)
{
    switch (kind) {
    case ShapeKind::ClassTag:
        return ShapesModel::tr("picture");
    case ShapeKind::Box:
        return ShapesModel::tr("box");
    case ShapeKind::RotatedBox:
        return ShapesModel::tr("rotated box");
    case ShapeKind::Polygon:
        return ShapesModel::tr("polygon");
    case ShapeKind::Polyline:
        return ShapesModel::tr("line");
    case ShapeKind::Point:
        return ShapesModel::tr("point");
    case ShapeKind::Keypoints:
        return ShapesModel::tr("keypoints");
    case ShapeKind::Mask:
        return ShapesModel::tr("mask");
    }
    return {};
}

ShapesModel::ShapesModel(CanvasContents& contents, QObject* parent)
    : QAbstractTableModel(parent), m_contents(contents)
{
    connect(&contents, &CanvasContents::shapesChanged, this, &ShapesModel::take);
    take();
}

/// Rows come and go only where shapes do; everything else is the same rows told anew.
void ShapesModel::take()
{
    if (m_scene == m_contents.scene()) {
        if (!m_ids.empty())
            emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    m_scene = m_contents.scene();
    std::vector<AnnotationId> ids;
    for (const Annotation& annotation : m_scene->shapes())
        if (!annotation.isClassTag())
            ids.push_back(annotation.id);
    std::reverse(ids.begin(), ids.end());
    if (ids == m_ids) {
        if (!m_ids.empty())
            emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_ids = std::move(ids);
    m_rows.clear();
    for (std::size_t row = 0; row < m_ids.size(); ++row)
        m_rows.emplace(m_ids[row], static_cast<int>(row));
    endResetModel();
}

AnnotationId ShapesModel::idOf(const QModelIndex& index) const
{
    const auto row = static_cast<std::size_t>(index.row());
    return index.isValid() && row < m_ids.size() ? m_ids[row] : 0;
}

QModelIndex ShapesModel::indexOf(AnnotationId id) const
{
    const auto found = m_rows.find(id);
    return found == m_rows.end() ? QModelIndex() : index(found->second, 0);
}

const Annotation* ShapesModel::annotation(const QModelIndex& index) const
{
    return m_scene->find(idOf(index));
}

void ShapesModel::toggle(const QModelIndex& index)
{
    const AnnotationId id = idOf(index);
    if (id != 0 && index.column() == Shown)
        m_contents.setHidden({id}, !m_contents.isHidden(id));
    else if (id != 0 && index.column() == Locked)
        m_contents.setLocked({id}, !m_contents.isLocked(id));
}

int ShapesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_ids.size());
}

int ShapesModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ShapesModel::data(const QModelIndex& index, int role) const
{
    const Annotation* shape = annotation(index);
    if (shape == nullptr)
        return {};
    const bool isHidden = m_contents.isHidden(shape->id);
    const bool isLocked = m_contents.isLocked(shape->id);
    if (role == Qt::DecorationRole && index.column() == Class)
        return colourIcon(m_contents.colourOf(shape->classId));
    if (role == Qt::UserRole) // what the icon columns show
        return index.column() == Shown ? !isHidden : isLocked;
    if (role == Qt::ToolTipRole && index.column() == Shown)
        return isHidden ? tr("Hidden; click to show it") : tr("Shown; click to hide it here");
    if (role == Qt::ToolTipRole && index.column() == Locked)
        return isLocked ? tr("Locked; click to unlock it")
                        : tr("Click to lock it, so that no click chooses it");
    if (role == Qt::ToolTipRole) // narrow columns elide
        return data(index, Qt::DisplayRole);
    if (role == Qt::AccessibleTextRole && index.column() == Shown)
        return isHidden ? tr("hidden") : tr("shown");
    if (role == Qt::AccessibleTextRole && index.column() == Locked)
        return isLocked ? tr("locked") : tr("not locked");
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Class: {
        const ItemClass* itemClass = m_contents.classOf(shape->classId);
        return itemClass == nullptr ? tr("no class") : shown(itemClass->name);
    }
    case Kind:
        return shapeKindText(shape->kind());
    case Source:
        if (shape->score)
            return tr("%1 %2 %")
                .arg(shown(shape->sourceName))
                .arg(std::lround(*shape->score * 100))
                .trimmed();
        return shape->source == AnnotationSource::Person ? QString() : shown(shape->sourceName);
    default:
        return {};
    }
}

QVariant ShapesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Class:
        return tr("Class");
    case Kind:
        return tr("Shape");
    case Source:
        return tr("From");
    default:
        return {};
    }
}

} // namespace trainyard::widgets
