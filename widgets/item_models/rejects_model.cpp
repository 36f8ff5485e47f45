// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/item_models/rejects_model.h"

#include "widgets/bridge/text.h"

namespace trainyard::widgets {

void RejectsModel::setRejects(std::vector<RejectRow> rejects)
{
    if (rejects == m_rejects)
        return;
    beginResetModel();
    m_rejects = std::move(rejects);
    endResetModel();
}

int RejectsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rejects.size());
}

int RejectsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RejectsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return {};
    const RejectRow& row = m_rejects[static_cast<std::size_t>(index.row())];
    switch (index.column()) {
    case File: {
        const QString place = row.place.empty() ? QString() : QStringLiteral(" · ") + shown(row.place);
        const QString path = shown(row.source);
        return (role == Qt::ToolTipRole ? path : path.section(QLatin1Char('/'), -1)) + place;
    }
    case Reason:
        return shown(row.reason);
    case Remedy:
        return shown(row.remedy);
    default:
        return {};
    }
}

QVariant RejectsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case File:
        return tr("File");
    case Reason:
        return tr("Why");
    case Remedy:
        return tr("What to do");
    default:
        return {};
    }
}

} // namespace trainyard::widgets
