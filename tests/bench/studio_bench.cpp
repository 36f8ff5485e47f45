// SPDX-License-Identifier: GPL-3.0-or-later
// The window on a large project: first paint, first pictures, jumps through the gallery, filters, orders,
// many labels at once, single labels, memory, and how long the event loop was held up. Gives labels and takes
// them back. Usage: studio_bench PROJECT [first]     one line "name value unit" for each figure; first: up to
// the first page of pictures
#include "app/studio/application.h"
#include "app/studio/data_workspace.h"
#include "app/studio/main_window.h"
#include "app/studio/workspaces.h"
#include "tests/app/studio/event_loop_watchdog.h"
#include "tests/app/studio/studio_driver.h"
#include "tests/bench/process_age.h"
#include "widgets/elements/order_box.h"
#include "widgets/panels/gallery_panel.h"
#include "widgets/views/gallery_view.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QScrollBar>
#include <QTest>
#include <algorithm>
#include <cstdio>
#include <ctime>
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

double processorMs(clockid_t clock)
{
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

/// The longest of five times of a piece of work and the repaint after it; wall and this thread's processor.
template <typename Work>
void tellRepainted(const QString& name, GalleryView& gallery, Work work)
{
    double longest = 0;
    double processor = 0;
    for (int round = 0; round < 5; ++round) {
        QElapsedTimer timer;
        timer.start();
        const double before = processorMs(CLOCK_THREAD_CPUTIME_ID);
        work(round);
        gallery.viewport()->repaint();
        longest = std::max(longest, static_cast<double>(timer.nsecsElapsed()) / 1e6);
        processor = std::max(processor, processorMs(CLOCK_THREAD_CPUTIME_ID) - before);
        QTest::qWait(20);
    }
    tell(qPrintable(name), longest,
         qPrintable(QStringLiteral("ms to the repaint, longest of 5 (%1 ms of processor)")
                        .arg(processor, 0, 'f', 1)));
}

void measureFilters(GalleryPanel& panel, const Project& project)
{
    GalleryView& gallery = *panel.gallery();
    const auto show = [&](const char* name, const ItemFilter& filter) {
        tellRepainted(QLatin1String("filter: ") + QLatin1String(name), gallery, [&](int round) {
            panel.setFilter(round % 2 == 0 ? filter : ItemFilter{{}, {}, ItemFilter::State::All, {}});
        });
    };
    if (!project.classes().empty())
        show("class", {project.classes().front().id, {}, ItemFilter::State::Included, {}});
    show("split", {{}, Split::Test, ItemFilter::State::Included, {}});
    show("state", {{}, {}, ItemFilter::State::Labelled, {}});
    QElapsedTimer timer;
    timer.start();
    panel.setFilter({{}, {}, ItemFilter::State::Included, QStringLiteral("no such name")});
    if (!QTest::qWaitFor([&] { return gallery.items().empty(); }, 120'000))
        return;
    tell("names and sizes there", static_cast<double>(timer.elapsed()), "ms after they were first wanted");
    show("text, in one of ten", {{}, {}, ItemFilter::State::Included, QStringLiteral("7.jpg")});
    show("text, in none", {{}, {}, ItemFilter::State::Included, QStringLiteral("nowhere")});
    show("text, in a folder", {{}, {}, ItemFilter::State::Included, QStringLiteral("test/")});
    show("size", {{}, {}, ItemFilter::State::Included, {}, 64});
    panel.setFilter({});
}

void measureOrders(GalleryPanel& panel)
{
    using Key = ItemOrder::Key;
    for (const Key key : {Key::Name, Key::Class, Key::State, Key::Split, Key::FileSize, Key::Dimensions,
                          Key::Time, Key::Problem, Key::Added}) {
        const std::string name = "order: " + std::string(orderKeyName(key));
        tellRepainted(QString::fromStdString(name), *panel.gallery(),
                      [&](int round) { panel.orderBox()->setOrder(key, round % 2 == 1); });
    }
    panel.orderBox()->setOrder(Key::Added, false);
}

/// Gives 10,000 selected pictures a class in one Edit, and takes it back.
bool measureMany(GalleryPanel& panel, MainWindow& window, EventLoopWatchdog& watchdog)
{
    ProjectDocument& document = *window.session().document;
    const auto items = panel.gallery()->items();
    if (document.project().classes().empty() || document.isReadOnly())
        return true;
    const std::size_t count = std::min<std::size_t>(10'000, items.size());
    const std::vector<ItemId> chosen(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(count));
    panel.gallery()->setSelectedItems(chosen);
    watchdog.settle();
    watchdog.begin(QStringLiteral("many labels"));
    QElapsedTimer timer;
    timer.start();
    const double before = processorMs(CLOCK_THREAD_CPUTIME_ID);
    const ClassId present = document.project().column(chosen.front())->classId;
    for (const ItemClass& other : document.project().classes())
        if (other.id != present) {
            panel.giveClass(other.id);
            break;
        }
    tell("10,000 labels at once", static_cast<double>(timer.nsecsElapsed()) / 1e6,
         qPrintable(QStringLiteral("ms in the event loop (%1 ms of processor)")
                        .arg(processorMs(CLOCK_THREAD_CPUTIME_ID) - before, 0, 'f', 1)));
    if (!QTest::qWaitFor([&] { return document.pendingEdits() == 0; }, 60'000))
        return false;
    tell("10,000 labels on the disk", static_cast<double>(timer.nsecsElapsed()) / 1e6,
         "ms after the gesture");
    watchdog.settle();
    watchdog.begin(QStringLiteral("undo of many labels"));
    timer.start();
    window.runAction(QStringLiteral("app.undo")); // goes on beside the window
    tell("undo of 10,000 labels", static_cast<double>(timer.nsecsElapsed()) / 1e6, "ms in the event loop");
    if (!QTest::qWaitFor([&] { return !document.isStepping(); }, 60'000))
        return false;
    tell("undo of 10,000 labels, done", static_cast<double>(timer.nsecsElapsed()) / 1e6, "ms after the key");
    watchdog.settle();
    panel.gallery()->setSelectedItems({});
    return true;
}

int measure(const std::filesystem::path& project, std::future<OpenedProject> early, bool isFirstAlone)
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
    tell("first page of pictures", sinceStart(),
         qPrintable(QStringLiteral("ms after the process began (%1 ms of processor, all threads)")
                        .arg(processorMs(CLOCK_PROCESS_CPUTIME_ID), 0, 'f', 0)));
    watchdog.settle();
    if (isFirstAlone)
        return 0;

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

    GalleryPanel& panel = *window.workspaces().data().gallery();
    watchdog.begin(QStringLiteral("filters"));
    measureFilters(panel, window.session().document->project());
    watchdog.begin(QStringLiteral("orders"));
    measureOrders(panel);
    if (!measureMany(panel, window, watchdog))
        return 1;

    watchdog.begin(QStringLiteral("label"));
    QTest::keyClick(&window, Qt::Key_3, Qt::ControlModifier);
    watchdog.settle();
    if (!window.isActiveWindow()) {
        std::puts("label by key: not measured, no window manager gives the window the keyboard");
        tell("PSS of the studio", pssMib(), "MiB");
        for (const auto& [step, ms] : watchdog.longestBySteps())
            tell(qPrintable(QStringLiteral("event loop held up: ") + step), ms, "ms");
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
    const bool isFirstAlone = argc == 3 && std::string_view(argv[2]) == "first";
    if (argc != 2 && !isFirstAlone) {
        std::fputs("usage: studio_bench PROJECT [first]\n", stderr);
        return 2;
    }
    // As the program's main() does it.
    std::future<OpenedProject> early =
        std::async(std::launch::async, openProjectFiles, projectFolder(argv[1]));
    QApplication application(argc, argv);
    return measure(argv[1], std::move(early), isFirstAlone);
}
