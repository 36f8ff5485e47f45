// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/clean_panel.h"

#include "core/cleaning/checks.h"
#include "core/project/edits.h"
#include "widgets/bridge/error_text.h"
#include "widgets/bridge/text.h"
#include "widgets/elements/controls.h"
#include "widgets/elements/empty_state.h"
#include "widgets/elements/notice.h"
#include "widgets/item_models/issues_model.h"
#include "widgets/views/picture_view.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTimer>
#include <QTreeView>
#include <QVBoxLayout>
#include <algorithm>
#include <set>

namespace trainyard::widgets {

namespace {

constexpr IssueKind kKinds[] = {IssueKind::Damaged, IssueKind::ExactDuplicate, IssueKind::NearDuplicate,
                                IssueKind::WrongLabel, IssueKind::Leak};
constexpr int kDelayMs = 150;
constexpr int kKindsWidth = 280;

} // namespace

CleanPanel::CleanPanel(ProjectDocument& document, ViewState& view, JobList& jobs, PictureLoader& pictures,
                       const Theme& theme, QWidget* parent)
    : QWidget(parent), m_document(document), m_view(view), m_jobs(jobs), m_pictures(pictures), m_theme(theme),
      m_cells(document, theme), m_notice(new Notice(theme)), m_delay(new QTimer(this))
{
    m_model = new IssuesModel([this](ItemId item) { return m_cells.fileName(item); }, this);
    auto* splitter = new QSplitter;
    splitter->setObjectName(QStringLiteral("cleanSplitter"));
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(makeKindsSide());
    splitter->addWidget(makeIssuesSide());
    splitter->addWidget(makePairSide());
    splitter->setSizes({220, 380, 620});
    splitter->setStretchFactor(2, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_notice);
    layout->addWidget(splitter, 1);
    m_delay->setSingleShot(true);
    m_delay->setInterval(kDelayMs);
    connect(m_delay, &QTimer::timeout, this, [this] {
        if (!isVisible())
            return; // the loader works for whoever shows pictures now; showEvent() reads anew
        readCounts();
        readIssues();
    });
    connect(&document, &ProjectDocument::changed, this, [this](const Change& change) {
        if (isChange<IssuesChanged>(change) || isChange<ItemsReset>(change))
            startOnce(*m_delay);
    });
    connect(&jobs, &JobList::changed, this, [this] {
        const bool isBusy = m_jobs.liveJob("check") != nullptr;
        m_check->setEnabled(!isBusy && !m_document.isReadOnly());
        m_check->setText(isBusy ? tr("Checking…") : tr("Check now"));
    });
    connect(&jobs, &JobList::ended, this, &CleanPanel::checkEnded);
    connect(&pictures, &PictureLoader::ready, this, [this](ItemId item, const QImage&, const QString&) {
        if (isVisible() && (item == m_shown[0] || item == m_shown[1]))
            showIssue();
    });
    connect(&pictures, &PictureLoader::failed, this, [this](ItemId item, const QString& reason) {
        if (item == m_shown[0])
            m_left->setPlaceholderText(reason);
        if (item == m_shown[1])
            m_right->setPlaceholderText(reason);
    });
    readCounts();
    m_kinds->setCurrentRow(0);
}

QWidget* CleanPanel::makeKindsSide()
{
    QFrame* side = makeFrame("sideLeft");
    side->setMaximumWidth(kKindsWidth);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->setSpacing(8);
    m_check = makePrimaryButton(tr("Check now"), m_theme.icon(QStringLiteral("clean"), "accentText"));
    m_check->setToolTip(tr("Look for damaged files, duplicates, doubtful labels and leaks between splits"));
    setActionOf(*m_check, QStringLiteral("clean.check"));
    m_check->setEnabled(!m_document.isReadOnly());
    m_checkText = makeText({}, "muted");
    m_checkText->hide();
    m_kinds = new QListWidget;
    m_kinds->setAccessibleName(tr("Kinds of issues"));
    m_kinds->setProperty("bare", true);
    for (const IssueKind kind : kKinds) {
        auto* item = new QListWidgetItem(issueKindTitle(kind));
        item->setData(Qt::UserRole, static_cast<int>(kind));
        m_kinds->addItem(item);
    }
    layout->addWidget(m_check);
    layout->addWidget(m_checkText);
    layout->addWidget(m_kinds, 1);
    connect(m_check, &QPushButton::clicked, this, &CleanPanel::checkNow);
    connect(m_kinds, &QListWidget::currentRowChanged, this, &CleanPanel::readIssues);
    return side;
}

QWidget* CleanPanel::makeIssuesSide()
{
    m_title = makeLabel({}, "heading");
    m_remedy = makeText({}, "muted");
    m_fixAll = makeButton(tr("Fix all"), m_theme.icon(QStringLiteral("check")));
    m_table = makeTable(tr("Issues of this kind"));
    m_table->setModel(m_model);
    m_table->setProperty("bare", true);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setColumnWidth(IssuesModel::Picture, 150);
    m_table->header()->setStretchLastSection(true);
    auto* page = new QWidget;
    auto* pageLayout = new QVBoxLayout(page);
    pageLayout->setContentsMargins(0, 0, 0, 0);
    pageLayout->setSpacing(0);
    auto* head = new QVBoxLayout;
    head->setContentsMargins(16, 12, 16, 8);
    auto* titleRow = new QHBoxLayout;
    titleRow->addWidget(m_title, 1);
    titleRow->addWidget(m_fixAll);
    head->addLayout(titleRow);
    head->addWidget(m_remedy);
    pageLayout->addLayout(head);
    pageLayout->addWidget(m_table, 1);
    m_empty = new EmptyState(m_theme.icon(QStringLiteral("clean"), "textMuted"));
    m_stack = new QStackedWidget;
    m_stack->addWidget(page);
    m_stack->addWidget(m_empty);
    m_stack->setMinimumWidth(280);
    connect(m_empty, &EmptyState::clicked, this, &CleanPanel::checkNow);
    connect(m_fixAll, &QPushButton::clicked, this, &CleanPanel::fixAll);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &CleanPanel::showIssue);
    return m_stack;
}

QWidget* CleanPanel::makePairSide()
{
    QFrame* side = makeFrame("side");
    m_pairSide = side;
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(12, 12, 12, 12);
    m_finding = makeText({}, "heading");
    auto* pair = new QHBoxLayout;
    m_left = new PictureView;
    m_right = new PictureView;
    m_leftCaption = makeText({}, "muted");
    m_rightCaption = makeText({}, "muted");
    m_left->setAccessibleName(tr("The picture that a fix would leave out"));
    m_right->setAccessibleName(tr("The picture it is compared with"));
    for (const auto& [view, caption] :
         {std::pair{m_left, m_leftCaption}, std::pair{m_right, m_rightCaption}}) {
        auto* half = new QWidget;
        auto* column = new QVBoxLayout(half);
        column->setContentsMargins(0, 0, 0, 0);
        view->setMinimumSize(160, 160);
        column->addWidget(view, 1);
        column->addWidget(caption);
        pair->addWidget(half, 1);
        if (view == m_right)
            m_rightSide = half;
    }
    auto* buttons = new QHBoxLayout;
    m_fix = makePrimaryButton(tr("Fix"), m_theme.icon(QStringLiteral("check"), "accentText"));
    m_dismiss = makeButton(tr("Dismiss"), m_theme.icon(QStringLiteral("close")));
    m_dismiss->setToolTip(tr("It is fine as it is; it will not be found again"));
    setActionOf(*m_fix, QStringLiteral("clean.fix"));
    setActionOf(*m_dismiss, QStringLiteral("clean.dismiss"));
    m_relabel = makeButton(tr("Open in Label"), m_theme.icon(QStringLiteral("label")));
    buttons->addWidget(m_fix);
    buttons->addWidget(m_dismiss);
    buttons->addWidget(m_relabel);
    buttons->addStretch(1);
    layout->addWidget(m_finding);
    layout->addLayout(pair, 1);
    layout->addLayout(buttons);
    connect(m_fix, &QPushButton::clicked, this, &CleanPanel::fixChosen);
    connect(m_dismiss, &QPushButton::clicked, this, &CleanPanel::dismissChosen);
    connect(m_relabel, &QPushButton::clicked, this, [this] {
        if (const Issue* issue = m_model->issue(m_table->currentIndex()))
            m_view.openInLabel(issue->item);
    });
    return side;
}

void CleanPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_delay->start();
}

IssueKind CleanPanel::kind() const
{
    const QListWidgetItem* item = m_kinds->currentItem();
    return item == nullptr ? IssueKind::Damaged : static_cast<IssueKind>(item->data(Qt::UserRole).toInt());
}

void CleanPanel::readCounts()
{
    for (int row = 0; row < m_kinds->count(); ++row) {
        QListWidgetItem* item = m_kinds->item(row);
        const auto kind = static_cast<IssueKind>(item->data(Qt::UserRole).toInt());
        const auto issues = m_document.project().issues(kind, IssueState::Open);
        const auto count = issues ? static_cast<std::int64_t>(issues->size()) : 0;
        item->setText(tr("%1  (%2)").arg(issueKindTitle(kind), countText(count)));
        item->setForeground(m_theme.colour(count > 0 ? "text" : "textMuted"));
    }
}

void CleanPanel::readIssues()
{
    auto issues = m_document.project().issues(kind(), IssueState::Open);
    if (!issues) {
        const ErrorText words = errorText(issues.error());
        m_notice->show(Notice::Kind::Bad, words.sentence, {}, words.details);
        return;
    }
    const int row = m_table->currentIndex().row();
    const auto count = static_cast<std::int64_t>(issues->size());
    m_model->setIssues(std::move(*issues));
    m_title->setText(tr("%1 · %2").arg(issueKindTitle(kind()), countText(count)));
    m_remedy->setText(issueKindRemedy(kind()));
    m_fixAll->setText(tr("Fix all %1").arg(countText(count)));
    m_fixAll->setEnabled(count > 0 && !m_document.isReadOnly());
    m_stack->setCurrentIndex(count > 0 ? 0 : 1);
    m_pairSide->setVisible(count > 0);
    if (count > 0) {
        m_table->setCurrentIndex(m_model->index(std::clamp(row, 0, static_cast<int>(count) - 1), 0));
    } else if (m_document.project().columns().empty()) {
        m_empty->setMessage(tr("Nothing to check yet"),
                            tr("Import pictures first; then this place finds what would spoil "
                               "the training."));
    } else {
        m_empty->setMessage(tr("No open issues here"),
                            tr("A check looks for damaged files, duplicates, doubtful labels and "
                               "pictures that leak between splits."),
                            m_document.isReadOnly() ? QString() : tr("Check now"));
    }
    showIssue();
}

void CleanPanel::showIssue()
{
    const Issue* issue = m_model->issue(m_table->currentIndex());
    const bool hasIssue = issue != nullptr;
    const bool isEditable = hasIssue && !m_document.isReadOnly();
    m_fix->setEnabled(isEditable);
    m_dismiss->setEnabled(isEditable);
    m_relabel->setEnabled(hasIssue);
    m_finding->setText(hasIssue ? shown(issue->text) : QString());
    m_shown[0] = hasIssue ? issue->item : 0;
    m_shown[1] = hasIssue ? issue->other : 0;
    m_pictures.keepOnly(m_shown);
    m_rightSide->setVisible(m_shown[1] != 0);
    showPicture(*m_left, *m_leftCaption, m_shown[0]);
    showPicture(*m_right, *m_rightCaption, m_shown[1]);
    if (!hasIssue)
        m_left->setPlaceholderText(tr("Nothing chosen"));
}

void CleanPanel::showPicture(PictureView& view, QLabel& caption, ItemId item)
{
    const auto row =
        item != 0 ? m_document.project().item(item) : Result<Item>(fail(ErrorCode::NotFound, {}));
    if (!row) {
        view.setPicture({});
        caption.clear();
        return;
    }
    const QImage picture = m_pictures.picture(item, m_document.project().itemPath(*row));
    view.setPlaceholderText(picture.isNull() ? tr("Loading…") : QString());
    view.setPicture(picture);
    QStringList parts{shown(row->path)};
    if (row->width > 0)
        parts << QStringLiteral("%1 × %2").arg(row->width).arg(row->height);
    if (const ItemClass* itemClass = m_document.project().classById(row->classId))
        parts << shown(itemClass->name);
    if (row->split != Split::None)
        parts << splitText(row->split);
    if (row->isExcluded)
        parts << tr("left out");
    caption.setText(parts.join(QStringLiteral(" · ")));
}

std::vector<IssueId> CleanPanel::chosen() const
{
    std::vector<IssueId> ids;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows())
        if (const Issue* issue = m_model->issue(index))
            ids.push_back(issue->id);
    return ids;
}

void CleanPanel::checkNow()
{
    std::set<ClassId> classes;
    for (const ItemColumns& item : m_document.project().columns())
        if (item.classId != 0 && !item.isExcluded)
            classes.insert(item.classId);
    std::vector<IssueKind> kinds(std::begin(kKinds), std::end(kKinds));
    if (classes.size() < 2) // labels can be doubted only against another class
        std::erase(kinds, IssueKind::WrongLabel);
    const auto id = m_jobs.start(checkJob(m_jobs.owner(), kinds));
    if (!id)
        settle(fail(id.error()), {});
}

void CleanPanel::checkEnded(const QString& jobId)
{
    const JobView* job = m_jobs.job(jobId);
    if (job->request.verb != "check")
        return;
    m_checkText->setText(job->isFailed() ? tr("The check failed: %1").arg(jobResultText(*job))
                                         : jobResultText(*job));
    m_checkText->show();
    m_delay->start();
}

void CleanPanel::fixChosen()
{
    const std::vector<IssueId> ids = chosen();
    if (ids.empty())
        return;
    auto plan = planFix(m_document.project(), kind(), ids);
    settle(m_document.apply(plan ? Result<Edit>(std::move(plan->edit)) : Result<Edit>(fail(plan.error()))),
           tr("Fixed. Undo takes it back."));
}

void CleanPanel::fixAll()
{
    auto plan = planFix(m_document.project(), kind(), {});
    const QString done = plan ? tr("%1 fixed. Undo takes it back.").arg(countText(plan->issues)) : QString();
    settle(m_document.apply(plan ? Result<Edit>(std::move(plan->edit)) : Result<Edit>(fail(plan.error()))),
           done);
}

void CleanPanel::dismissChosen()
{
    const std::vector<IssueId> ids = chosen();
    if (!ids.empty())
        settle(m_document.apply(makeSetIssueState(m_document.project(), ids, IssueState::Dismissed)),
               tr("Dismissed."));
}

void CleanPanel::settle(Result<EditId> result, const QString& done)
{
    if (!result) {
        const ErrorText words = errorText(result.error());
        m_notice->show(Notice::Kind::Bad, words.sentence, {}, words.details);
        return;
    }
    m_notice->hide();
    if (!done.isEmpty())
        m_view.tell(done);
}

} // namespace trainyard::widgets
