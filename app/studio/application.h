// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/preferences.h"
#include "app/studio/session.h"
#include "core/project/project_task.h"

#include <QObject>
#include <QPointer>
#include <filesystem>
#include <future>

namespace trainyard::studio {

class InstanceServer;
class MainWindow;
class StartWindow;

/// One window of one process: the start page first, or a project. Another project is another process.
class Application : public QObject
{
    Q_OBJECT
public:
    /// `early`: the opening of the project that start() will name, begun before Qt was there.
    explicit Application(Programs programs, std::future<OpenedProject> early = {});
    ~Application() override;

    /// Opens what was named (empty: the start page). The window is there at once and its project when
    /// MainWindow::hasProject() says so; where it cannot be opened the start page says why. False where the
    /// program has nothing more to do, because another window has the project and came forward.
    bool start(const std::filesystem::path& folder);
    [[nodiscard]] MainWindow* mainWindow() const;
    [[nodiscard]] StartWindow* startWindow() const;

private:
    void showStart();
    bool openFolder(const std::filesystem::path& folder, const std::filesystem::path& source = {});
    void showProject(OpenedProject opened, const std::filesystem::path& source);
    void createProject(const std::filesystem::path& folder, const std::filesystem::path& source,
                       ProjectTask task);
    void startOther(const std::filesystem::path& folder) const;

    Programs m_programs;
    std::future<OpenedProject> m_early;
    Preferences m_preferences;
    widgets::Theme m_theme;
    QPointer<StartWindow> m_start;
    QPointer<MainWindow> m_main;
};

/// The project's folder from what a person or a desktop names: the folder, or the file in it.
std::filesystem::path projectFolder(const std::filesystem::path& named);
bool hasProject(const std::filesystem::path& folder);

/// True where a window can appear: a display is named or the platform is chosen by hand.
bool hasDisplay();

} // namespace trainyard::studio
