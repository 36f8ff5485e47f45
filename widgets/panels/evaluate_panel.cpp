// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/evaluate_panel.h"

#include "core/evaluation/comparison.h"
#include "widgets/bridge/background.h"
#include "widgets/bridge/error_text.h"
#include "widgets/bridge/readiness.h"
#include "widgets/bridge/text.h"
#include "widgets/elements/controls.h"
#include "widgets/elements/empty_state.h"
#include "widgets/elements/notice.h"
#include "widgets/item_models/runs_model.h"
#include "widgets/plots/bar_chart.h"
#include "widgets/views/confusion_view.h"

#include <QDesktopServices>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QTreeView>
#include <QUrl>
#include <QVBoxLayout>

namespace trainyard::widgets {

EvaluatePanel::EvaluatePanel(ProjectDocument& document, ViewState& view, JobList& jobs, RunList& runs,
                             ThumbnailSource& thumbnails, const Theme& theme, QWidget* parent)
    : QWidget(parent), m_document(document), m_view(view), m_jobs(jobs), m_runs(runs), m_theme(theme),
      m_cells(document, theme), m_model(new RunsModel(runs, this)), m_notice(new Notice(theme))
{
    m_model->setModelsOnly(true);
    m_model->setCheckable(true);
    auto* splitter = new QSplitter;
    splitter->setObjectName(QStringLiteral("evaluateSplitter"));
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(makeRunsSide());
    splitter->addWidget(makeReport());
    splitter->addWidget(makePicturesSide(thumbnails));
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({380, 540, 300});
    m_empty = new EmptyState(theme.icon(QStringLiteral("evaluate"), "textMuted"));
    m_stack = new QStackedWidget;
    m_stack->addWidget(splitter);
    m_stack->addWidget(m_empty);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_notice);
    layout->addWidget(m_stack, 1);
    m_empty->setMessage(
        tr("No trained run yet"),
        tr("Here you see what a run is worth: figures with intervals, the confusion matrix and the "
           "pictures behind every figure."),
        tr("Train a network"));
    connect(m_empty, &EmptyState::clicked, this, [this] { m_view.show(Workspace::Train); });
    connect(m_notice, &Notice::clicked, this, [this] {
        m_view.show(Workspace::Data);
        m_view.requestAction(QStringLiteral("data.split"));
    });
    connect(&runs, &RunList::changed, this, &EvaluatePanel::runsChanged);
    connect(&view, &ViewState::currentRunChanged, this, &EvaluatePanel::showRun);
    connect(&jobs, &JobList::changed, this, &EvaluatePanel::updateButtons);
    connect(m_model, &RunsModel::checkedChanged, this, &EvaluatePanel::updateButtons);
    runsChanged();
}

QWidget* EvaluatePanel::makeRunsSide()
{
    QFrame* side = makeFrame("sideLeft");
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 12, 0, 12);
    layout->setSpacing(8);
    auto* head = new QVBoxLayout;
    head->setContentsMargins(16, 0, 16, 0);
    head->addWidget(makeLabel(tr("Runs"), "heading"));
    head->addWidget(makeText(tr("Choose one to see its report; tick two to compare them."), "muted"));
    layout->addLayout(head);
    m_table = makeTable(tr("Runs that can be evaluated"));
    m_table->setModel(m_model);
    m_table->setProperty("bare", true);
    m_table->hideColumn(RunsModel::State);
    m_table->hideColumn(RunsModel::Progress);
    m_table->setColumnWidth(RunsModel::Name, 170);
    layout->addWidget(m_table, 1);
    auto* foot = new QVBoxLayout;
    foot->setContentsMargins(16, 0, 16, 0);
    m_evaluate = makePrimaryButton(tr("Evaluate on the test set"),
                                   m_theme.icon(QStringLiteral("evaluate"), "accentText"));
    m_compare = makeButton(tr("Compare the ticked runs"));
    foot->addWidget(m_evaluate);
    foot->addWidget(m_compare);
    layout->addLayout(foot);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) { m_view.setCurrentRun(m_model->runId(index)); });
    connect(m_evaluate, &QPushButton::clicked, this, &EvaluatePanel::evaluateChosen);
    connect(m_compare, &QPushButton::clicked, this, &EvaluatePanel::compare);
    return side;
}

QWidget* EvaluatePanel::makeReport()
{
    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(16, 12, 16, 16);
    layout->setSpacing(8);
    m_comparison = makeFrame("card");
    auto* comparison = new QVBoxLayout(m_comparison);
    comparison->addWidget(makeLabel(tr("Comparison"), "heading"));
    m_verdict = makeText({});
    m_comparisonText = makeText({}, "muted");
    m_flippedButton = makeButton(tr("Show what differs"));
    comparison->addWidget(m_verdict);
    comparison->addWidget(m_comparisonText);
    comparison->addWidget(m_flippedButton, 0, Qt::AlignLeft);
    m_comparison->hide();
    layout->addWidget(m_comparison);
    auto* top = new QHBoxLayout;
    m_accuracy = makeLabel({}, "figure");
    m_accuracyText = makeText({}, "muted");
    m_open = makeButton(tr("Open the report"), m_theme.icon(QStringLiteral("open")));
    m_open->setToolTip(tr("Opens the page to print or send, in your browser"));
    top->addWidget(m_accuracy);
    top->addWidget(m_accuracyText, 1);
    top->addWidget(m_open, 0, Qt::AlignTop);
    layout->addLayout(top);
    m_figures = makeText({}, "muted");
    layout->addWidget(m_figures);
    layout->addSpacing(8);
    layout->addWidget(makeLabel(tr("Recall of each class"), "heading"));
    m_perClass = new BarChart;
    m_perClass->setAccessibleName(tr("Recall of each class"));
    layout->addWidget(m_perClass);
    layout->addSpacing(8);
    layout->addWidget(makeLabel(tr("Confusion matrix"), "heading"));
    layout->addWidget(makeText(tr("A click on a cell shows its pictures."), "muted"));
    m_confusion = new ConfusionView;
    m_confusion->setMinimumHeight(220);
    layout->addWidget(m_confusion, 1);
    QScrollArea* scroll = makeScrollArea(content, true);
    connect(m_open, &QPushButton::clicked, this, &EvaluatePanel::openReport);
    connect(m_confusion, &ConfusionView::cellActivated, this, &EvaluatePanel::showCell);
    connect(m_perClass, &BarChart::activated, this, [this](int index) { showCell(index, index); });
    connect(m_flippedButton, &QPushButton::clicked, this,
            [this] { showPictures(m_flipped, tr("One model right, the other wrong")); });
    return scroll;
}

QWidget* EvaluatePanel::makePicturesSide(ThumbnailSource& thumbnails)
{
    QFrame* side = makeFrame("side");
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 12, 0, 0);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(16, 0, 16, 0);
    m_picturesTitle = makeText(tr("Pictures"), "heading");
    QPushButton* mistakes = makeFlatButton(tr("Worst mistakes"));
    head->addWidget(m_picturesTitle, 1);
    head->addWidget(mistakes);
    layout->addLayout(head);
    m_gallery = new GalleryView;
    m_gallery->setAccessibleName(tr("Pictures behind the figure"));
    m_gallery->setFrameShape(QFrame::NoFrame);
    m_gallery->setThumbnails(&thumbnails);
    m_gallery->setCellSource([this](ItemId item) { return m_cells.cell(item); });
    m_gallery->setEmptyText(tr("Choose a cell of the matrix"));
    m_gallery->setPictureEdge(96);
    layout->addWidget(m_gallery, 1);
    connect(mistakes, &QPushButton::clicked, this, [this] {
        if (m_evaluation)
            showPictures(mistakenItems(*m_evaluation), tr("Worst mistakes"));
    });
    connect(m_gallery, &GalleryView::activated, &m_view, &ViewState::openInLabel);
    return side;
}

void EvaluatePanel::runsChanged()
{
    const bool hasRuns = m_model->rowCount() > 0;
    m_stack->setCurrentIndex(hasRuns ? 0 : 1);
    if (hasRuns && !m_model->indexOf(m_run).isValid()) {
        const QModelIndex wanted = m_model->indexOf(m_view.currentRun());
        m_table->setCurrentIndex(wanted.isValid() ? wanted : m_model->index(0, 0));
        showRun(m_model->runId(m_table->currentIndex()));
    } else if (const RunEntry* run = m_runs.run(m_run);
               run != nullptr && run->newest &&
               (!m_evaluation || m_evaluation->folder != run->newest->folder)) {
        load(*run->newest);
    }
    updateButtons();
}

void EvaluatePanel::showRun(const QString& runId)
{
    const QModelIndex index = m_model->indexOf(runId);
    if (!index.isValid() || runId == m_run)
        return;
    m_run = runId;
    m_table->setCurrentIndex(index);
    m_evaluation.reset();
    m_comparison->hide();
    const RunEntry* run = m_runs.run(runId);
    if (run->newest)
        load(*run->newest);
    showReport();
    updateButtons();
}

void EvaluatePanel::load(const EvaluationSummary& summary)
{
    runInBackground(
        this, [folder = summary.folder] { return loadEvaluation(folder); },
        [this, run = m_run](Result<Evaluation> evaluation) {
            if (run != m_run)
                return;
            if (!evaluation)
                return showError(evaluation.error());
            m_evaluation = std::make_shared<const Evaluation>(std::move(*evaluation));
            showReport();
            showPictures(mistakenItems(*m_evaluation), tr("Worst mistakes"));
        });
}

void EvaluatePanel::showReport()
{
    m_open->setEnabled(m_evaluation != nullptr);
    if (!m_evaluation) {
        m_accuracy->setText(tr("Not evaluated yet"));
        m_accuracyText->clear();
        m_figures->setText(
            tr("Press \"Evaluate on the test set\": the run answers for pictures that it never saw."));
        m_perClass->setBars({});
        m_confusion->setMatrix({}, {});
        m_gallery->setItems({});
        return;
    }
    const ClassificationReport& report = m_evaluation->report;
    m_accuracy->setText(percentText(report.accuracy));
    m_accuracyText->setText(
        tr("accuracy on %1 pictures of the %2 set; 95 % interval %3 – %4%5")
            .arg(countText(report.n), shown(m_evaluation->predictions.split),
                 percentText(report.accuracyInterval.low), percentText(report.accuracyInterval.high),
                 report.isClustered ? tr(" (pictures of one group counted together)") : QString()));
    QStringList figures;
    if (report.macroF1)
        figures << tr("macro F1 %1").arg(QLocale().toString(*report.macroF1, 'f', 3));
    if (report.balancedAccuracy)
        figures << tr("balanced accuracy %1").arg(percentText(*report.balancedAccuracy));
    figures << tr("mean loss %1").arg(QLocale().toString(report.meanLoss, 'f', 3));
    if (report.undefinedClasses > 0)
        figures << tr("%1 classes without a figure").arg(report.undefinedClasses);
    m_figures->setText(figures.join(QStringLiteral(" · ")));
    QStringList labels;
    std::vector<Bar> bars;
    for (const ClassFigures& figures : report.classes) {
        labels << shown(figures.name);
        const ItemClass* itemClass = m_document.project().classByName(figures.name);
        bars.push_back({shown(figures.name), figures.recall.value_or(0),
                        figures.recall
                            ? tr("%1 of %2").arg(percentText(*figures.recall), countText(figures.support))
                            : tr("none in the set"),
                        itemClass != nullptr ? m_theme.classColour(*itemClass) : QColor()});
    }
    m_perClass->setBars(std::move(bars));
    m_confusion->setMatrix(labels, report.confusion);
}

void EvaluatePanel::showCell(int truth, int answer)
{
    if (!m_evaluation)
        return;
    const auto& labels = m_evaluation->predictions.labels;
    const auto name = [&](int label) { return shown(labels[static_cast<std::size_t>(label)]); };
    showPictures(cellItems(*m_evaluation, truth, answer),
                 truth == answer ? tr("%1, answered right").arg(name(truth))
                                 : tr("%1, answered %2").arg(name(truth), name(answer)));
}

void EvaluatePanel::showPictures(std::vector<ItemId> items, const QString& title)
{
    std::erase_if(items, [this](ItemId item) { return m_document.project().column(item) == nullptr; });
    m_picturesTitle->setText(tr("%1 (%2)").arg(title, countText(static_cast<std::int64_t>(items.size()))));
    m_gallery->setItems(std::move(items));
}

void EvaluatePanel::evaluateChosen()
{
    if (const auto missing = missingForEvaluation(m_document.project())) {
        m_notice->show(Notice::Kind::Warning, missing->title + QStringLiteral(". ") + missing->text,
                       missing->buttonText);
        return;
    }
    if (!m_evaluate->isEnabled())
        return;
    const auto id =
        m_jobs.start(evaluateJob(m_jobs.owner(), toUtf8(m_run), std::string(splitName(Split::Test))));
    if (!id)
        showError(id.error());
    else
        m_notice->hide();
}

void EvaluatePanel::compare()
{
    const QStringList chosen = m_model->checkedRuns();
    if (chosen.size() != 2)
        return;
    const QString other = chosen[0] == m_run ? chosen[1] : chosen[0];
    if (!chosen.contains(m_run))
        showRun(chosen[1]);
    const RunEntry* first = m_runs.run(m_run);
    const RunEntry* second = m_runs.run(other);
    if (first == nullptr || second == nullptr || !first->newest || !second->newest)
        return;
    const QString nameA = first->name();
    const QString nameB = second->name();
    runInBackground(
        this,
        [a = first->newest->folder, b = second->newest->folder, nameA = toUtf8(nameA),
         nameB = toUtf8(nameB)]() -> Result<Comparison> {
            TRAINYARD_TRY(const Predictions left, loadPredictions(a / "predictions.h5"));
            TRAINYARD_TRY(const Predictions right, loadPredictions(b / "predictions.h5"));
            return compareModels(left, nameA, right, nameB);
        },
        [this, nameA, nameB](Result<Comparison> comparison) {
            if (!comparison)
                return showError(comparison.error());
            m_verdict->setText(shown(comparison->verdict));
            m_comparisonText->setText(
                tr("%1: %2 (%3 – %4)\n%5: %6 (%7 – %8)\n%9")
                    .arg(nameA, percentText(comparison->accuracyA), percentText(comparison->intervalA.low),
                         percentText(comparison->intervalA.high), nameB, percentText(comparison->accuracyB),
                         percentText(comparison->intervalB.low), percentText(comparison->intervalB.high),
                         tr("%1 on %2 pictures that both answered; p = %3; only the first right %4, only the "
                            "second %5")
                             .arg(shown(comparison->test), countText(comparison->common),
                                  QLocale().toString(comparison->pValue, 'g', 2),
                                  countText(comparison->aRightBWrong), countText(comparison->aWrongBRight))));
            m_flipped = comparison->flipped;
            m_flippedButton->setEnabled(!m_flipped.empty());
            m_comparison->show();
        });
}

void EvaluatePanel::updateButtons()
{
    const RunEntry* run = m_runs.run(m_run);
    const bool isBusy = m_jobs.liveJob("evaluate") != nullptr;
    m_evaluate->setText(isBusy ? tr("Evaluating…") : tr("Evaluate on the test set"));
    m_evaluate->setEnabled(run != nullptr && run->hasModel() && !isBusy && !m_document.isReadOnly());
    const QStringList chosen = m_model->checkedRuns();
    bool canCompare = chosen.size() == 2;
    for (const QString& id : chosen) {
        const RunEntry* entry = m_runs.run(id);
        canCompare = canCompare && entry != nullptr && entry->newest;
    }
    m_compare->setEnabled(canCompare);
    m_compare->setToolTip(canCompare ? QString() : tr("Tick two runs that are both evaluated"));
}

void EvaluatePanel::openReport()
{
    if (m_evaluation)
        QDesktopServices::openUrl(
            QUrl::fromLocalFile(QString::fromStdString((m_evaluation->folder / "report.html").native())));
}

void EvaluatePanel::showError(const Error& error)
{
    const ErrorText words = errorText(error);
    m_notice->show(Notice::Kind::Bad, words.sentence, {}, words.details);
}

} // namespace trainyard::widgets
