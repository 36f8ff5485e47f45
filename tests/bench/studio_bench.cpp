// SPDX-License-Identifier: GPL-3.0-or-later
// The window on a large project: first paint, first pictures, jumps through the gallery, labels, memory, and
// how long the event loop was held up. Usage: studio_bench PROJECT     one line "name value unit" for each
// figure
#include "app/studio/application.h"
#include "app/studio/data_workspace.h"
#include "app/studio/main_window.h"
#include "app/studio/workspaces.h"
#include "tests/app/studio/event_loop_watchdog.h"
#include "tests/app/studio/studio_driver.h"
#include "tests/bench/process_age.h"
#include "widgets/panels/gallery_panel.h"
#include "widgets/views/gallery_view.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QScrollBar>
#include <QTest>
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <future>
#include <string>
#include <unistd.h>

using namespace trainyard;
using namespace trainyard::studio;
using namespace trainyard::widgets;
using namespace trainyard::test;

namespace {

double pssMib()
{
    std::ifstream rollup("/proc/self/smaps_rollup");
    for (std::string line; std::getline(rollup, line);)
        if (line.starts_with("Pss:"))
            return std::stod(line.substr(4)) / 1024;
    return 0;
}

/// When something was painted for the first time, and when the gallery was.
class FirstPaints : public QObject
{
public:
    FirstPaints() { qApp->installEventFilter(this); }
    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (event->type() != QEvent::Paint)
            return false;
        if (window == 0 && watched->isWidgetType())
            window = sinceStart();
        if (gallery == 0 && qobject_cast<GalleryView*>(watched->parent()) != nullptr)
            gallery = sinceStart();
        return false;
    }
    double window = 0;
    double gallery = 0;
};

void tell(const char* name, double value, const char* unit)
{
    std::printf("%-28s %8.1f %s\n", name, value, unit);
    std::fflush(stdout);
}

bool hasAllPictures(const GalleryView& gallery, ThumbnailSource& thumbnails)
{
    int shown = 0;
    for (const ItemId item : gallery.items()) {
        const QRect place = gallery.itemRect(item);
        if (place.isNull() || place.top() > gallery.viewport()->height())
            break;
        if (thumbnails.thumbnail(item) == nullptr)
            return false;
        ++shown;
    }
    return shown > 0;
}

int measure(const std::filesystem::path& project, std::future<OpenedProject> early)
{
    const FirstPaints paints;
    EventLoopWatchdog watchdog;
    watchdog.begin(QStringLiteral("start"));
    Application application(builtPrograms(), std::move(early));
    if (!openProjectIn(application, project))
        return 1;
    MainWindow& window = *application.mainWindow();
    if (!QTest::qWaitFor([&] { return paints.gallery > 0; }, 30'000))
        return 1;
    tell("first paint", paints.window, "ms after the process began");
    tell("project on the screen", paints.gallery, "ms after the process began");
    GalleryView& gallery = *window.workspaces().data().gallery()->gallery();
    ThumbnailSource& thumbnails = *window.session().thumbnails;
    if (!QTest::qWaitFor([&] { return hasAllPictures(gallery, thumbnails); }, 30'000))
        return 1;
    tell("first page of pictures", sinceStart(), "ms after the process began");
    watchdog.settle();

    watchdog.begin(QStringLiteral("scroll"));
    constexpr int kJumps = 60;
    std::vector<double> jumps;
    for (int i = 0; i < kJumps; ++i) {
        QElapsedTimer timer;
        timer.start();
        const int range = gallery.verticalScrollBar()->maximum();
        gallery.verticalScrollBar()->setValue(
            static_cast<int>(static_cast<std::int64_t>(range) * (i * 37 % kJumps) / kJumps));
        gallery.viewport()->repaint();
        jumps.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        QTest::qWait(30); // pictures arrive meanwhile
    }
    std::sort(jumps.begin(), jumps.end());
    tell("jump, median of 60", jumps[kJumps / 2], "ms to the repaint");
    tell("jump, p95 of 60", jumps[kJumps * 95 / 100], "ms to the repaint");

    watchdog.begin(QStringLiteral("label"));
    QTest::keyClick(&window, Qt::Key_3, Qt::ControlModifier);
    watchdog.settle();
    if (!window.isActiveWindow()) {
        std::puts("label by key: not measured, no window manager gives the window the keyboard");
        tell("PSS of the studio", pssMib(), "MiB");
        return 0;
    }
    std::vector<double> labels;
    for (int i = 0; i < 50; ++i) {
        QElapsedTimer timer;
        timer.start();
        QTest::keyClick(&window, i % 2 == 0 ? Qt::Key_1 : Qt::Key_2);
        labels.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        QTest::qWait(20);
    }
    if (!QTest::qWaitFor([&] { return window.session().document->pendingEdits() == 0; }, 30'000))
        return 1;
    std::sort(labels.begin(), labels.end());
    tell("label by key, p95 of 50", labels[47], "ms in the event loop");
    tell("PSS of the studio", pssMib(), "MiB");
    for (const auto& [step, ms] : watchdog.longestBySteps())
        tell(qPrintable(QStringLiteral("event loop held up: ") + step), ms, "ms");
    return 0;
}

} // namespace

int main(int argc, char* argv[])
{
    if (argc != 2) {
        std::fputs("usage: studio_bench PROJECT\n", stderr);
        return 2;
    }
    // As the program's main() does it.
    std::future<OpenedProject> early =
        std::async(std::launch::async, openProjectFiles, projectFolder(argv[1]));
    QApplication application(argc, argv);
    return measure(argv[1], std::move(early));
}
