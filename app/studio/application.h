// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/preferences.h"
#include "app/studio/session.h"

#include <QObject>
#include <QPointer>

#include <filesystem>

namespace trainyard::studio {

class InstanceServer;
class MainWindow;
class StartWindow;

/// One window of one process: the start page first, or a project. Another project is another process.
class Application : public QObject
{
    Q_OBJECT
public:
    explicit Application(Programs programs);
    ~Application() override;

    /// Opens what was named (empty: the start page). False where the program has nothing more to do, because another
    /// window has the project and came forward.
    bool start(const std::filesystem::path& folder);
    [[nodiscard]] MainWindow* mainWindow() const;
    [[nodiscard]] StartWindow* startWindow() const;

private:
    void showStart();
    bool openFolder(const std::filesystem::path& folder, const std::filesystem::path& source = {});
    void createProject(const std::filesystem::path& folder, const std::filesystem::path& source);
    void startOther(const std::filesystem::path& folder) const;

    Programs m_programs;
    Preferences m_preferences;
    widgets::Theme m_theme;
    QPointer<StartWindow> m_start;
    QPointer<MainWindow> m_main;
};

/// True where a window can appear: a display is named or the platform is chosen by hand.
bool hasDisplay();

} // namespace trainyard::studio
