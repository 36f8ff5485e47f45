// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluation/agreement.h"

#include <QAbstractTableModel>
#include <functional>
#include <vector>

namespace trainyard::widgets {

/// The items on which two people differ as rows: the picture's name and in what. Values; replaced whole.
class DifferencesModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Picture, Difference, ColumnCount };
    /// Asked for rows that are painted.
    using ItemName = std::function<QString(ItemId)>;
    using ClassName = std::function<QString(ClassId)>;

    DifferencesModel(ItemName itemName, ClassName className, QObject* parent = nullptr);

    void setDifferences(std::vector<ItemDifference> differences);
    [[nodiscard]] ItemId item(const QModelIndex& index) const; ///< 0: none

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QString words(const ItemDifference& difference) const;

    ItemName m_itemName;
    ClassName m_className;
    std::vector<ItemDifference> m_differences;
};

} // namespace trainyard::widgets
