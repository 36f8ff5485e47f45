// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/preferences.h"
#include "core/project/project_task.h"
#include "widgets/bridge/job_list.h"

#include <QMainWindow>

namespace trainyard::widgets {
class StartPanel;
}

namespace trainyard::studio {

/// The window without a project.
class StartWindow : public QMainWindow
{
    Q_OBJECT
public:
    StartWindow(const std::filesystem::path& trainyard, const Preferences& preferences,
                const widgets::Theme& theme);

    [[nodiscard]] widgets::StartPanel& panel() const { return *m_panel; }

signals:
    void openRequested(const std::filesystem::path& folder);
    void createRequested(const std::filesystem::path& folder, const std::filesystem::path& source,
                         trainyard::ProjectTask task);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    widgets::JobList m_jobs;
    widgets::StartPanel* m_panel;
};

} // namespace trainyard::studio
