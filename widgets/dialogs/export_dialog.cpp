// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/export_dialog.h"

#include "core/labels/formats.h"
#include "widgets/bridge/error_text.h"
#include "widgets/bridge/text.h"
#include "widgets/bridge/theme.h"
#include "widgets/elements/controls.h"
#include "widgets/elements/notice.h"

#include <QComboBox>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

namespace trainyard::widgets {

namespace {

constexpr QSize kSize(620, 560);
constexpr int kPlanDelayMs = 250; ///< so that typing a folder is one plan

struct Choice
{
    const char* value; ///< of the command line
    const char* text;
};

constexpr Choice kItems[] = {
    {"", QT_TRANSLATE_NOOP("trainyard::widgets::ExportDialog", "All labelled pictures")},
    {"split=train",
     QT_TRANSLATE_NOOP("trainyard::widgets::ExportDialog", "Labelled pictures of the training set")},
    {"split=val",
     QT_TRANSLATE_NOOP("trainyard::widgets::ExportDialog", "Labelled pictures of the validation set")},
    {"split=test",
     QT_TRANSLATE_NOOP("trainyard::widgets::ExportDialog", "Labelled pictures of the test set")},
    {"review=reviewed", QT_TRANSLATE_NOOP("trainyard::widgets::ExportDialog", "Reviewed pictures")},
    {"review=unlabelled", QT_TRANSLATE_NOOP("trainyard::widgets::ExportDialog", "Unlabelled pictures")},
};

constexpr Choice kPictures[] = {
    {"copy", QT_TRANSLATE_NOOP("trainyard::widgets::ExportDialog", "Copy them into the folder")},
    {"link", QT_TRANSLATE_NOOP("trainyard::widgets::ExportDialog", "Link to where they are")},
    {"none", QT_TRANSLATE_NOOP("trainyard::widgets::ExportDialog", "Leave them out: label files alone")},
};

QString text(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

} // namespace

ExportDialog::ExportDialog(JobList& jobs, const std::filesystem::path& projectFolder, const Theme& theme,
                           QWidget* parent)
    : QDialog(parent), m_jobs(jobs), m_projectFolder(projectFolder), m_timer(new QTimer(this)),
      m_format(makeComboBox(tr("Format"))), m_about(makeText({}, "muted")),
      m_items(makeComboBox(tr("Which pictures are exported"))),
      m_pictures(makeComboBox(tr("What becomes of the picture files"))), m_folder(new QLineEdit),
      m_busy(new QProgressBar), m_figures(makeText({})), m_losses(makeText({})),
      m_notice(new Notice(theme, Notice::Shape::Narrow)),
      m_start(makePrimaryButton(tr("Export"), theme.icon(QStringLiteral("export"), "accentText")))
{
    setWindowTitle(tr("Export dataset"));
    setAttribute(Qt::WA_DeleteOnClose);
    setAcceptDrops(true);
    resize(kSize);
    for (const FormatSpec& format : labelFormats())
        if (format.write != nullptr)
            m_format->addItem(text(format.title), text(format.key));
    for (const Choice& choice : kItems)
        m_items->addItem(tr(choice.text), QLatin1String(choice.value));
    for (const Choice& choice : kPictures)
        m_pictures->addItem(tr(choice.text), QLatin1String(choice.value));
    makeLayout(theme);
    m_timer->setSingleShot(true);
    m_timer->setInterval(kPlanDelayMs);
    connect(m_timer, &QTimer::timeout, this, &ExportDialog::askForPlan);
    connect(m_format, &QComboBox::currentIndexChanged, this, &ExportDialog::showFormat);
    for (const QComboBox* box : {m_items, m_pictures})
        connect(box, &QComboBox::currentIndexChanged, this, &ExportDialog::planLater);
    connect(m_folder, &QLineEdit::textEdited, this, [this] { m_isOwnFolder = true; });
    connect(m_folder, &QLineEdit::textChanged, this, &ExportDialog::planLater);
    connect(&jobs, &JobList::ended, this, &ExportDialog::planEnded);
    showFormat();
}

void ExportDialog::makeLayout(const Theme& theme)
{
    m_folder->setAccessibleName(tr("Folder to export into"));
    m_folder->setToolTip(tr("A folder that is new or empty, or one of an earlier export, which is replaced"));
    m_busy->setRange(0, 0);
    m_busy->setTextVisible(false);
    m_busy->setAccessibleName(tr("Finding out what the export writes and loses"));
    m_figures->setAccessibleName(tr("What the export writes"));
    m_losses->setAccessibleName(tr("What the export changes or leaves out"));
    m_losses->setTextInteractionFlags(Qt::TextSelectableByMouse);
    QToolButton* choose = makeIconButton(theme.icon(QStringLiteral("folder")), tr("Choose the folder"));
    auto* folderRow = new QHBoxLayout;
    folderRow->addWidget(m_folder, 1);
    folderRow->addWidget(choose);
    auto* form = new QFormLayout;
    form->setLabelAlignment(Qt::AlignLeft);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(makeLabel(tr("Format")), m_format);
    form->addRow(nullptr, m_about);
    form->addRow(makeLabel(tr("Pictures")), m_items);
    form->addRow(makeLabel(tr("Picture files")), m_pictures);
    form->addRow(makeLabel(tr("Folder")), folderRow);
    form->addRow(nullptr, makeLabel(tr("A folder can be dropped here."), "muted"));

    auto* plan = new QWidget;
    auto* planLayout = new QVBoxLayout(plan);
    planLayout->setContentsMargins(0, 0, 0, 0);
    planLayout->addWidget(m_figures);
    planLayout->addWidget(m_losses);
    planLayout->addStretch(1);
    QScrollArea* scroll = makeScrollArea(plan);

    QPushButton* cancel = makeButton(tr("Cancel"));
    m_start->setDefault(true);
    auto* foot = new QHBoxLayout;
    foot->addStretch(1);
    foot->addWidget(cancel);
    foot->addWidget(m_start);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(8);
    layout->addLayout(form);
    layout->addSpacing(8);
    layout->addWidget(makeLabel(tr("What comes of it"), "heading"));
    layout->addWidget(m_busy);
    layout->addWidget(m_notice);
    layout->addWidget(scroll, 1);
    layout->addLayout(foot);
    connect(choose, &QToolButton::clicked, this, &ExportDialog::chooseFolder);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_start, &QPushButton::clicked, this, &QDialog::accept);
}

ExportRequest ExportDialog::request() const
{
    ExportRequest request;
    request.folder = toPath(m_folder->text());
    request.format = toUtf8(m_format->currentData().toString());
    request.filter = toUtf8(m_items->currentData().toString());
    request.pictures = exportedPicturesFromName(toUtf8(m_pictures->currentData().toString()))
                           .value_or(ExportedPictures::Copy);
    return request;
}

void ExportDialog::showFormat()
{
    const ExportRequest wanted = request();
    const FormatSpec* format = findLabelFormat(wanted.format);
    m_about->setText(format != nullptr ? text(format->about) + QLatin1Char('.') : QString());
    if (!m_isOwnFolder)
        m_folder->setText(QString::fromStdString(m_projectFolder.native() + "-" + wanted.format));
    planLater();
}

void ExportDialog::chooseFolder()
{
    const QString folder = QFileDialog::getExistingDirectory(
        this, tr("Folder to export into"), QString::fromStdString(m_projectFolder.parent_path().native()));
    if (folder.isEmpty())
        return;
    m_isOwnFolder = true;
    m_folder->setText(folder);
}

void ExportDialog::dragEnterEvent(QDragEnterEvent* event)
{
    if (!droppedFolder(*event->mimeData()).empty())
        event->acceptProposedAction();
}

void ExportDialog::dropEvent(QDropEvent* event)
{
    const std::filesystem::path folder = droppedFolder(*event->mimeData());
    if (folder.empty())
        return;
    event->acceptProposedAction();
    m_isOwnFolder = true;
    m_folder->setText(QString::fromStdString(folder.native()));
}

/// What is shown of the plan before is no longer true.
void ExportDialog::planLater()
{
    leavePlan();
    m_start->setEnabled(false);
    m_notice->hide();
    m_figures->clear();
    m_losses->clear();
    m_busy->show();
    m_timer->start();
}

void ExportDialog::leavePlan()
{
    if (!m_planJob.isEmpty())
        static_cast<void>(m_jobs.control(m_planJob, JobWorker::Control::Stop).has_value());
    m_planJob.clear();
}

void ExportDialog::askForPlan()
{
    const ExportRequest wanted = request();
    if (!wanted.folder.is_absolute())
        return showProblem(tr("Name the whole path of the folder, from / on."));
    const auto id = m_jobs.start(exportPlanJob(m_jobs.owner(), wanted));
    if (!id)
        return showProblem(errorText(id.error()).whole());
    m_planJob = *id;
}

void ExportDialog::planEnded(const QString& jobId)
{
    if (jobId != m_planJob)
        return;
    m_planJob.clear();
    const JobView* job = m_jobs.job(jobId);
    if (job->state != JobState::Done || !job->outcome)
        return showProblem(jobResultText(*job));
    const auto plan = exportPlanFromJson(jsonValue<Json>(*job->outcome, "result", Json::object()));
    if (!plan)
        return showProblem(errorText(plan.error()).whole());
    showPlan(*plan);
}

void ExportDialog::showPlan(const ExportPlan& plan)
{
    m_busy->hide();
    const ExportResult& result = plan.result;
    m_figures->setText(
        tr("%1 pictures with %2 labels, in %3 files.")
            .arg(countText(result.pictures), countText(result.labels), countText(result.files)));
    QStringList losses;
    for (const std::string& note : result.losses.notes)
        losses << QStringLiteral("• ") + shown(note);
    if (plan.replaced > 0)
        losses << tr("• %1 files of an earlier export in this folder are replaced")
                      .arg(countText(plan.replaced));
    m_losses->setText(losses.isEmpty() ? tr("Nothing is lost.") : losses.join(QLatin1Char('\n')));
    if (result.pictures == 0)
        m_notice->show(Notice::Kind::Warning, tr("No picture passes this choice."));
    m_start->setEnabled(result.pictures > 0);
    m_start->setText(tr("Export %1 pictures").arg(countText(result.pictures)));
}

void ExportDialog::showProblem(const QString& sentence)
{
    m_busy->hide();
    m_notice->show(Notice::Kind::Bad, sentence);
}

void ExportDialog::done(int result)
{
    leavePlan();
    m_timer->stop();
    if (result == QDialog::Accepted)
        emit chosen(request());
    QDialog::done(result);
}

} // namespace trainyard::widgets
