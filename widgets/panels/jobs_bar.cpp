// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/jobs_bar.h"

#include "core/storage/read_file.h"
#include "widgets/bridge/text.h"
#include "widgets/bridge/theme.h"
#include "widgets/elements/controls.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

namespace trainyard::widgets {

namespace {

constexpr int kResultMs = 10'000;
constexpr std::size_t kLogTail = 16 * 1024;

} // namespace

JobsBar::JobsBar(JobList& jobs, const Theme& theme, QWidget* parent)
    : QFrame(parent), m_jobs(jobs), m_theme(theme), m_layout(new QVBoxLayout(this))
{
    setObjectName(QStringLiteral("jobsBar"));
    setAccessibleName(tr("Jobs at work"));
    m_layout->setContentsMargins(16, 4, 8, 4);
    m_layout->setSpacing(0);
    connect(&jobs, &JobList::changed, this, &JobsBar::take);
    for (const auto& [id, job] : jobs.jobs())
        take(id);
    hide();
}

void JobsBar::take(const QString& id)
{
    const JobView* job = m_jobs.job(id);
    if (job == nullptr || isQuiet(job->request))
        return;
    auto row = m_rows.find(id);
    if (row == m_rows.end()) {
        if (!job->isLive() && job->endedMs == 0)
            return; // it ended before this window came
        addRow(*job);
        row = m_rows.find(id);
    }
    fill(row->second, *job);
}

JobsBar::Row& JobsBar::addRow(const JobView& job)
{
    const QString id = job.id;
    Row row;
    row.widget = new QWidget;
    auto* layout = new QHBoxLayout(row.widget);
    layout->setContentsMargins(0, 2, 0, 2);
    layout->setSpacing(12);
    const QString subject = jobSubject(job.request);
    row.title = makeLabel(jobTitle(job.request), "heading");
    row.title->setToolTip(subject);
    row.progress = new QProgressBar;
    row.progress->setTextVisible(false);
    row.progress->setFixedWidth(160);
    row.progress->setAccessibleName(tr("Progress of %1").arg(jobTitle(job.request)));
    row.text = makeLabel({}, "muted");
    row.text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    row.text->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    row.stop = makeFlatButton(tr("Stop"), m_theme.icon(QStringLiteral("stop")));
    row.copy = makeFlatButton(tr("Copy as command"), m_theme.icon(QStringLiteral("copy")));
    row.close = makeIconButton(m_theme.icon(QStringLiteral("close")), tr("Take this line away"));
    layout->addWidget(row.title);
    layout->addWidget(row.progress);
    layout->addWidget(row.text, 1);
    layout->addWidget(row.copy);
    layout->addWidget(row.stop);
    layout->addWidget(row.close);
    m_layout->addWidget(row.widget);
    connect(row.stop, &QPushButton::clicked, this, [this, id, stop = row.stop] {
        stop->setEnabled(false);
        stop->setText(tr("Stopping…"));
        static_cast<void>(m_jobs.control(id, JobWorker::Control::Stop).has_value());
    });
    connect(row.copy, &QPushButton::clicked, this, [this, id] { copyResult(id); });
    connect(row.close, &QToolButton::clicked, this, [this, id] { removeRow(id); });
    show();
    return m_rows.emplace(id, row).first->second;
}

void JobsBar::fill(Row& row, const JobView& job)
{
    const bool isLive = job.isLive();
    row.stop->setVisible(isLive);
    row.close->setVisible(!isLive);
    row.progress->setVisible(isLive);
    if (isLive) {
        const double share = job.share();
        row.progress->setRange(0, share < 0 ? 0 : 1000);
        if (share >= 0)
            row.progress->setValue(static_cast<int>(share * 1000));
        row.text->setText(jobProgressText(job));
        return;
    }
    if (!job.isSettled)
        return; // its outcome is on the way
    row.title->setText(job.isFailed() ? tr("%1 failed").arg(jobTitle(job.request)) : jobTitle(job.request));
    row.title->setObjectName(job.isFailed() ? QStringLiteral("bad") : QStringLiteral("good"));
    row.title->setStyleSheet({}); // takes the style of its new name
    row.text->setText(jobResultText(job));
    row.text->setToolTip(jobResultText(job));
    if (job.isFailed())
        row.copy->setText(tr("Copy"));
    else
        QTimer::singleShot(kResultMs, row.widget, [this, id = job.id] { removeRow(id); });
}

void JobsBar::removeRow(const QString& id)
{
    const auto row = m_rows.find(id);
    if (row == m_rows.end())
        return;
    row->second.widget->deleteLater();
    m_rows.erase(row);
    setVisible(!m_rows.empty());
}

/// The command line of a live or finished job; of a failed one also what it said and the end of its log.
void JobsBar::copyResult(const QString& id) const
{
    const JobView* job = m_jobs.job(id);
    if (job == nullptr)
        return;
    QString text = jobCommand(job->request);
    if (job->isFailed()) {
        text += QLatin1Char('\n') + jobResultText(*job);
        if (const auto log = readFile(job->folder / "log.txt"); log && !log->empty())
            text +=
                QLatin1Char('\n') +
                QString::fromStdString(log->size() > kLogTail ? log->substr(log->size() - kLogTail) : *log);
    }
    QGuiApplication::clipboard()->setText(text);
}

} // namespace trainyard::widgets
