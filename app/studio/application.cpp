// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/application.h"

#include "app/studio/instance_server.h"
#include "app/studio/main_window.h"
#include "app/studio/start_window.h"
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
#include <malloc.h>
#include <optional>
#include <thread>

namespace trainyard::studio {

using namespace trainyard::widgets;

namespace {

constexpr std::chrono::milliseconds kRaisePause(100);
constexpr int kRaiseAttempts = 20;

bool isNamed(const char* variable)
{
    const char* value = std::getenv(variable);
    return value != nullptr && *value != '\0';
}

/// Another window of this person on this display that has the project comes forward.
bool raiseOther(const std::filesystem::path& folder)
{
    const auto holder = windowHolder(folder);
    const WindowHolder own = thisWindow();
    return holder && holder->pid != own.pid && holder->user == own.user && holder->host == own.host &&
           holder->display == own.display && InstanceServer::raiseOther(folder);
}

/// The same for one that is just opening: it has the lock before it listens.
bool raiseSoon(const std::filesystem::path& folder)
{
    for (int attempt = 0; attempt < kRaiseAttempts; ++attempt) {
        if (raiseOther(folder))
            return true;
        std::this_thread::sleep_for(kRaisePause);
    }
    return false;
}

/// Pictures come and go all day. Blocks as large as one get pages of their own, which return to the system at
/// once; left to itself the allocator takes ever larger blocks out of a heap that then stays in pieces.
void keepLargeBlocksApart()
{
#ifdef __GLIBC__
    ::mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
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
    keepLargeBlocksApart();
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
    if (raiseOther(folder)) {
        if (m_start)
            m_start->close();
        return false;
    }
    // The window is there at once, and its project as soon as it is read on another thread. Whoever closes
    // the window meanwhile drops both.
    m_main = new MainWindow(folder, m_preferences, m_theme);
    m_main->setAttribute(Qt::WA_DeleteOnClose);
    m_main->show();
    const auto early = std::make_shared<std::future<OpenedProject>>(std::move(m_early));
    runInBackground(
        m_main,
        [early, folder]() -> std::optional<OpenedProject> {
            OpenedProject opened = early->valid() ? early->get() : OpenedProject();
            if (opened.folder != folder)
                opened = openProjectFiles(folder);
            const bool isHeld = opened.readOnlyCause && opened.readOnlyCause->code == ErrorCode::Conflict;
            if (isHeld && raiseSoon(folder))
                return std::nullopt;
            return opened;
        },
        [this, source](std::optional<OpenedProject> opened) {
            if (opened)
                return showProject(std::move(*opened), source);
            m_main->close();
            if (m_start)
                m_start->close();
        });
    return true;
}

void Application::showProject(OpenedProject opened, const std::filesystem::path& source)
{
    const std::filesystem::path folder = opened.folder;
    auto session = Session::open(std::move(opened), m_programs);
    if (!session) {
        showStart();
        delete m_main;
        const ErrorText words = errorText(session.error());
        m_start->panel().showError(words.whole(), words.details);
        return;
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
}

void Application::createProject(const std::filesystem::path& folder, const std::filesystem::path& source,
                                ProjectTask task)
{
    if (m_main)
        return; // a project is being opened
    Result<void> made = makeFolders(posixIo(), folder);
    if (made) {
        Project::CreateOptions options;
        options.task = projectTaskName(task);
        options.author = authorName("studio");
        auto project = Project::create(folder, options);
        if (!project)
            made = fail(project.error());
    }
    if (!made) {
        const ErrorText words = errorText(made.error());
        m_start->panel().showError(words.whole(), words.details);
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
