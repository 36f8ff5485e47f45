// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "tests/core/project/label_digest.h"
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

constexpr int kItems = 12;

/// What the labeller said of its gestures, and so what may be found after it died.
class Said
{
public:
    void read(const std::string& line)
    {
        std::istringstream words(line);
        std::string kind;
        words >> kind;
        if (kind == "p") {
            words >> m_planned;
        } else if (kind == "t") {
            std::int64_t gesture = 0;
            ItemId item = 0;
            std::uint64_t digest = 0;
            words >> gesture >> item >> digest;
            m_states[item].push_back({gesture, digest});
            m_planned = 0;
        } else if (kind == "a") {
            std::int64_t gesture = 0;
            Revision revision = 0;
            words >> gesture >> revision;
            m_saved = std::max(m_saved, gesture);
            revisions.insert(revision);
        } else if (kind == "u") {
            m_isUndoing = true;
        } else if (kind == "n") {
            m_isUndoing = false;
        } else if (kind == "v") {
            ItemId item = 0;
            std::uint64_t digest = 0;
            Revision revision = 0;
            words >> item >> digest >> revision;
            // An undo waits for everything before it, and is on the disk when it comes back.
            m_states[item] = {{0, digest}};
            revisions.insert(revision);
            m_isUndoing = false;
        }
    }

    /// Empty where what is found is a state that was acknowledged, or one that came after it.
    QString problem(Project& project, std::map<ItemId, std::uint64_t>& known) const
    {
        int undone = 0;
        for (const ItemColumns& columns : project.columns()) {
            const std::uint64_t found = labelDigest(project, columns.id);
            std::vector<std::uint64_t> allowed;
            if (const auto before = known.find(columns.id); before != known.end())
                allowed = {before->second};
            if (const auto states = m_states.find(columns.id); states != m_states.end()) {
                for (const auto& [gesture, digest] : states->second) {
                    if (gesture <= m_saved)
                        allowed.clear(); // acknowledged: nothing older may be found
                    allowed.push_back(digest);
                }
            }
            // What was planned when it died, and the item of an undo, may be on the disk without a word.
            const bool isAllowed = std::find(allowed.begin(), allowed.end(), found) != allowed.end();
            if (!isAllowed && columns.id != m_planned && !(m_isUndoing && ++undone == 1))
                return QString("item %1 has labels that were neither acknowledged nor came later")
                    .arg(columns.id);
            known[columns.id] = found;
        }
        std::set<Revision> history;
        for (const RevisionRow& row :
             VALUE(project.history(static_cast<std::int64_t>(revisions.size()) + 200)))
            history.insert(row.revision);
        for (const Revision revision : revisions)
            if (!history.contains(revision))
                return QString("revision %1 was acknowledged and is gone").arg(revision);
        return {};
    }

    std::set<Revision> revisions;

private:
    std::map<ItemId, std::vector<std::pair<std::int64_t, std::uint64_t>>> m_states;
    std::int64_t m_saved = 0;
    ItemId m_planned = 0;
    bool m_isUndoing = false;
};

int fromEnvironment(const char* name, int fallback)
{
    bool isNumber = false;
    const int given = qEnvironmentVariableIntValue(name, &isNumber);
    return isNumber ? given : fallback;
}

} // namespace

/// A person labels in the studio's document and the process is killed at any moment.
class TestDocumentKills : public QObject
{
    Q_OBJECT
private slots:
    void nothingAcknowledgedIsLost()
    {
        const int kills = fromEnvironment("TRAINYARD_KILLS", 60);
        const int seed = fromEnvironment("TRAINYARD_SEED", 20261124);
        CounterRandom random(static_cast<std::uint64_t>(seed), RandomPurpose::Sample, 1, 0);
        const TemporaryFolder folder;
        const std::string path = (folder / "p").string();
        std::map<ItemId, std::uint64_t> known;
        {
            auto project = makeProject(path, kItems, 3);
            for (const ItemColumns& columns : project->columns())
                known[columns.id] = labelDigest(*project, columns.id);
        }
        std::size_t gestures = 0;
        for (int cycle = 0; cycle < kills; ++cycle) {
            Said said;
            {
                Child labeller({path, std::to_string(seed + cycle), std::to_string(kItems)},
                               "document_child");
                QCOMPARE(labeller.readLine(), std::string("ready"));
                std::this_thread::sleep_for(std::chrono::microseconds(random.below(50'000)));
                labeller.kill();
                for (std::string line = labeller.readLine(); !line.empty(); line = labeller.readLine())
                    said.read(line);
            }
            auto project = openProject(path);
            const QString problem = said.problem(*project, known);
            QVERIFY2(problem.isEmpty(),
                     qPrintable(QString("kill %1 of seed %2: %3").arg(cycle).arg(seed).arg(problem)));
            gestures += said.revisions.size();
            if (cycle % 20 == 0)
                DONE(project->verify());
        }
        qInfo("0 of %zu acknowledged gestures lost in %d kills, seed %d (TRAINYARD_KILLS, TRAINYARD_SEED)",
              gestures, kills, seed);
        QVERIFY(gestures > static_cast<std::size_t>(kills));
    }
};

QTEST_APPLESS_MAIN(TestDocumentKills)
#include "tst_document_kills.moc"
