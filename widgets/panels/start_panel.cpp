// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/start_panel.h"

#include "core/project/project.h"
#include "widgets/bridge/error_text.h"
#include "widgets/bridge/job_list.h"
#include "widgets/bridge/text.h"
#include "widgets/bridge/theme.h"
#include "widgets/elements/controls.h"
#include "widgets/elements/notice.h"
#include "widgets/elements/task_choice.h"

#include <QDir>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace trainyard::widgets {

namespace {

constexpr int kPageWidth = 760;

QVBoxLayout* cardLayout(QFrame* card)
{
    auto* layout = new QVBoxLayout(card);
    layout->setContentsMargins(20, 16, 20, 20);
    layout->setSpacing(8);
    return layout;
}

} // namespace

StartPanel::StartPanel(JobList& stateJobs, const std::vector<std::filesystem::path>& recent,
                       const Theme& theme, QWidget* parent)
    : QWidget(parent), m_jobs(stateJobs), m_notice(new Notice(theme))
{
    auto* page = new QWidget;
    page->setFixedWidth(kPageWidth);
    auto* layout = new QVBoxLayout(page);
    layout->setSpacing(16);
    layout->addStretch(2);
    auto* titleRow = new QHBoxLayout;
    auto* logo = new QLabel;
    logo->setPixmap(theme.icon(QStringLiteral("logo"), "accent").pixmap(36, 36));
    logo->setAccessibleName(tr("Trainyard"));
    titleRow->addWidget(logo);
    titleRow->addWidget(makeLabel(tr("Trainyard"), "title"));
    titleRow->addStretch(1);
    layout->addLayout(titleRow);
    layout->addWidget(
        makeText(tr("From your own pictures to a model that you own: collect, clean, label, train, evaluate, "
                    "package."),
                 "muted"));
    layout->addWidget(m_notice);
    auto* columns = new QHBoxLayout;
    columns->setSpacing(16);
    auto* left = new QVBoxLayout;
    left->setSpacing(16);
    left->addWidget(makeNewCard(theme));
    left->addWidget(makeSampleCard(theme));
    left->addStretch(1);
    columns->addLayout(left, 1);
    columns->addWidget(makeRecentCard(theme, recent), 1);
    layout->addLayout(columns);
    layout->addStretch(3);
    auto* outer = new QHBoxLayout(this);
    outer->addStretch(1);
    outer->addWidget(page);
    outer->addStretch(1);
    connect(&stateJobs, &JobList::changed, this, &StartPanel::followSample);
}

QWidget* StartPanel::makeNewCard(const Theme& theme)
{
    QFrame* card = makeFrame("card");
    QVBoxLayout* layout = cardLayout(card);
    layout->addWidget(makeLabel(tr("New project"), "heading"));
    auto* form = new QFormLayout;
    form->setLabelAlignment(Qt::AlignLeft);
    m_name = new QLineEdit(tr("my-pictures"));
    m_name->setAccessibleName(tr("Name of the project"));
    m_parent = new QLineEdit(QDir::homePath() + QStringLiteral("/Trainyard"));
    m_parent->setAccessibleName(tr("Folder that the project is made in"));
    QToolButton* choose = makeIconButton(theme.icon(QStringLiteral("folder")), tr("Choose the folder"));
    auto* parentRow = new QHBoxLayout;
    parentRow->addWidget(m_parent, 1);
    parentRow->addWidget(choose);
    form->addRow(makeLabel(tr("Name")), m_name);
    form->addRow(makeLabel(tr("In folder")), parentRow);
    m_task = new TaskChoice;
    form->addRow(makeLabel(tr("Task")), m_task);
    layout->addLayout(form);
    m_target = makeText({}, "muted");
    m_create = makePrimaryButton(tr("Create the project"), theme.icon(QStringLiteral("plus"), "accentText"));
    layout->addWidget(m_target);
    layout->addWidget(m_create);
    connect(choose, &QToolButton::clicked, this, &StartPanel::chooseParent);
    connect(m_create, &QPushButton::clicked, this, &StartPanel::create);
    connect(m_name, &QLineEdit::textChanged, this, &StartPanel::updateTarget);
    connect(m_parent, &QLineEdit::textChanged, this, &StartPanel::updateTarget);
    connect(m_name, &QLineEdit::returnPressed, this, &StartPanel::create);
    updateTarget();
    return card;
}

QWidget* StartPanel::makeSampleCard(const Theme& theme)
{
    QFrame* card = makeFrame("card");
    QVBoxLayout* layout = cardLayout(card);
    layout->addWidget(makeLabel(tr("Try the sample"), "heading"));
    m_sampleText =
        makeText(tr("Real microscope pictures of blood cells, through the whole road in a few minutes: "
                    "imported, checked, trained, evaluated."),
                 "muted");
    m_sampleProgress = new QProgressBar;
    m_sampleProgress->setTextVisible(false);
    m_sampleProgress->setAccessibleName(tr("Progress of the sample"));
    m_sampleProgress->hide();
    m_sample = makeButton(tr("Try the sample"), theme.icon(QStringLiteral("sample")));
    layout->addWidget(m_sampleText);
    layout->addWidget(m_sampleProgress);
    layout->addWidget(m_sample, 0, Qt::AlignLeft);
    m_sampleFolder = toPath(QDir::homePath()) / "Trainyard" / "blood-cells";
    m_sample->setToolTip(tr("Makes the project %1").arg(shortPath(m_sampleFolder)));
    connect(m_sample, &QPushButton::clicked, this, &StartPanel::startSample);
    return card;
}

QWidget* StartPanel::makeRecentCard(const Theme& theme, const std::vector<std::filesystem::path>& recent)
{
    QFrame* card = makeFrame("card");
    QVBoxLayout* layout = cardLayout(card);
    layout->addWidget(makeLabel(tr("Open"), "heading"));
    QPushButton* open = makeButton(tr("Open a project folder…"), theme.icon(QStringLiteral("folder")));
    layout->addWidget(open, 0, Qt::AlignLeft);
    connect(open, &QPushButton::clicked, this, &StartPanel::chooseAndOpen);
    layout->addSpacing(8);
    layout->addWidget(makeLabel(tr("Recent"), "heading"));
    if (recent.empty()) {
        QLabel* none = makeText(tr("Projects that you open appear here."), "muted");
        none->setAlignment(Qt::AlignTop);
        layout->addWidget(none, 1);
        return card;
    }
    auto* list = new QListWidget;
    list->setAccessibleName(tr("Recent projects"));
    list->setProperty("bare", true);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    for (const std::filesystem::path& folder : recent) {
        auto* item = new QListWidgetItem(shown(folder.filename().native()) + QLatin1Char('\n') +
                                         shortPath(folder.parent_path(), 44));
        item->setToolTip(shownPath(folder));
        list->addItem(item);
    }
    layout->addWidget(list, 1);
    connect(list, &QListWidget::itemActivated, this, [this, list, recent](QListWidgetItem* item) {
        emit openRequested(recent[static_cast<std::size_t>(list->row(item))]);
    });
    connect(list, &QListWidget::itemClicked, this, [this, list, recent](QListWidgetItem* item) {
        emit openRequested(recent[static_cast<std::size_t>(list->row(item))]);
    });
    return card;
}

void StartPanel::offerFolder(const std::filesystem::path& folder)
{
    m_offered = folder;
    m_source = folder;
    m_name->setText(shown(folder.filename().native()));
    m_notice->show(
        Notice::Kind::Warning,
        tr("%1 holds no project yet. Make one inside this folder, or create one elsewhere (below) that takes "
           "its pictures from there.")
            .arg(shortPath(folder)),
        tr("Make it here"));
    disconnect(m_notice, &Notice::clicked, this, nullptr);
    connect(m_notice, &Notice::clicked, this,
            [this] { emit createRequested(m_offered, m_offered, m_task->task()); });
    connect(m_notice, &Notice::closed, this, [this] {
        m_source.clear();
        updateTarget();
    });
    updateTarget();
}

void StartPanel::showError(const QString& sentence, const QString& details)
{
    disconnect(m_notice, &Notice::clicked, this, nullptr);
    m_notice->show(Notice::Kind::Bad, sentence, {}, details);
}

std::filesystem::path StartPanel::target() const
{
    return toPath(m_parent->text()) / toPath(m_name->text().trimmed());
}

void StartPanel::updateTarget()
{
    const QString name = m_name->text().trimmed();
    const bool isGood = !name.isEmpty() && !name.contains(QLatin1Char('/')) && name != QStringLiteral("..") &&
                        name != QStringLiteral(".") && QDir::isAbsolutePath(m_parent->text());
    std::error_code error;
    const bool isTaken = isGood && std::filesystem::exists(target() / "project.trainyard", error);
    m_create->setEnabled(isGood && !isTaken);
    if (!isGood)
        m_target->setText(tr("Give a name without slashes and an absolute folder."));
    else if (isTaken)
        m_target->setText(tr("%1 is a project already.").arg(shortPath(target())));
    else if (!m_source.empty())
        m_target->setText(
            tr("Makes %1 and imports %2.").arg(shortPath(target(), 40), shortPath(m_source, 40)));
    else
        m_target->setText(tr("Makes %1.").arg(shortPath(target())));
}

void StartPanel::chooseAndOpen()
{
    const QString folder =
        QFileDialog::getExistingDirectory(this, tr("Open a project folder"), QDir::homePath());
    if (!folder.isEmpty())
        emit openRequested(toPath(folder));
}

void StartPanel::chooseParent()
{
    const QString folder =
        QFileDialog::getExistingDirectory(this, tr("Folder for the project"), QDir::homePath());
    if (!folder.isEmpty())
        m_parent->setText(folder);
}

void StartPanel::create()
{
    if (m_create->isEnabled())
        emit createRequested(target(), m_source, m_task->task());
}

void StartPanel::startSample()
{
    std::error_code error;
    if (std::filesystem::exists(m_sampleFolder / "project.trainyard", error) && m_sampleJob.isEmpty() &&
        m_jobs.liveJob("demo") == nullptr) {
        emit openRequested(m_sampleFolder);
        return;
    }
    if (const JobView* live = m_jobs.liveJob("demo")) {
        m_sampleJob = live->id;
        followSample(m_sampleJob);
        return;
    }
    const auto id = m_jobs.start(demoJob(m_jobs.owner(), m_sampleFolder));
    if (!id) {
        const ErrorText words = errorText(id.error());
        showError(words.sentence, words.details);
        return;
    }
    m_sampleJob = *id;
    m_sample->setEnabled(false);
    m_sampleProgress->setRange(0, 0);
    m_sampleProgress->show();
}

void StartPanel::followSample(const QString& jobId)
{
    const JobView* job = m_jobs.job(jobId);
    if (jobId != m_sampleJob || job == nullptr)
        return;
    std::error_code error;
    const bool hasProject = std::filesystem::exists(m_sampleFolder / "project.trainyard", error);
    if (job->isLive() && !hasProject) {
        m_sampleProgress->setRange(0, 0);
        m_sampleText->setText(jobProgressText(*job));
        return;
    }
    if (!hasProject) {
        if (!job->isSettled)
            return;
        m_sampleProgress->hide();
        m_sample->setEnabled(true);
        showError(jobResultText(*job), jobCommand(job->request) + QLatin1Char('\n') + jobResultText(*job));
        m_sampleJob.clear();
        return;
    }
    // The project is there: the window shows it while the rest of the road is being walked.
    m_sampleJob.clear();
    emit openRequested(m_sampleFolder);
}

} // namespace trainyard::widgets
