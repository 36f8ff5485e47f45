// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/start_window.h"

#include "widgets/bridge/project_document.h"
#include "widgets/bridge/text.h"
#include "widgets/panels/start_panel.h"

#include <QDragEnterEvent>
#include <QMimeData>

namespace trainyard::studio {

using namespace trainyard::widgets;

StartWindow::StartWindow(const std::filesystem::path& trainyard, const Preferences& preferences,
                         const Theme& theme)
    : m_jobs(stateJobsFolder(), trainyard, JobOwner{{}, authorName("studio")}),
      m_panel(new StartPanel(m_jobs, preferences.recentProjects(), theme))
{
    setWindowTitle(tr("Trainyard"));
    setAcceptDrops(true);
    resize(960, 640);
    setCentralWidget(m_panel);
    connect(m_panel, &StartPanel::openRequested, this, &StartWindow::openRequested);
    connect(m_panel, &StartPanel::createRequested, this, &StartWindow::createRequested);
}

void StartWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
}

void StartWindow::dropEvent(QDropEvent* event)
{
    for (const QUrl& url : event->mimeData()->urls()) {
        if (!url.isLocalFile())
            continue;
        event->acceptProposedAction();
        emit openRequested(toPath(url.toLocalFile()));
        return;
    }
}

} // namespace trainyard::studio
