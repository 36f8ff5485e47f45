// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/item.h"

#include <QAbstractTableModel>
#include <functional>
#include <vector>

namespace trainyard::widgets {

/// Issues of one kind as rows: the picture's name and what was found. Holds values; whoever listens to the
/// document gives new ones. A list that differs in its length is a reset, else rows that differ say
/// dataChanged().
class IssuesModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Picture, Finding, ColumnCount };
    /// The name of an item; asked for rows that are painted.
    using ItemName = std::function<QString(ItemId)>;

    explicit IssuesModel(ItemName itemName, QObject* parent = nullptr);

    void setIssues(std::vector<Issue> issues);
    [[nodiscard]] const Issue* issue(const QModelIndex& index) const;
    [[nodiscard]] int rowOf(IssueId issue) const; ///< -1 where it is not here

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    ItemName m_itemName;
    std::vector<Issue> m_issues;
};

/// "Near duplicates", for lists and headings.
QString issueKindTitle(IssueKind kind);
/// What "Fix" would do with issues of this kind, in one sentence.
QString issueKindRemedy(IssueKind kind);

} // namespace trainyard::widgets
