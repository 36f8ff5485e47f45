// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/item_models/differences_model.h"

#include "widgets/bridge/text.h"

namespace trainyard::widgets {

DifferencesModel::DifferencesModel(ItemName itemName, ClassName className, QObject* parent)
    : QAbstractTableModel(parent), m_itemName(std::move(itemName)), m_className(std::move(className))
{
}

void DifferencesModel::setDifferences(std::vector<ItemDifference> differences)
{
    beginResetModel();
    m_differences = std::move(differences);
    endResetModel();
}

ItemId DifferencesModel::item(const QModelIndex& index) const
{
    const auto row = static_cast<std::size_t>(index.row());
    return index.isValid() && row < m_differences.size() ? m_differences[row].item : 0;
}

int DifferencesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_differences.size());
}

int DifferencesModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString DifferencesModel::words(const ItemDifference& difference) const
{
    QStringList parts;
    const auto tag = [this](ClassId id) { return id == 0 ? tr("no tag") : m_className(id); };
    if (difference.firstTag != 0 || difference.secondTag != 0)
        parts << tr("%1 or %2").arg(tag(difference.firstTag), tag(difference.secondTag));
    if (difference.otherClass > 0)
        parts << tr("two classes for one shape: %1").arg(countText(difference.otherClass));
    if (difference.onlyFirst > 0)
        parts << tr("drawn by the first alone: %1").arg(countText(difference.onlyFirst));
    if (difference.onlySecond > 0)
        parts << tr("drawn by the second alone: %1").arg(countText(difference.onlySecond));
    return parts.join(QStringLiteral(" · "));
}

QVariant DifferencesModel::data(const QModelIndex& index, int role) const
{
    const ItemId id = item(index);
    if (id == 0 || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return {};
    return index.column() == Picture ? m_itemName(id)
                                     : words(m_differences[static_cast<std::size_t>(index.row())]);
}

QVariant DifferencesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == Picture ? tr("Picture") : tr("On what they differ");
}

} // namespace trainyard::widgets
