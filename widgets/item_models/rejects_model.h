// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/item.h"

#include <QAbstractTableModel>
#include <vector>

namespace trainyard::widgets {

/// What imports could not take: file, place, reason and what can be done. Values; replaced whole.
class RejectsModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { File, Reason, Remedy, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setRejects(std::vector<RejectRow> rejects);
    [[nodiscard]] const std::vector<RejectRow>& rejects() const { return m_rejects; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<RejectRow> m_rejects;
};

} // namespace trainyard::widgets
