// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/application.h"

#include "app/studio/instance_server.h"
#include "app/studio/main_window.h"
#include "app/studio/start_window.h"
#include "core/base/log.h"
#include "core/jobs/device_queue.h"
#include "core/project/window_lock.h"
#include "core/storage/atomic_file.h"
#include "widgets/bridge/background.h"
#include "widgets/bridge/error_text.h"
#include "widgets/bridge/text.h"
#include "widgets/panels/start_panel.h"

#include <QCoreApplication>
#include <QProcess>
#include <chrono>
#include <cstdlib>

namespace trainyard::studio {

using namespace trainyard::widgets;

namespace {

constexpr std::chrono::milliseconds kAnswerTime(4);

bool isNamed(const char* variable)
{
    const char* value = std::getenv(variable);
    return value != nullptr && *value != '\0';
}

} // namespace

bool hasProject(const std::filesystem::path& folder)
{
    std::error_code error;
    return std::filesystem::exists(folder / "project.trainyard", error);
}

std::filesystem::path projectFolder(const std::filesystem::path& named)
{
    std::error_code error;
    std::filesystem::path path = std::filesystem::absolute(named, error).lexically_normal();
    if (!path.has_filename())
        path = path.parent_path(); // a slash at the end
    return path.filename() == "project.trainyard" ? path.parent_path() : path;
}

bool hasDisplay()
{
    return isNamed("DISPLAY") || isNamed("WAYLAND_DISPLAY") || isNamed("QT_QPA_PLATFORM");
}

Application::Application(Programs programs, std::future<OpenedProject> early)
    : m_programs(std::move(programs)), m_early(std::move(early))
{
    m_theme.setMode(m_preferences.themeMode());
}

Application::~Application()
{
    delete m_main;
    delete m_start;
}

MainWindow* Application::mainWindow() const
{
    return m_main;
}

StartWindow* Application::startWindow() const
{
    return m_start;
}

bool Application::start(const std::filesystem::path& folder)
{
    // A queue that lost its turn, by a kill or a restart of the machine, goes on.
    runInBackground(
        this, [program = m_programs.trainyard] { return launchQueued(program); },
        [](const Result<std::vector<std::filesystem::path>>& started) {
            if (!started)
                logLine(LogLevel::Warning, "the next queued job was not started: " + started.error().message);
        });
    if (folder.empty()) {
        showStart();
        return true;
    }
    return openFolder(projectFolder(folder));
}

void Application::showStart()
{
    if (m_start)
        return;
    m_start = new StartWindow(m_programs.trainyard, m_preferences, m_theme);
    m_start->setAttribute(Qt::WA_DeleteOnClose);
    connect(m_start, &StartWindow::openRequested, this,
            [this](const std::filesystem::path& folder) { openFolder(projectFolder(folder)); });
    connect(m_start, &StartWindow::createRequested, this, &Application::createProject);
    m_start->show();
}

bool Application::openFolder(const std::filesystem::path& folder, const std::filesystem::path& source)
{
    if (m_main)
        return true; // a double click opens once
    if (!hasProject(folder)) {
        showStart();
        std::error_code error;
        if (std::filesystem::is_directory(folder, error))
            m_start->panel().offerFolder(folder);
        else
            m_start->panel().showError(tr("%1 is no folder.").arg(shortPath(folder)), {});
        return true;
    }
    const auto holder = windowHolder(folder);
    const WindowHolder own = thisWindow();
    const bool isOurs =
        holder && holder->user == own.user && holder->host == own.host && holder->display == own.display;
    if (isOurs && holder->pid != own.pid && InstanceServer::raiseOther(folder)) {
        if (m_start)
            m_start->close();
        return false;
    }
    // The window is there at once, and its project as soon as it is read.
    m_main = new MainWindow(folder, m_preferences, m_theme);
    m_main->setAttribute(Qt::WA_DeleteOnClose);
    m_main->show();
    auto session = Session::open(openFiles(folder), m_programs);
    if (m_main == nullptr)
        return m_start != nullptr; // closed again meanwhile
    if (!session) {
        delete m_main;
        showStart();
        const ErrorText words = errorText(session.error());
        m_start->panel().showError(words.sentence + QLatin1Char(' ') + words.remedy, words.details);
        return true;
    }
    m_preferences.addRecent(folder);
    m_main->showProject(std::move(*session));
    connect(m_main, &MainWindow::newRequested, this, [this] { startOther({}); });
    connect(m_main, &MainWindow::openRequested, this, &Application::startOther);
    if (m_main->session().windowLock) {
        auto* server = new InstanceServer(folder, m_main);
        connect(server, &InstanceServer::raiseRequested, m_main, &MainWindow::comeForward);
    }
    if (!source.empty())
        m_main->showImport(source);
    if (m_start)
        m_start->close();
    return true;
}

/// Reads the project on another thread; what the window system asks meanwhile is answered.
OpenedProject Application::openFiles(const std::filesystem::path& folder)
{
    std::future<OpenedProject> files = std::move(m_early);
    if (!files.valid())
        files = std::async(std::launch::async, openProjectFiles, folder);
    while (files.wait_for(kAnswerTime) != std::future_status::ready)
        QCoreApplication::processEvents(QEventLoop::ExcludeUserInputEvents);
    return files.get();
}

void Application::createProject(const std::filesystem::path& folder, const std::filesystem::path& source)
{
    Result<void> made = makeFolders(posixIo(), folder);
    if (made) {
        Project::CreateOptions options;
        options.author = studioAuthor();
        auto project = Project::create(folder, options);
        if (!project)
            made = fail(project.error());
    }
    if (!made) {
        const ErrorText words = errorText(made.error());
        m_start->panel().showError(words.sentence + QLatin1Char(' ') + words.remedy, words.details);
        return;
    }
    openFolder(folder, source);
}

/// Another project is another process, so that one window's fault never takes another's work.
void Application::startOther(const std::filesystem::path& folder) const
{
    QStringList arguments;
    if (!folder.empty())
        arguments << QString::fromStdString(folder.native());
    QProcess::startDetached(QCoreApplication::applicationFilePath(), arguments);
}

} // namespace trainyard::studio
