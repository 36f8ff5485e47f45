// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/evaluation.h"
#include "widgets/bridge/job_list.h"
#include "widgets/bridge/project_document.h"
#include "widgets/bridge/run_list.h"
#include "widgets/bridge/view_state.h"
#include "widgets/elements/item_cells.h"

#include <QWidget>
#include <map>
#include <memory>

class QFrame;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTreeView;

namespace trainyard::widgets {

class BarChart;
class ConfusionView;
class EmptyState;
class Notice;
class RunsModel;
class ThumbnailSource;

/// What a run is worth: figures with intervals, the confusion matrix, the pictures behind each cell; and two
/// runs side by side with a verdict.
class EvaluatePanel : public QWidget
{
    Q_OBJECT
public:
    EvaluatePanel(ProjectDocument& document, ViewState& view, JobList& jobs, RunList& runs,
                  ThumbnailSource& thumbnails, const Theme& theme, QWidget* parent = nullptr);

    void evaluateChosen();
    void openReport();

private:
    QWidget* makeRunsSide();
    QWidget* makeReport();
    QWidget* makePicturesSide(ThumbnailSource& thumbnails);
    void runsChanged();
    void showRun(const QString& runId);
    void load(const EvaluationSummary& summary);
    void showReport();
    void showCell(int truth, int answer);
    void showPictures(std::vector<ItemId> items, const QString& title);
    void compare();
    void updateButtons();
    void showError(const Error& error);

    ProjectDocument& m_document;
    ViewState& m_view;
    JobList& m_jobs;
    RunList& m_runs;
    const Theme& m_theme;
    ItemCells m_cells;
    QString m_run;
    std::shared_ptr<const Evaluation> m_evaluation;
    std::vector<ItemId> m_flipped;
    RunsModel* m_model = nullptr;
    QTreeView* m_table = nullptr;
    QPushButton* m_evaluate = nullptr;
    QPushButton* m_compare = nullptr;
    QPushButton* m_open = nullptr;
    Notice* m_notice = nullptr;
    QFrame* m_comparison = nullptr;
    QLabel* m_verdict = nullptr;
    QLabel* m_comparisonText = nullptr;
    QPushButton* m_flippedButton = nullptr;
    QStackedWidget* m_stack = nullptr;
    EmptyState* m_empty = nullptr;
    QLabel* m_accuracy = nullptr;
    QLabel* m_accuracyText = nullptr;
    QLabel* m_figures = nullptr;
    BarChart* m_perClass = nullptr;
    ConfusionView* m_confusion = nullptr;
    QLabel* m_picturesTitle = nullptr;
    GalleryView* m_gallery = nullptr;
};

} // namespace trainyard::widgets
