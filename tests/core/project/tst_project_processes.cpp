// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/project/project.h"
#include "tests/core/project/project_fixture.h"
#include "tests/support/test_folders.h"

#include <QtTest>
#include <chrono>
#include <map>
#include <set>
#include <sstream>
#include <thread>

using namespace trainyard;
using namespace trainyard::test;

namespace {

using namespace std::chrono_literals;

/// What a labelling child said: the last class that it was told is saved for each item, every revision that
/// it was told, and the one label that may or may not have been saved when it died.
struct Acknowledged
{
    std::map<ItemId, ClassId> classes;
    std::set<Revision> revisions;
    std::pair<ItemId, ClassId> inFlight = {0, 0};

    void read(const std::string& line)
    {
        std::istringstream words(line);
        std::string kind;
        ItemId item = 0;
        ClassId classId = 0;
        Revision revision = 0;
        words >> kind >> item >> classId >> revision;
        if (kind == "t") {
            inFlight = {item, classId};
        } else if (kind == "a") {
            classes[item] = classId;
            revisions.insert(revision);
            inFlight = {0, 0};
        }
    }
};

/// Empty where every acknowledged label is there.
QString missing(Project& project, const Acknowledged& said)
{
    std::set<Revision> known;
    for (const RevisionRow& row :
         VALUE(project.history(static_cast<std::int64_t>(said.revisions.size()) + 200)))
        known.insert(row.revision);
    for (const Revision revision : said.revisions) {
        if (!known.contains(revision))
            return QString("revision %1 was acknowledged and is gone").arg(revision);
    }
    for (const auto& [item, classId] : said.classes) {
        const ClassId found = VALUE(project.item(item)).classId;
        const bool mayBeNewer = said.inFlight.first == item && said.inFlight.second == found;
        if (found != classId && !mayBeNewer)
            return QString("item %1: class %2 was acknowledged, %3 is there")
                .arg(item)
                .arg(classId)
                .arg(found);
    }
    return {};
}

int countFromEnvironment(const char* name, int fallback)
{
    bool isNumber = false;
    const int given = qEnvironmentVariableIntValue(name, &isNumber);
    return isNumber ? given : fallback;
}

std::string number(std::int64_t value)
{
    return std::to_string(value);
}

} // namespace

class TestProjectProcesses : public QObject
{
    Q_OBJECT

private slots:
    void twoProcessesWrite()
    {
        const TemporaryFolder folder;
        const std::string path = (folder / "p").string();
        makeProject(path, 40, 3).reset();
        constexpr int kLabels = 150;
        Child first({"label", path, "ann@here/cli", "1", number(kLabels), "0", "2", "40"});
        Child second({"label", path, "bob@here/cli", "2", number(kLabels), "1", "2", "40"});
        std::string said[2];
        QCOMPARE(first.wait(said[0]), 0);
        QCOMPARE(second.wait(said[1]), 0);
        auto project = openProject(path);
        std::size_t total = 0;
        for (const std::string& output : said) {
            Acknowledged acknowledged;
            std::istringstream lines(output);
            for (std::string line; std::getline(lines, line);)
                acknowledged.read(line);
            total += acknowledged.revisions.size();
            std::size_t distinct = 0;
            for (const RevisionRow& row : VALUE(project->history(10000)))
                distinct += acknowledged.revisions.contains(row.revision) ? 1 : 0;
            QCOMPARE(distinct, acknowledged.revisions.size());
            for (const auto& [item, classId] : acknowledged.classes)
                QCOMPARE(VALUE(project->item(item)).classId, classId);
        }
        QVERIFY(total > kLabels);
        DONE(project->verify());
    }

    void killsLoseNothing()
    {
        const int kills = countFromEnvironment("TRAINYARD_KILLS", 300);
        const int seed = countFromEnvironment("TRAINYARD_SEED", 20261123);
        qInfo("%d kills, seed %d (TRAINYARD_KILLS, TRAINYARD_SEED)", kills, seed);
        CounterRandom random(static_cast<std::uint64_t>(seed), RandomPurpose::Sample, 1, 0);
        const TemporaryFolder folder;
        const std::string path = (folder / "p").string();
        makeProject(path, 20, 3).reset();
        std::size_t labels = 0;
        std::size_t bulks = 0;
        const auto start = std::chrono::steady_clock::now();
        for (int cycle = 0; cycle < kills; ++cycle) {
            const std::string context = "cycle " + std::to_string(cycle) + " of seed " + std::to_string(seed);
            const std::size_t before = [&] {
                auto project = openProject(path);
                return project->columns().size();
            }();
            Acknowledged said;
            std::string imported;
            {
                Child labeller(
                    {"label", path, "ann@here/cli", number(seed + cycle), "100000", "0", "1", "20"});
                std::unique_ptr<Child> importer;
                if (cycle % 2 == 1)
                    importer = std::make_unique<Child>(std::vector<std::string>{
                        "import", path, "bob@here/cli", "k" + std::to_string(cycle) + "-", "100", "0"});
                said.read(labeller.readLine());
                const auto end =
                    std::chrono::steady_clock::now() + std::chrono::microseconds(random.below(50000));
                std::this_thread::sleep_until(end);
                labeller.kill();
                for (std::string line = labeller.readLine(); !line.empty(); line = labeller.readLine())
                    said.read(line);
                if (importer != nullptr) {
                    importer->kill();
                    for (std::string line = importer->readLine(); !line.empty(); line = importer->readLine())
                        imported = line;
                }
            }
            auto project = openProject(path);
            const QString lost = missing(*project, said);
            QVERIFY2(lost.isEmpty(), qPrintable(QString::fromStdString(context) + ": " + lost));
            const std::size_t added = project->columns().size() - before;
            // All of an import or nothing; all of it where it said so.
            QVERIFY2(added == 0 || added == 100, context.c_str());
            QVERIFY2(imported.rfind("done", 0) != 0 || added == 100, context.c_str());
            DONE(project->verify());
            labels += said.revisions.size();
            bulks += added / 100;
        }
        const double seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        qInfo("0 of %zu acknowledged labels lost in %d kills, %zu imports were done, %.1f s", labels, kills,
              bulks, seconds);
        QVERIFY(labels > 0);
    }

    void interruptedBulkIsRolledBack()
    {
        const TemporaryFolder folder;
        const std::string path = (folder / "p").string();
        makeProject(path, 3, 1).reset();
        Child importer({"import", path, "bob@here/cli", "x", "1000", "1"});
        QCOMPARE(importer.readLine(), std::string("b 50"));
        QCOMPARE(importer.readLine(), std::string("b 100"));
        {
            // While it lives its revision stays open, whoever else opens the project.
            auto project = openProject(path);
            QCOMPARE(project->columns().size(), std::size_t(103));
            // Somebody labels an item of the unfinished import.
            const ItemId item = project->columns()[50].id;
            VALUE(project->applyNow(
                VALUE(makeSetClass(*project, std::span(&item, 1), project->classes()[0].id))));
        }
        importer.kill();
        auto project = openProject(path);
        QCOMPARE(project->columns().size(), std::size_t(3));
        const auto history = VALUE(project->history(10));
        QCOMPARE(history[0].verb, std::string("roll-back"));
        const auto interrupted = std::find_if(history.begin(), history.end(), [&](const RevisionRow& row) {
            return row.revision == history[0].undoes;
        });
        QVERIFY(interrupted != history.end() && interrupted->isUndone);
        QCOMPARE(interrupted->verb, std::string("import"));
        DONE(project->verify());
        // Nobody can redo the half of it.
        auto bob = openProject(path, "bob@here/cli");
        QVERIFY(bob->redo().error().code == ErrorCode::NotFound);
        QVERIFY(bob->undo().error().code == ErrorCode::NotFound);
    }

    void latencyOfOneLabel()
    {
        const TemporaryFolder folder;
        auto project = makeProject(folder / "p", 50, 2);
        std::vector<double> milliseconds;
        for (std::size_t i = 0; i < 200; ++i) {
            const ItemId item = project->columns()[i % 50].id;
            const ClassId classId = project->classes()[(i / 50) % 2].id;
            const Edit edit = VALUE(makeSetClass(*project, std::span(&item, 1), classId));
            const auto start = std::chrono::steady_clock::now();
            VALUE(project->applyNow(edit));
            milliseconds.push_back(
                std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
        }
        std::sort(milliseconds.begin(), milliseconds.end());
        qInfo("apply to durable: median %.2f ms, p99 %.2f ms, longest %.2f ms", milliseconds[100],
              milliseconds[197], milliseconds[199]);
        QCOMPARE(VALUE(project->history(1))[0].verb, std::string("set-class"));
    }
};

QTEST_APPLESS_MAIN(TestProjectProcesses)
#include "tst_project_processes.moc"
