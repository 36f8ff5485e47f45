// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/dataset_export.h"

#include "widgets/bridge/error_text.h"
#include "widgets/bridge/job_commands.h"
#include "widgets/bridge/text.h"
#include "widgets/dialogs/export_dialog.h"

#include <QDesktopServices>
#include <QUrl>

namespace trainyard::studio {

using namespace trainyard::widgets;

namespace {

constexpr int kShownPath = 80; ///< characters

} // namespace

DatasetExport::DatasetExport(JobList& jobs, const std::filesystem::path& projectFolder, const Theme& theme)
    : Notice(theme), m_jobs(jobs), m_projectFolder(projectFolder), m_theme(theme)
{
    connect(&jobs, &JobList::ended, this, &DatasetExport::ended);
    connect(this, &Notice::clicked, this, [this] {
        QDesktopServices::openUrl(QUrl::fromLocalFile(QString::fromStdString(m_folder.native())));
    });
}

void DatasetExport::ask(QWidget* window)
{
    auto* dialog = window->findChild<ExportDialog*>();
    if (dialog == nullptr || !dialog->isVisible()) {
        dialog = new ExportDialog(m_jobs, m_projectFolder, m_theme, window);
        connect(dialog, &ExportDialog::chosen, this, &DatasetExport::start);
    }
    dialog->show();
    dialog->raise();
    dialog->activateWindow();
}

void DatasetExport::start(const ExportRequest& request)
{
    hide();
    const auto id = m_jobs.start(exportJob(m_jobs.owner(), request));
    if (id)
        return;
    const ErrorText words = errorText(id.error());
    show(Kind::Bad, tr("The export was not started: %1").arg(words.whole()), {}, words.details);
}

void DatasetExport::ended(const QString& id)
{
    const JobView* job = m_jobs.job(id);
    if (job == nullptr || job->request.verb != "export-dataset" || isQuiet(job->request))
        return;
    const auto request = exportRequestFromJson(job->request.request);
    if (!request)
        return;
    m_folder = request->folder;
    const QString folder = shortPath(m_folder, kShownPath);
    if (job->state == JobState::Done)
        show(Kind::Good, tr("Exported to %1: %2.").arg(folder, jobResultText(*job)), tr("Show folder"));
    else if (job->isFailed())
        show(Kind::Bad, tr("The export to %1 failed: %2").arg(folder, jobResultText(*job)), {},
             jobCommand(job->request) + QLatin1Char('\n') + jobResultText(*job));
}

} // namespace trainyard::studio
