// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/train_panel.h"

#include "widgets/bridge/error_text.h"
#include "widgets/bridge/text.h"
#include "widgets/bridge/theme.h"
#include "widgets/elements/controls.h"
#include "widgets/elements/empty_state.h"
#include "widgets/elements/notice.h"
#include "widgets/forms/recipe_form.h"
#include "widgets/item_models/runs_model.h"
#include "widgets/plots/curve_plot.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QTimer>
#include <QTreeView>
#include <QVBoxLayout>

namespace trainyard::widgets {

namespace {

struct RecipeWords
{
    const char* name;
    const char* text;
};

constexpr RecipeWords kRecipes[] = {
    {"transfer", QT_TRANSLATE_NOOP("recipes", "Fine-tune a trained network")},
    {"linear-probe", QT_TRANSLATE_NOOP("recipes", "Only the last layer (fast)")},
    {"cifar-quick", QT_TRANSLATE_NOOP("recipes", "Small pictures from scratch")},
};

QString recipeTitle(const std::string& name)
{
    for (const RecipeWords& words : kRecipes)
        if (name == words.name)
            return QCoreApplication::translate("recipes", words.text);
    return shown(name);
}

/// The form's labels, editors and scroll bar side by side.
constexpr int kRecipeWidth = 410;

/// Where a series belongs, and how it is drawn.
enum class Place { Loss, Accuracy, Nowhere };

Place placeOf(const QString& series)
{
    if (series.contains(QLatin1String("loss")))
        return Place::Loss;
    if (series.contains(QLatin1String("accuracy")))
        return Place::Accuracy;
    return Place::Nowhere;
}

} // namespace

TrainPanel::TrainPanel(ProjectDocument& document, ViewState& view, JobList& jobs, RunList& runs,
                       const Theme& theme, QWidget* parent)
    : QWidget(parent), m_document(document), m_view(view), m_jobs(jobs), m_runs(runs),
      m_needs(new Notice(theme)), m_notice(new Notice(theme)), m_delay(new QTimer(this))
{
    auto* splitter = new QSplitter;
    splitter->setObjectName(QStringLiteral("trainSplitter"));
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(makeRecipeSide(theme));
    splitter->addWidget(makeRunsSide(theme));
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({kRecipeWidth, 800});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_needs);
    layout->addWidget(m_notice);
    layout->addWidget(splitter, 1);
    m_delay->setSingleShot(true);
    m_delay->setInterval(200);
    connect(m_delay, &QTimer::timeout, this, &TrainPanel::updateReadiness);
    connect(&document, &ProjectDocument::changed, this, [this](const Change& change) {
        if (changesItems(change) || isChange<ClassesChanged>(change))
            startOnce(*m_delay);
    });
    connect(m_needs, &Notice::clicked, this, [this] {
        if (!m_missing)
            return;
        m_view.show(m_missing->where);
        if (!m_missing->action.isEmpty())
            m_view.requestAction(m_missing->action);
    });
    connect(&runs, &RunList::changed, this, &TrainPanel::runsChanged);
    connect(&view, &ViewState::currentRunChanged, this, &TrainPanel::showRun);
    connect(&jobs, &JobList::changed, this, [this](const QString& id) {
        const JobView* job = m_jobs.job(id);
        if (job != nullptr && QString::fromStdString(job->request.runId) == m_run)
            updateRun();
    });
    updateReadiness();
    chooseRecipe();
    runsChanged();
}

QWidget* TrainPanel::makeRecipeSide(const Theme& theme)
{
    QFrame* side = makeFrame("sideLeft");
    side->setMinimumWidth(kRecipeWidth);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 12, 0, 12);
    layout->setSpacing(8);
    auto* head = new QVBoxLayout;
    head->setContentsMargins(16, 0, 16, 0);
    head->addWidget(makeLabel(tr("Recipe"), "heading"));
    m_recipes = makeComboBox(tr("Start from"));
    for (const std::string& name : recipeNames())
        m_recipes->addItem(recipeTitle(name), QString::fromStdString(name));
    head->addWidget(m_recipes);
    layout->addLayout(head);
    m_form = new RecipeForm;
    QScrollArea* scroll = makeScrollArea(m_form);
    layout->addWidget(scroll, 1);
    m_start = makePrimaryButton(tr("Start training"), theme.icon(QStringLiteral("play"), "accentText"));
    auto* foot = new QHBoxLayout;
    foot->setContentsMargins(16, 0, 16, 0);
    foot->addWidget(m_start, 1);
    layout->addLayout(foot);
    connect(m_recipes, &QComboBox::currentIndexChanged, this, &TrainPanel::chooseRecipe);
    connect(m_form, &RecipeForm::changed, this, &TrainPanel::updateReadiness);
    connect(m_start, &QPushButton::clicked, this, &TrainPanel::start);
    return side;
}

QWidget* TrainPanel::makeRunsSide(const Theme& theme)
{
    m_model = new RunsModel(m_runs, this);
    m_table = makeTable(tr("Runs"));
    m_table->setModel(m_model);
    m_table->setProperty("bare", true);
    m_table->setColumnWidth(RunsModel::Name, 320);
    m_table->setColumnWidth(RunsModel::State, 90);
    m_table->setColumnWidth(RunsModel::Progress, 150);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(16, 8, 16, 0);
    m_title = makeLabel({}, "heading");
    m_progressText = makeLabel({}, "muted");
    m_progressText->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_progress = new QProgressBar;
    m_progress->setTextVisible(false);
    m_progress->setFixedWidth(140);
    m_progress->setAccessibleName(tr("Progress of the run"));
    m_pause = makeButton(tr("Pause"), theme.icon(QStringLiteral("pause")));
    m_stop = makeButton(tr("Stop"), theme.icon(QStringLiteral("stop")));
    m_resume = makeButton(tr("Go on"), theme.icon(QStringLiteral("play")));
    m_evaluate = makeButton(tr("Evaluate"), theme.icon(QStringLiteral("evaluate")));
    m_pause->setToolTip(tr("Keep a checkpoint and free the memory; the run can go on later"));
    head->addWidget(m_title);
    head->addWidget(m_progress);
    head->addWidget(m_progressText, 1);
    for (QPushButton* button : {m_pause, m_stop, m_resume, m_evaluate})
        head->addWidget(button);
    m_loss = new CurvePlot;
    m_loss->setAxisLabels(tr("step"), tr("loss"));
    m_loss->setEmptyText(tr("The loss appears with the first step"));
    m_loss->setAccessibleName(tr("Loss by step"));
    m_accuracy = new CurvePlot;
    m_accuracy->setAxisLabels(tr("step"), tr("accuracy"));
    m_accuracy->setEmptyText(tr("The accuracy appears after the first epoch"));
    m_accuracy->setAccessibleName(tr("Accuracy by step"));
    auto* plots = new QSplitter(Qt::Vertical);
    plots->setObjectName(QStringLiteral("plotsSplitter"));
    plots->addWidget(m_loss);
    plots->addWidget(m_accuracy);
    auto* run = new QWidget;
    auto* runLayout = new QVBoxLayout(run);
    runLayout->setContentsMargins(0, 0, 0, 0);
    runLayout->addLayout(head);
    runLayout->addWidget(plots, 1);
    auto* both = new QSplitter(Qt::Vertical);
    both->setObjectName(QStringLiteral("runsSplitter"));
    both->setChildrenCollapsible(false);
    both->addWidget(m_table);
    both->addWidget(run);
    both->setSizes({150, 500});
    both->setStretchFactor(1, 1);
    m_empty = new EmptyState(theme.icon(QStringLiteral("train"), "textMuted"));
    m_empty->setMessage(tr("No runs yet"),
                        tr("Choose a recipe on the left and start. The curves appear here while it "
                           "learns, and the run goes on when the window is closed."),
                        tr("Start training"));
    m_stack = new QStackedWidget;
    m_stack->addWidget(both);
    m_stack->addWidget(m_empty);
    connect(m_empty, &EmptyState::clicked, this, &TrainPanel::start);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) { m_view.setCurrentRun(m_model->runId(index)); });
    connect(m_pause, &QPushButton::clicked, this, &TrainPanel::pauseRun);
    connect(m_stop, &QPushButton::clicked, this, &TrainPanel::stopRun);
    connect(m_resume, &QPushButton::clicked, this, &TrainPanel::resumeRun);
    connect(m_evaluate, &QPushButton::clicked, this, [this] {
        m_view.show(Workspace::Evaluate);
        m_view.requestAction(QStringLiteral("evaluate.run"));
    });
    return m_stack;
}

void TrainPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    updateReadiness();
}

void TrainPanel::updateReadiness()
{
    m_missing = missingForTraining(m_document.project());
    const bool isReady = !m_missing && m_form->isValid() && !m_document.isReadOnly();
    m_start->setEnabled(isReady);
    m_empty->button()->setEnabled(isReady);
    if (m_missing)
        m_needs->show(Notice::Kind::Warning, m_missing->title + QStringLiteral(". ") + m_missing->text,
                      m_missing->buttonText);
    else
        m_needs->hide();
}

void TrainPanel::chooseRecipe()
{
    const auto recipe = namedRecipe(toUtf8(m_recipes->currentData().toString()));
    if (recipe)
        m_form->setRecipe(*recipe);
    updateReadiness();
}

void TrainPanel::runsChanged()
{
    const bool hasRuns = !m_runs.runs().empty();
    m_stack->setCurrentIndex(hasRuns ? 0 : 1);
    if (!hasRuns)
        return;
    if (m_runs.run(m_run) == nullptr) {
        const QString wanted = m_view.currentRun();
        if (m_run.isEmpty() && !wanted.isEmpty() && m_runs.run(wanted) == nullptr)
            return; // startJob() made it after this list was read: no other one is shown instead
        m_table->setCurrentIndex(m_runs.run(wanted) != nullptr ? m_model->indexOf(wanted)
                                                               : m_model->index(0, 0));
        showRun(m_model->runId(m_table->currentIndex()));
    }
    updateRun();
}

void TrainPanel::showRun(const QString& runId)
{
    const RunEntry* run = m_runs.run(runId);
    if (run == nullptr || runId == m_run)
        return;
    m_run = runId;
    m_table->setCurrentIndex(m_model->indexOf(runId));
    m_loss->clear();
    m_accuracy->clear();
    m_curves.clear();
    m_series = std::make_unique<RunSeries>(run->status.folder);
    connect(m_series.get(), &RunSeries::appended, this, &TrainPanel::append);
    connect(m_series.get(), &RunSeries::restarted, this, [this] {
        m_loss->clear();
        m_accuracy->clear();
        m_curves.clear();
    });
    updateRun();
}

void TrainPanel::append(const RunSeries::Batch& points)
{
    for (const auto& [name, series] : points) {
        const Place place = placeOf(name);
        if (place == Place::Nowhere)
            continue;
        CurvePlot* plot = place == Place::Loss ? m_loss : m_accuracy;
        auto curve = m_curves.find(name);
        if (curve == m_curves.end())
            curve = m_curves.emplace(name, plot->addCurve(name)).first;
        plot->append(curve->second, series.steps, series.values);
    }
}

const JobView* TrainPanel::liveJob() const
{
    return m_run.isEmpty() ? nullptr : m_jobs.liveJob("train", toUtf8(m_run));
}

void TrainPanel::updateRun()
{
    const RunEntry* run = m_runs.run(m_run);
    if (run == nullptr) { // one has just been made and is not in the list yet
        for (QPushButton* button : {m_pause, m_stop, m_resume, m_evaluate})
            button->hide();
        return;
    }
    const JobView* job = liveJob();
    const bool isEditable = !m_document.isReadOnly();
    const std::string state = job != nullptr ? std::string(jobStateName(job->state)) : run->status.state;
    m_title->setText(run->name());
    m_progress->setVisible(job != nullptr);
    if (job != nullptr) {
        m_progress->setRange(0, job->share() < 0 ? 0 : 1000);
        if (job->share() >= 0)
            m_progress->setValue(static_cast<int>(job->share() * 1000));
        m_progressText->setText(job->state == JobState::Queued
                                    ? tr("waiting for its device; it begins with the labels of that moment")
                                    : jobProgressText(*job));
    } else {
        QString text = runStateText(state);
        if (run->newest)
            text += tr(" · test accuracy %1").arg(percentText(run->newest->accuracy));
        m_progressText->setText(text);
    }
    m_pause->setVisible(job != nullptr);
    m_stop->setVisible(job != nullptr);
    const bool canGoOn = job == nullptr && run->status.state != "done" && run->status.state != "queued";
    m_resume->setVisible(canGoOn);
    m_evaluate->setVisible(job == nullptr && run->hasModel());
    for (QPushButton* button : {m_pause, m_stop, m_resume})
        button->setEnabled(isEditable);
    if (m_series)
        m_series->setLive(job != nullptr);
}

void TrainPanel::start()
{
    if (!m_start->isEnabled())
        return;
    const Recipe recipe = m_form->recipe();
    const auto runId = createRun(m_document.folder(), recipe);
    if (!runId)
        return showError(runId.error());
    startJob(*runId, recipe.device, false);
}

void TrainPanel::startJob(const std::string& runId, const std::string& device, bool isResumed)
{
    const auto job = m_jobs.start(trainJob(m_jobs.owner(), runId, device, isResumed));
    if (!job)
        return showError(job.error());
    m_notice->hide();
    m_view.setCurrentRun(QString::fromStdString(runId));
    m_run.clear(); // shown again once the list has it
    updateRun();
    m_runs.reload();
}

void TrainPanel::control(JobWorker::Control control)
{
    const JobView* job = liveJob();
    if (job == nullptr)
        return;
    if (const auto asked = m_jobs.control(job->id, control); !asked)
        showError(asked.error());
}

void TrainPanel::stopRun()
{
    control(JobWorker::Control::Stop);
}

void TrainPanel::pauseRun()
{
    control(JobWorker::Control::Pause);
}

void TrainPanel::resumeRun()
{
    const RunEntry* run = m_runs.run(m_run);
    if (run != nullptr && m_resume->isVisibleTo(this))
        startJob(toUtf8(m_run), run->recipe.device, true);
}

void TrainPanel::showError(const Error& error)
{
    const ErrorText words = errorText(error);
    m_notice->show(Notice::Kind::Bad, words.whole(), {}, words.details);
}

} // namespace trainyard::widgets
