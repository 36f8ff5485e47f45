// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/job_list.h"
#include "widgets/bridge/project_document.h"
#include "widgets/bridge/readiness.h"
#include "widgets/bridge/run_list.h"
#include "widgets/bridge/run_series.h"
#include "widgets/bridge/view_state.h"

#include <QWidget>
#include <map>
#include <memory>

class QComboBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QSplitter;
class QStackedWidget;
class QTimer;
class QTreeView;

namespace trainyard::widgets {

class CurvePlot;
class EmptyState;
class Notice;
class RecipeForm;
class RunsModel;
class Theme;

/// The recipe on the left, the runs and the live curves of the chosen one on the right.
class TrainPanel : public QWidget
{
    Q_OBJECT
public:
    TrainPanel(ProjectDocument& document, ViewState& view, JobList& jobs, RunList& runs, const Theme& theme,
               QWidget* parent = nullptr);

    void start();
    void stopRun();
    void pauseRun();
    void resumeRun();

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeRecipeSide(const Theme& theme);
    QWidget* makeRunsSide(const Theme& theme);
    void updateReadiness();
    void chooseRecipe();
    void runsChanged();
    void showRun(const QString& runId);
    void updateRun();
    void append(const RunSeries::Batch& points);
    void control(JobWorker::Control control);
    void startJob(const std::string& runId, const std::string& device, bool isResumed);
    void showError(const Error& error);
    [[nodiscard]] const JobView* liveJob() const;

    ProjectDocument& m_document;
    ViewState& m_view;
    JobList& m_jobs;
    RunList& m_runs;
    std::optional<Missing> m_missing;
    std::unique_ptr<RunSeries> m_series;
    std::map<QString, int> m_curves;
    QString m_run;
    Notice* m_needs = nullptr;
    Notice* m_notice = nullptr;
    QComboBox* m_recipes = nullptr;
    RecipeForm* m_form = nullptr;
    QPushButton* m_start = nullptr;
    RunsModel* m_model = nullptr;
    QTreeView* m_table = nullptr;
    QStackedWidget* m_stack = nullptr;
    EmptyState* m_empty = nullptr;
    QLabel* m_title = nullptr;
    QLabel* m_progressText = nullptr;
    QProgressBar* m_progress = nullptr;
    QPushButton* m_pause = nullptr;
    QPushButton* m_stop = nullptr;
    QPushButton* m_resume = nullptr;
    QPushButton* m_evaluate = nullptr;
    CurvePlot* m_loss = nullptr;
    CurvePlot* m_accuracy = nullptr;
    QTimer* m_delay = nullptr;
};

} // namespace trainyard::widgets
