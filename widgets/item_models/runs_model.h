// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/run_list.h"

#include <QAbstractTableModel>
#include <set>

namespace trainyard::widgets {

/// The runs of a RunList as rows: name, state, progress, accuracy on the test split with its interval.
///
/// With setCheckable(true) the first column has boxes, for choosing runs to compare. The list must outlive
/// the model.
class RunsModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Name, State, Progress, Accuracy, ColumnCount };

    explicit RunsModel(const RunList& runs, QObject* parent = nullptr);

    void setCheckable(bool on);
    void setModelsOnly(bool on);                   ///< only runs that have a checkpoint
    [[nodiscard]] QStringList checkedRuns() const; ///< in the order shown
    [[nodiscard]] QString runId(const QModelIndex& index) const;
    [[nodiscard]] QModelIndex indexOf(const QString& runId) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

signals:
    void checkedChanged();

private:
    void takeRuns();
    [[nodiscard]] QString text(const RunEntry& run, int column) const;

    const RunList& m_list;
    std::vector<RunEntry> m_rows;
    std::set<QString> m_checked;
    bool m_isCheckable = false;
    bool m_isModelsOnly = false;
};

/// A run's state in words: "running", "paused", ...
QString runStateText(const std::string& state);

} // namespace trainyard::widgets
