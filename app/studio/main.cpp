// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/application.h"

#include <QApplication>

#include <cstdio>
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
    QApplication::setHighDpiScaleFactorRoundingPolicy(Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("trainyard-studio"));
    QApplication::setApplicationDisplayName(QStringLiteral("Trainyard"));
    QApplication::setDesktopFileName(QStringLiteral("org.trainyard.Studio"));
    trainyard::studio::Application studio(trainyard::studio::installedPrograms());
    const bool hasWindow = studio.start(argc > 1 ? argv[1] : "");
    return hasWindow ? QApplication::exec() : 0;
}
