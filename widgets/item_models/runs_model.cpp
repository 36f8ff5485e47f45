// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/item_models/runs_model.h"

#include "widgets/bridge/text.h"

#include <QCoreApplication>
#include <algorithm>

namespace trainyard::widgets {

namespace {

struct StateWords
{
    const char* state;
    const char* text;
};

constexpr StateWords kStates[] = {
    {"queued", QT_TRANSLATE_NOOP("runs", "waiting")},
    {"running", QT_TRANSLATE_NOOP("runs", "running")},
    {"paused", QT_TRANSLATE_NOOP("runs", "paused")},
    {"stopped", QT_TRANSLATE_NOOP("runs", "stopped")},
    {"done", QT_TRANSLATE_NOOP("runs", "done")},
    {"failed", QT_TRANSLATE_NOOP("runs", "failed")},
    {"died", QT_TRANSLATE_NOOP("runs", "ended without a word")},
};

} // namespace

QString runStateText(const std::string& state)
{
    for (const StateWords& words : kStates)
        if (state == words.state)
            return QCoreApplication::translate("runs", words.text);
    return shown(state);
}

RunsModel::RunsModel(const RunList& runs, QObject* parent) : QAbstractTableModel(parent), m_list(runs)
{
    takeRuns();
    connect(&runs, &RunList::changed, this, &RunsModel::takeRuns);
}

void RunsModel::setCheckable(bool on)
{
    m_isCheckable = on;
}

void RunsModel::setModelsOnly(bool on)
{
    m_isModelsOnly = on;
    takeRuns();
}

void RunsModel::takeRuns()
{
    std::vector<RunEntry> rows;
    for (const RunEntry& run : m_list.runs())
        if (!m_isModelsOnly || run.hasModel())
            rows.push_back(run);
    const bool isSame = rows.size() == m_rows.size() && std::equal(rows.begin(), rows.end(), m_rows.begin(),
                                                                   [](const RunEntry& a, const RunEntry& b) {
                                                                       return a.status.id == b.status.id;
                                                                   });
    if (isSame) {
        m_rows = std::move(rows);
        if (!m_rows.empty())
            emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

QStringList RunsModel::checkedRuns() const
{
    QStringList ids;
    for (const RunEntry& run : m_rows)
        if (m_checked.contains(run.id()))
            ids << run.id();
    return ids;
}

QString RunsModel::runId(const QModelIndex& index) const
{
    return index.isValid() ? m_rows[static_cast<std::size_t>(index.row())].id() : QString();
}

QModelIndex RunsModel::indexOf(const QString& runId) const
{
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        if (m_rows[i].id() == runId)
            return index(static_cast<int>(i), 0);
    return {};
}

int RunsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int RunsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString RunsModel::text(const RunEntry& run, int column) const
{
    switch (column) {
    case Name:
        return run.name();
    case State:
        return runStateText(run.status.state);
    case Progress:
        return run.status.resolved
                   ? tr("%1 of %2 steps")
                         .arg(countText(run.status.step), countText(run.status.resolved->totalSteps))
                   : QString();
    case Accuracy:
        return run.newest ? tr("%1 (%2 – %3)")
                                .arg(percentText(run.newest->accuracy), percentText(run.newest->low),
                                     percentText(run.newest->high))
                          : QString();
    default:
        return {};
    }
}

QVariant RunsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const RunEntry& run = m_rows[static_cast<std::size_t>(index.row())];
    if (role == Qt::DisplayRole)
        return text(run, index.column());
    if (role == Qt::ToolTipRole)
        return run.id();
    if (role == Qt::CheckStateRole && m_isCheckable && index.column() == Name)
        return m_checked.contains(run.id()) ? Qt::Checked : Qt::Unchecked;
    return {};
}

bool RunsModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!index.isValid() || role != Qt::CheckStateRole || !m_isCheckable || index.column() != Name)
        return false;
    const QString id = runId(index);
    if (value.toInt() == Qt::Checked)
        m_checked.insert(id);
    else
        m_checked.erase(id);
    emit dataChanged(index, index, {Qt::CheckStateRole});
    emit checkedChanged();
    return true;
}

Qt::ItemFlags RunsModel::flags(const QModelIndex& index) const
{
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    if (m_isCheckable && index.isValid() && index.column() == Name)
        flags |= Qt::ItemIsUserCheckable;
    return flags;
}

QVariant RunsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name:
        return tr("Run");
    case State:
        return tr("State");
    case Progress:
        return tr("Progress");
    case Accuracy:
        return tr("Test accuracy (95 %)");
    default:
        return {};
    }
}

} // namespace trainyard::widgets
