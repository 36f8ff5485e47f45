// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/application.h"

#include <QApplication>
#include <cstdio>
#include <filesystem>
#include <future>
#include <string_view>

namespace {

constexpr const char* kUsage = "usage: trainyard-studio [PROJECT]\n"
                               "Opens a project's window; without one the start page.\n";

} // namespace

int main(int argc, char* argv[])
{
    if (argc > 1 && (std::string_view(argv[1]) == "--help" || std::string_view(argv[1]) == "-h")) {
        std::fputs(kUsage, stdout);
        return 0;
    }
    if (!trainyard::studio::hasDisplay()) {
        std::fputs("trainyard-studio: there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set); "
                   "`trainyard` does everything without one.\n",
                   stderr);
        return 2;
    }
    // The project is read while Qt starts; a folder without one is for the start page.
    std::future<trainyard::studio::OpenedProject> early;
    const std::filesystem::path folder =
        argc > 1 ? trainyard::studio::projectFolder(argv[1]) : std::filesystem::path();
    if (argc > 1 && trainyard::studio::hasProject(folder))
        early = std::async(std::launch::async, trainyard::studio::openProjectFiles, folder);
    QApplication::setHighDpiScaleFactorRoundingPolicy(Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("trainyard-studio"));
    QApplication::setApplicationDisplayName(QStringLiteral("Trainyard"));
    QApplication::setDesktopFileName(QStringLiteral("org.trainyard.Studio"));
    trainyard::studio::Application studio(trainyard::studio::installedPrograms(), std::move(early));
    const bool hasWindow = studio.start(argc > 1 ? argv[1] : "");
    return hasWindow ? QApplication::exec() : 0;
}
