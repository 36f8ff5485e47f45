// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/item_models/jobs_model.h"

#include "widgets/bridge/text.h"
#include "widgets/item_models/runs_model.h"

#include <algorithm>

namespace trainyard::widgets {

QString jobStateText(JobState state)
{
    return runStateText(std::string(jobStateName(state)));
}

JobsModel::JobsModel(const JobList& jobs, QObject* parent) : QAbstractTableModel(parent), m_jobs(jobs)
{
    for (const auto& [id, job] : jobs.jobs())
        m_ids.insert(m_ids.begin(), id);
    connect(&jobs, &JobList::changed, this, &JobsModel::take);
}

void JobsModel::take(const QString& id)
{
    const auto found = std::find(m_ids.begin(), m_ids.end(), id);
    if (found != m_ids.end()) {
        const int row = static_cast<int>(found - m_ids.begin());
        emit dataChanged(index(row, 0), index(row, ColumnCount - 1));
        return;
    }
    // Ids begin with the time: the order of names is the order of starts.
    const auto place =
        std::find_if(m_ids.begin(), m_ids.end(), [&](const QString& other) { return other < id; });
    const int row = static_cast<int>(place - m_ids.begin());
    beginInsertRows({}, row, row);
    m_ids.insert(place, id);
    endInsertRows();
}

QString JobsModel::jobId(const QModelIndex& index) const
{
    return index.isValid() ? m_ids[static_cast<std::size_t>(index.row())] : QString();
}

int JobsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_ids.size());
}

int JobsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant JobsModel::data(const QModelIndex& index, int role) const
{
    const JobView* job = m_jobs.job(jobId(index));
    if (job == nullptr || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return {};
    switch (index.column()) {
    case Job:
        return jobTitle(job->request);
    case State:
        return jobStateText(job->state);
    case Text:
        return job->isLive() ? jobProgressText(*job) : jobResultText(*job);
    case Started:
        return timeText(job->request.createdUtcMs);
    default:
        return {};
    }
}

QVariant JobsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Job:
        return tr("Job");
    case State:
        return tr("State");
    case Text:
        return tr("Progress or result");
    case Started:
        return tr("Started");
    default:
        return {};
    }
}

} // namespace trainyard::widgets
