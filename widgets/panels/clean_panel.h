// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/job_list.h"
#include "widgets/bridge/picture_loader.h"
#include "widgets/bridge/project_document.h"
#include "widgets/bridge/view_state.h"
#include "widgets/elements/item_cells.h"

#include <QWidget>

class QLabel;
class QListWidget;
class QPushButton;
class QStackedWidget;
class QTimer;
class QTreeView;

namespace trainyard::widgets {

class EmptyState;
class IssuesModel;
class Notice;
class PictureView;

/// What the checks found, by kind, with the pictures side by side, and what to do about it.
class CleanPanel : public QWidget
{
    Q_OBJECT
public:
    CleanPanel(ProjectDocument& document, ViewState& view, JobList& jobs, PictureLoader& pictures,
               const Theme& theme, QWidget* parent = nullptr);

    void checkNow();
    void fixChosen();
    void dismissChosen();
    void fixAll();

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeKindsSide();
    QWidget* makeIssuesSide();
    QWidget* makePairSide();
    void readCounts();
    void readIssues();
    void showIssue();
    void showPicture(PictureView& view, QLabel& caption, ItemId item);
    void settle(Result<EditId> result, const QString& done);
    [[nodiscard]] std::vector<IssueId> chosen() const;
    [[nodiscard]] IssueKind kind() const;
    void checkEnded(const QString& jobId);

    ProjectDocument& m_document;
    ViewState& m_view;
    JobList& m_jobs;
    PictureLoader& m_pictures;
    const Theme& m_theme;
    ItemCells m_cells;
    IssuesModel* m_model = nullptr;
    Notice* m_notice = nullptr;
    QListWidget* m_kinds = nullptr;
    QPushButton* m_check = nullptr;
    QLabel* m_checkText = nullptr;
    QLabel* m_title = nullptr;
    QLabel* m_remedy = nullptr;
    QPushButton* m_fixAll = nullptr;
    QTreeView* m_table = nullptr;
    QStackedWidget* m_stack = nullptr;
    EmptyState* m_empty = nullptr;
    QLabel* m_finding = nullptr;
    QPushButton* m_fix = nullptr;
    QPushButton* m_dismiss = nullptr;
    QPushButton* m_relabel = nullptr;
    PictureView* m_left = nullptr;
    PictureView* m_right = nullptr;
    QLabel* m_leftCaption = nullptr;
    QLabel* m_rightCaption = nullptr;
    QWidget* m_rightSide = nullptr;
    QWidget* m_pairSide = nullptr;
    QTimer* m_delay = nullptr;
    ItemId m_shown[2] = {};
};

} // namespace trainyard::widgets
