// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/job_list.h"

#include <QAbstractTableModel>
#include <vector>

namespace trainyard::widgets {

/// The jobs of a JobList as rows, newest first. The list must outlive the model.
class JobsModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Job, State, Text, Started, ColumnCount };

    explicit JobsModel(const JobList& jobs, QObject* parent = nullptr);

    [[nodiscard]] QString jobId(const QModelIndex& index) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void take(const QString& id);

    const JobList& m_jobs;
    std::vector<QString> m_ids; ///< newest first
};

/// A job's state in words.
QString jobStateText(JobState state);

} // namespace trainyard::widgets
