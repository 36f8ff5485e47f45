// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/application.h"
#include "tests/app/studio/monkey.h"
#include "tests/app/studio/studio_driver.h"
#include "tests/core/project/label_digest.h"
#include "tests/core/project/project_fixture.h"
#include "tests/support/test_folders.h"
#include "tests/widgets/bridge/sample_project.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTest>
#include <algorithm>
#include <malloc.h>
#include <unistd.h>

using namespace trainyard;
using namespace trainyard::studio;
using namespace trainyard::test;
using namespace trainyard::widgets;

namespace {

constexpr double kLongRunSeconds = 300; ///< from here on the memory must stay flat
constexpr double kMostGrowth = 1.05;
constexpr double kStepMiB = 2; ///< growth at once that is told, with what came before

int fromEnvironment(const char* name, int fallback)
{
    bool isNumber = false;
    const int given = qEnvironmentVariableIntValue(name, &isNumber);
    return isNumber ? given : fallback;
}

double residentMiB()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    return file.readAll().split(' ').at(1).toDouble() * static_cast<double>(::sysconf(_SC_PAGESIZE)) /
           (1 << 20);
}

/// The most of some time, looked at once a second: what a window holds at one instant depends on what it
/// shows.
struct Memory
{
    double resident = 0; ///< MiB without what the allocator holds back for later and can give back
    double inUse = 0;    ///< MiB that the program asked for and did not free, with pages of the database

    void look()
    {
        ::malloc_trim(0);
        const struct mallinfo2 heap = ::mallinfo2();
        resident = std::max(resident, residentMiB());
        inUse = std::max(inUse, static_cast<double>(heap.uordblks + heap.hblkhd) / (1 << 20));
    }
};

std::map<ItemId, std::uint64_t> digests(Project& project)
{
    std::map<ItemId, std::uint64_t> all;
    for (const ItemColumns& columns : project.columns())
        all[columns.id] = labelDigest(project, columns.id);
    return all;
}

} // namespace

/// Random mouse and keys for as long as asked: no crash, flat memory, and a history that leads back and
/// forth.
class StudioMonkeyTest : public QObject
{
    Q_OBJECT
private slots:
    void everythingIsUndoneAndRedone()
    {
        const int seconds = fromEnvironment("TRAINYARD_MONKEY_SECONDS", 15);
        const int pictures = fromEnvironment("TRAINYARD_MONKEY_PICTURES", 200);
        const int seed = fromEnvironment("TRAINYARD_SEED", 4);
        const TemporaryFolder folder;
        makeUser(folder.path());
        makeSampleProject(folder / "pets", pictures, 0);
        Application application(builtPrograms());
        QVERIFY(openProjectIn(application, folder / "pets"));
        MainWindow& window = *application.mainWindow();
        window.resize(1280, 800);
        QVERIFY(QTest::qWaitForWindowActive(&window));
        ProjectDocument& document = *window.session().document;
        const auto empty = digests(document.project());
        std::int64_t events = 0;
        Memory third; // quarter of the time
        Memory last;
        {
            Monkey monkey(window, static_cast<std::uint64_t>(seed));
            window.runAction(QStringLiteral("app.label"));
            QElapsedTimer clock;
            clock.start();
            qint64 looked = seconds * 500;
            while (clock.elapsed() < seconds * 1000) {
                monkey.act();
                ++events;
                if (clock.elapsed() > looked) {
                    looked += 1000;
                    Memory& quarter = clock.elapsed() < seconds * 750 ? third : last;
                    const double before = last.resident;
                    quarter.look();
                    if (before > 0 && last.resident > std::max(before, third.resident) + kStepMiB)
                        qInfo("after %lld s, event %lld: from %.1f to %.1f MiB; %s",
                              static_cast<long long>(clock.elapsed() / 1000), static_cast<long long>(events),
                              before, last.resident,
                              qPrintable(monkey.lastEvents().join(QLatin1String(", "))));
                }
                QVERIFY2(application.mainWindow() == &window,
                         qPrintable(monkey.lastEvents().join(QLatin1Char('\n'))));
            }
        }
        qInfo("%lld events in %d s over %d pictures; at most %.1f MiB resident in the third quarter and %.1f "
              "in "
              "the last, in use %.1f and %.1f; seed %d "
              "(TRAINYARD_SEED, TRAINYARD_MONKEY_SECONDS, TRAINYARD_MONKEY_PICTURES)",
              static_cast<long long>(events), seconds, pictures, third.resident, last.resident, third.inUse,
              last.inUse, seed);
        window.runAction(QStringLiteral("app.data"));
        QVERIFY(document.project().flush());
        QTRY_COMPARE_WITH_TIMEOUT(document.pendingEdits(), std::int64_t(0), 20'000);
        const auto final = digests(document.project());
        std::size_t labelled = 0;
        for (const auto& [item, digest] : final)
            labelled += digest != empty.at(item) ? 1 : 0;
        int undone = 0;
        while (document.undo())
            ++undone;
        QVERIFY(digests(document.project()) == empty);
        int redone = 0;
        while (document.redo())
            ++redone;
        QCOMPARE(redone, undone);
        QVERIFY(digests(document.project()) == final);
        DONE(document.project().verify());
        qInfo("%zu pictures were labelled, %d revisions undone and redone", labelled, undone);
        QVERIFY(labelled > 0 && undone > 0);
        if (seconds >= kLongRunSeconds)
            QVERIFY2(last.resident <= third.resident * kMostGrowth, "the memory grows");
    }
};

QTEST_MAIN(StudioMonkeyTest)
#include "tst_studio_monkey.moc"
