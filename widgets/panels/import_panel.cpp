// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/import_panel.h"

#include "widgets/bridge/error_text.h"
#include "widgets/bridge/text.h"
#include "widgets/bridge/theme.h"
#include "widgets/elements/controls.h"
#include "widgets/elements/item_cells.h"
#include "widgets/elements/notice.h"
#include "widgets/plots/bar_chart.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

namespace trainyard::widgets {

ImportPanel::ImportPanel(ProjectDocument& document, JobList& jobs, const Theme& theme, QWidget* parent)
    : QWidget(parent), m_document(document), m_jobs(jobs), m_notice(new Notice(theme, Notice::Shape::Narrow)),
      m_source(makeText({}, "muted")), m_counts(makeText({})), m_busy(new QProgressBar),
      m_classes(new BarChart), m_notes(makeText({}, "muted")),
      m_copy(new QCheckBox(tr("Copy them into the project"))),
      m_crops(new QCheckBox(tr("Cut out each labelled box"))), m_perClass(new QSpinBox),
      m_perClassRow(new QWidget), m_questions(new QFormLayout), m_space(makeText({}, "muted")),
      m_start(makePrimaryButton(tr("Import"), theme.icon(QStringLiteral("import"), "accentText")))
{
    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(16, 12, 16, 16);
    layout->setSpacing(8);
    auto* titleRow = new QHBoxLayout;
    titleRow->addWidget(makeLabel(tr("Import"), "heading"), 1);
    QToolButton* close = makeIconButton(theme.icon(QStringLiteral("close")), tr("Close"));
    titleRow->addWidget(close);
    layout->addLayout(titleRow);
    layout->addWidget(m_source);
    layout->addWidget(m_busy);
    layout->addWidget(m_notice);
    layout->addWidget(m_counts);
    layout->addWidget(m_classes);
    layout->addWidget(m_notes);
    layout->addSpacing(8);
    layout->addWidget(m_copy);
    layout->addWidget(m_crops);
    auto* perClassLayout = new QHBoxLayout(m_perClassRow);
    perClassLayout->setContentsMargins(24, 0, 0, 0);
    perClassLayout->addWidget(makeLabel(tr("At most of each class")));
    perClassLayout->addWidget(m_perClass, 1);
    layout->addWidget(m_perClassRow);
    layout->addLayout(m_questions);
    layout->addWidget(m_space);
    layout->addWidget(m_start);
    layout->addStretch(1);
    QScrollArea* scroll = makeScrollArea(content);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);

    m_busy->setTextVisible(false);
    m_busy->setAccessibleName(tr("Looking through the folder"));
    m_classes->setAccessibleName(tr("Classes in the folder"));
    m_copy->setAccessibleName(m_copy->text());
    m_copy->setToolTip(tr("Else they stay where they are, and the project remembers their place"));
    m_crops->setAccessibleName(m_crops->text());
    m_perClass->setRange(0, 1'000'000);
    m_perClass->setButtonSymbols(QAbstractSpinBox::NoButtons);
    m_perClass->setSpecialValueText(tr("all"));
    m_perClass->setAccessibleName(tr("At most so many boxes of each class"));
    connect(close, &QToolButton::clicked, this, &ImportPanel::closed);
    connect(m_start, &QPushButton::clicked, this, &ImportPanel::start);
    connect(m_copy, &QCheckBox::toggled, this, &ImportPanel::askForPlan);
    connect(m_crops, &QCheckBox::toggled, this, &ImportPanel::askForPlan);
    connect(&jobs, &JobList::ended, this, &ImportPanel::planEnded);
    connect(&jobs, &JobList::changed, this, [this](const QString& id) {
        const JobView* job = m_jobs.job(id);
        if (id == m_planJob && job != nullptr && job->isLive())
            m_counts->setText(tr("Looking through the folder: %1").arg(jobProgressText(*job)));
    });
}

void ImportPanel::setSource(const std::filesystem::path& source)
{
    m_request = ImportRequest{};
    m_request.source = source;
    m_source->setText(shortPath(source, 120));
    for (QCheckBox* box : {m_copy, m_crops}) {
        const QSignalBlocker quiet(box);
        box->setChecked(false);
    }
    m_perClass->setValue(0);
    m_crops->hide();
    m_classes->setBars({});
    m_notes->clear();
    askForPlan();
}

void ImportPanel::askForPlan()
{
    readOptions();
    m_perClassRow->setVisible(m_crops->isVisibleTo(this) && m_crops->isChecked());
    m_notice->hide();
    m_start->setEnabled(false);
    m_busy->setRange(0, 0);
    m_busy->show();
    const auto id = m_jobs.start(importPlanJob(m_jobs.owner(), m_request));
    if (!id)
        showError(id.error());
    else
        m_planJob = *id;
}

void ImportPanel::planEnded(const QString& jobId)
{
    if (jobId != m_planJob)
        return;
    m_planJob.clear();
    const JobView* job = m_jobs.job(jobId);
    if (job->state != JobState::Done || !job->outcome) {
        showError(Error{ErrorCode::Refused, toUtf8(jobResultText(*job)), {}});
        return;
    }
    const auto plan = importPlanFromJson(jsonValue<Json>(*job->outcome, "result", Json::object()));
    if (!plan)
        showError(plan.error());
    else
        showPlan(*plan);
}

void ImportPanel::showPlan(const ImportPlan& plan)
{
    m_busy->hide();
    QStringList parts{tr("%1 pictures").arg(countText(plan.pictures))};
    if (plan.labelFiles > 0)
        parts << tr("%1 label files").arg(countText(plan.labelFiles));
    if (plan.boxes > 0)
        parts << tr("%1 boxes").arg(countText(plan.boxes));
    for (const auto& [split, count] : plan.splits)
        parts << tr("%1 marked %2").arg(countText(count), splitText(split));
    m_counts->setText(shown(plan.formatTitle) + QStringLiteral(": ") + parts.join(QStringLiteral(", ")));
    std::vector<Bar> bars;
    for (const auto& [name, count] : plan.classes)
        bars.push_back({shown(name), static_cast<double>(count), countText(count), {}});
    m_classes->setBars(std::move(bars));
    m_classes->setVisible(!plan.classes.empty());
    QStringList notes;
    if (plan.knownItems > 0) {
        notes << tr("%1 pictures are new, %2 are in the project already; the labels of %3 differ.")
                     .arg(countText(plan.newItems), countText(plan.knownItems),
                          countText(plan.differingItems));
        notes << tr("Labels: %1 added, %2 changed, %3 removed, %4 the same, %5 left as the project has them.")
                     .arg(countText(plan.labels.added), countText(plan.labels.changed),
                          countText(plan.labels.removed), countText(plan.labels.same),
                          countText(plan.labels.left));
    }
    for (const std::string& note : plan.notes)
        notes << shown(note);
    m_notes->setText(notes.join(QLatin1Char('\n')));
    m_notes->setVisible(!notes.isEmpty());
    m_crops->setVisible(plan.boxes > 0);
    m_perClassRow->setVisible(plan.boxes > 0 && m_crops->isChecked());
    showQuestions(plan);
    const bool fits = plan.bytesNeeded <= plan.bytesFree;
    m_space->setText(tr("Needs %1 of %2 free on the project's disk.")
                         .arg(bytesText(plan.bytesNeeded), bytesText(plan.bytesFree)));
    if (!fits)
        m_notice->show(Notice::Kind::Bad, tr("There is not enough room on the project's disk."));
    else if (plan.pictures == 0)
        m_notice->show(Notice::Kind::Warning, tr("There are no pictures in this folder."));
    m_start->setText(tr("Import %1 pictures").arg(countText(plan.pictures)));
    if (m_crops->isChecked())
        m_start->setText(tr("Import the boxes"));
    m_start->setEnabled(fits && plan.pictures > 0);
}

void ImportPanel::showQuestions(const ImportPlan& plan)
{
    while (m_questions->rowCount() > 0)
        m_questions->removeRow(0);
    m_answers.clear();
    for (const ImportQuestion& question : plan.questions) {
        QComboBox* box = makeComboBox(shown(question.text));
        for (const std::string& choice : question.choices)
            box->addItem(shown(choice), QString::fromStdString(choice));
        chooseData(*box, QString::fromStdString(question.preset));
        m_questions->addRow(makeText(shown(question.text)));
        m_questions->addRow(box);
        m_answers.emplace(question.key, box);
    }
}

void ImportPanel::readOptions()
{
    m_request.copiesFiles = m_copy->isChecked();
    m_request.cropsBoxes = m_crops->isChecked();
    m_request.perClass = m_request.cropsBoxes ? m_perClass->value() : 0;
    m_request.answers = Json::object();
    for (const auto& [key, box] : m_answers)
        m_request.answers[key] = toUtf8(box->currentData().toString());
}

void ImportPanel::start()
{
    readOptions();
    const auto id = m_jobs.start(importJob(m_jobs.owner(), m_request));
    if (!id) {
        showError(id.error());
        return;
    }
    emit closed();
}

void ImportPanel::showError(const Error& error)
{
    m_busy->hide();
    m_counts->clear();
    const ErrorText words = errorText(error);
    m_notice->show(Notice::Kind::Bad, words.sentence, {}, words.details);
}

} // namespace trainyard::widgets
