// SPDX-License-Identifier: GPL-3.0-or-later
// What the writer's thread does by itself: undo of many rows in its place among queued Edits, another try
// after a failure, ids that are reserved ahead.
#include "core/project/project.h"
#include "tests/core/project/faulty_sqlite.h"
#include "tests/core/project/project_fixture.h"
#include "tests/support/test_folders.h"

#include <QtTest>
#include <algorithm>
#include <mutex>
#include <optional>
#include <set>

using namespace trainyard;
using namespace trainyard::test;

namespace {

/// Remembers what the writer tells.
class Told : public ProjectObserver
{
public:
    void durable(EditId edit, Revision revision) override
    {
        const std::lock_guard guard(m_mutex);
        m_durable.emplace_back(edit, revision);
    }
    void notDurable(EditId edit, const Error& error) override
    {
        const std::lock_guard guard(m_mutex);
        m_failed.emplace_back(edit, error);
    }
    [[nodiscard]] bool isDurable(EditId edit) const
    {
        const std::lock_guard guard(m_mutex);
        return std::any_of(m_durable.begin(), m_durable.end(),
                           [&](const auto& one) { return one.first == edit; });
    }
    [[nodiscard]] std::size_t failures(EditId edit) const
    {
        const std::lock_guard guard(m_mutex);
        return static_cast<std::size_t>(std::count_if(m_failed.begin(), m_failed.end(),
                                                      [&](const auto& one) { return one.first == edit; }));
    }
    [[nodiscard]] Error lastFailure() const
    {
        const std::lock_guard guard(m_mutex);
        return m_failed.back().second;
    }

private:
    mutable std::mutex m_mutex;
    std::vector<std::pair<EditId, Revision>> m_durable;
    std::vector<std::pair<EditId, Error>> m_failed;
};

} // namespace

class TestQueuedWork : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_folder = std::make_unique<TemporaryFolder>();
        m_sqlite = std::make_unique<FaultySqlite>("project.trainyard");
        m_project = makeProject(*m_folder / "p", kItems, 2);
        m_project->setObserver(&m_told.emplace());
    }
    void cleanup()
    {
        m_sqlite->disarm();
        m_project->setObserver(nullptr);
        m_project.reset();
        m_sqlite.reset();
        m_folder.reset();
    }

    void undoHasItsPlaceInTheQueue()
    {
        const EditId all = apply(allItems(), 0);
        const EditId step = VALUE(m_project->stepLater(true)); // before the Edit is on the disk
        const EditId one = apply({m_project->columns()[1].id}, 0, true);
        QTRY_VERIFY(m_told->isDurable(all) && m_told->isDurable(step));
        QTRY_VERIFY(m_told->isDurable(one));
        DONE(m_project->flush());
        VALUE(m_project->refresh());
        // The undo took back what was before it, and not the Edit behind it.
        QCOMPARE(labelled(), std::int64_t(0));
        QCOMPARE(m_project->column(m_project->columns()[1].id)->isExcluded, true);
        const auto history = VALUE(m_project->history(3));
        QCOMPARE(history[0].verb, std::string("exclude"));
        QCOMPARE(history[1].verb, std::string("undo"));
        QCOMPARE(history[1].rowCount, history[2].rowCount);
        QVERIFY(history[2].isUndone);
        DONE(m_project->verify());
        const EditId again = VALUE(m_project->stepLater(true)); // the exclusion
        QTRY_VERIFY(m_told->isDurable(again));
        VALUE(m_project->refresh());
        QCOMPARE(m_project->column(m_project->columns()[1].id)->isExcluded, false);
    }

    void thereIsNothingToUndo()
    {
        while (m_project->undo())
            ;
        const EditId step = VALUE(m_project->stepLater(true));
        QTRY_COMPARE(m_told->failures(step), std::size_t(1));
        QCOMPARE(m_told->lastFailure().code, ErrorCode::NotFound);
    }

    /// What would undo an Edit that is not there is not done later, when nobody expects it.
    void aStepBehindAFailureIsDropped()
    {
        m_sqlite->failEvery("write", FaultySqlite::Fault::NoSpace);
        const EditId edit = apply({m_project->columns()[0].id}, 0);
        QTRY_COMPARE(m_told->failures(edit), std::size_t(1));
        const EditId step = VALUE(m_project->stepLater(true));
        QTRY_COMPARE(m_told->failures(step), std::size_t(1));
        m_sqlite->disarm();
        QTRY_VERIFY(m_told->isDurable(edit));
        DONE(m_project->flush());
        QCOMPARE(labelled(), std::int64_t(1));
        QVERIFY(!m_told->isDurable(step));
    }

    void aStepThatFailsHalfWayIsRolledBack()
    {
        const EditId all = apply(allItems(), 0);
        QTRY_VERIFY(m_told->isDurable(all));
        DONE(m_project->flush());
        m_sqlite->failAt(120, FaultySqlite::Fault::NoSpace, false);
        const EditId step = VALUE(m_project->stepLater(true));
        QTRY_COMPARE_WITH_TIMEOUT(m_told->failures(step) + (m_told->isDurable(step) ? 1 : 0), std::size_t(1),
                                  20'000);
        m_sqlite->disarm();
        QVERIFY(m_sqlite->wasReached());
        VALUE(m_project->refresh());
        QCOMPARE(labelled(), m_told->isDurable(step) ? std::int64_t(0) : std::int64_t(kItems));
        DONE(m_project->verify());
    }

    void retryDoesNotWaitForItsTime()
    {
        m_sqlite->failEvery("write", FaultySqlite::Fault::ReadOnly);
        const EditId edit = apply({m_project->columns()[0].id}, 0);
        QTRY_COMPARE(m_told->failures(edit), std::size_t(1));
        QCOMPARE(m_told->lastFailure().code, ErrorCode::IoError);
        QVERIFY(m_told->lastFailure().message.find("Read-only file system") != std::string::npos);
        m_project->retry();
        QTRY_COMPARE(m_told->failures(edit), std::size_t(2)); // told again, because somebody asked
        m_sqlite->disarm();
        m_project->retry();
        QTRY_VERIFY_WITH_TIMEOUT(m_told->isDurable(edit), 700);
    }

    void idsAreReservedAhead()
    {
        m_project->prepareIds();
        DONE(m_project->flush());
        m_sqlite->failEvery("write", FaultySqlite::Fault::NoSpace);
        std::set<std::int64_t> ids;
        for (int i = 0; i < 4'096; ++i)
            ids.insert(VALUE(m_project->newId()));
        QCOMPARE(ids.size(), std::size_t(4'096));
        for (int i = 0; i < 4'096 && m_project->newId(); ++i)
            ;
        QCOMPARE(m_project->newId().error().code, ErrorCode::NoSpace); // both blocks are used up
        m_sqlite->disarm();
        QVERIFY(!ids.contains(VALUE(m_project->newId())));
        const auto other = openProject(*m_folder / "p", "bea@there/cli");
        QVERIFY(!ids.contains(VALUE(other->newId())));
    }

private:
    static constexpr int kItems = 1'500;

    [[nodiscard]] std::vector<ItemId> allItems() const
    {
        std::vector<ItemId> items;
        for (const ItemColumns& columns : m_project->columns())
            items.push_back(columns.id);
        return items;
    }
    EditId apply(const std::vector<ItemId>& items, std::size_t classIndex, bool excludes = false)
    {
        return VALUE(m_project->apply(
            excludes ? VALUE(makeExclude(*m_project, items, "no"))
                     : VALUE(makeSetClass(*m_project, items, m_project->classes()[classIndex].id))));
    }
    [[nodiscard]] std::int64_t labelled() const
    {
        return std::count_if(m_project->columns().begin(), m_project->columns().end(),
                             [](const ItemColumns& columns) { return columns.classId != 0; });
    }

    std::unique_ptr<TemporaryFolder> m_folder;
    std::unique_ptr<FaultySqlite> m_sqlite;
    std::unique_ptr<Project> m_project;
    std::optional<Told> m_told;
};

QTEST_GUILESS_MAIN(TestQueuedWork)
#include "tst_queued_work.moc"
