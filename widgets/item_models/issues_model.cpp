// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/item_models/issues_model.h"

#include "widgets/bridge/text.h"

#include <QCoreApplication>

namespace trainyard::widgets {

namespace {

struct KindWords
{
    IssueKind kind;
    const char* title;
    const char* remedy;
};

constexpr KindWords kWords[] = {
    {IssueKind::Damaged, QT_TRANSLATE_NOOP("issues", "Damaged files"),
     QT_TRANSLATE_NOOP("issues", "Fix leaves the damaged picture out of every dataset.")},
    {IssueKind::ExactDuplicate, QT_TRANSLATE_NOOP("issues", "Duplicates"),
     QT_TRANSLATE_NOOP("issues", "Fix leaves the copy out and keeps the first one.")},
    {IssueKind::NearDuplicate, QT_TRANSLATE_NOOP("issues", "Near duplicates"),
     QT_TRANSLATE_NOOP("issues", "Fix leaves the copy out and keeps the first one.")},
    {IssueKind::WrongLabel, QT_TRANSLATE_NOOP("issues", "Doubtful labels"),
     QT_TRANSLATE_NOOP("issues", "Fix leaves the picture out; choose its class in Label to keep it.")},
    {IssueKind::Leak, QT_TRANSLATE_NOOP("issues", "Leaks between splits"),
     QT_TRANSLATE_NOOP("issues", "Fix leaves the picture on the training side out.")},
};

const KindWords& wordsFor(IssueKind kind)
{
    for (const KindWords& words : kWords)
        if (words.kind == kind)
            return words;
    return kWords[0];
}

} // namespace

QString issueKindTitle(IssueKind kind)
{
    return QCoreApplication::translate("issues", wordsFor(kind).title);
}

QString issueKindRemedy(IssueKind kind)
{
    return QCoreApplication::translate("issues", wordsFor(kind).remedy);
}

IssuesModel::IssuesModel(ItemName itemName, QObject* parent)
    : QAbstractTableModel(parent), m_itemName(std::move(itemName))
{
}

void IssuesModel::setIssues(std::vector<Issue> issues)
{
    if (issues.size() != m_issues.size()) {
        beginResetModel();
        m_issues = std::move(issues);
        endResetModel();
        return;
    }
    for (std::size_t i = 0; i < issues.size(); ++i) {
        if (issues[i] == m_issues[i])
            continue;
        m_issues[i] = std::move(issues[i]);
        const int row = static_cast<int>(i);
        emit dataChanged(index(row, 0), index(row, ColumnCount - 1));
    }
}

const Issue* IssuesModel::issue(const QModelIndex& index) const
{
    const auto row = static_cast<std::size_t>(index.row());
    return index.isValid() && row < m_issues.size() ? &m_issues[row] : nullptr;
}

int IssuesModel::rowOf(IssueId issue) const
{
    for (std::size_t i = 0; i < m_issues.size(); ++i)
        if (m_issues[i].id == issue)
            return static_cast<int>(i);
    return -1;
}

int IssuesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_issues.size());
}

int IssuesModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant IssuesModel::data(const QModelIndex& index, int role) const
{
    const Issue* row = issue(index);
    if (row == nullptr)
        return {};
    if (role == Qt::DisplayRole)
        return index.column() == Picture ? m_itemName(row->item) : shown(row->text);
    if (role == Qt::ToolTipRole)
        return shown(row->text);
    return {};
}

QVariant IssuesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == Picture ? tr("Picture") : tr("What was found");
}

} // namespace trainyard::widgets
