// SPDX-License-Identifier: GPL-3.0-or-later
// Every call that SQLite makes to the file system while a label is saved fails once, and from there on for
// ever.
#include "core/project/project.h"
#include "tests/core/project/faulty_sqlite.h"
#include "tests/core/project/project_fixture.h"
#include "tests/support/test_folders.h"

#include <QtTest>
#include <set>

using namespace trainyard;
using namespace trainyard::test;

namespace {

constexpr int kItems = 6;

Result<Edit> label(Project& project, std::size_t index)
{
    const ItemId item = project.columns()[index].id;
    return makeSetClass(project, std::span(&item, 1), project.classes()[0].id);
}

Result<Revision> labelNow(Project& project, std::size_t index)
{
    TRAINYARD_TRY(const Edit edit, label(project, index));
    return project.applyNow(edit);
}

Result<EditId> labelSoon(Project& project, std::size_t index)
{
    TRAINYARD_TRY(const Edit edit, label(project, index));
    return project.apply(edit);
}

bool isLabelled(const Project& project, std::size_t index)
{
    return project.columns()[index].classId != 0;
}

} // namespace

class TestProjectIoFaults : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        makeProject(m_folder / "template", kItems, 2).reset();
        openProject(m_folder / "template")
            .reset(); // makes the copy of the day, so that no other does beside a test
    }

    void everyCallOfALabelSave_data()
    {
        QTest::addColumn<int>("fault");
        QTest::addColumn<bool>("isForEver");
        using Fault = FaultySqlite::Fault;
        for (const auto& [name, fault] :
             {std::pair("I/O failure", Fault::IoFailure), std::pair("no space", Fault::NoSpace),
              std::pair("short write", Fault::ShortWrite)})
            for (const bool isForEver : {false, true})
                QTest::addRow("%s, %s", name, isForEver ? "for ever" : "once")
                    << static_cast<int>(fault) << isForEver;
    }

    void everyCallOfALabelSave()
    {
        QFETCH(int, fault);
        QFETCH(bool, isForEver);
        std::set<std::string> failed;
        for (int call = 1;; ++call) {
            FaultySqlite sqlite("project.trainyard");
            const TemporaryFolder place;
            const std::filesystem::path path = place / "p";
            std::filesystem::copy(m_folder / "template", path, std::filesystem::copy_options::recursive);
            auto project = openProject(path);
            VALUE(labelNow(*project, 0));

            // One that must be durable before it counts, then one that may wait.
            sqlite.failAt(call, static_cast<FaultySqlite::Fault>(fault), isForEver);
            const bool isAcknowledged = labelNow(*project, 1).has_value();
            const bool isShown = isLabelled(*project, 1);
            const auto waiting = labelSoon(*project, 2);
            const bool isFlushed = waiting && project->flush().has_value();
            const bool isReached = sqlite.wasReached();
            sqlite.disarm();
            const std::string where = "call " + std::to_string(call) + ": " + sqlite.failedCall();
            QVERIFY2(isShown == isAcknowledged, where.c_str());

            // What the disk holds at this moment is what a crash would leave: whole, with all that was
            // acknowledged.
            std::filesystem::create_directory(place / "crashed");
            for (const char* name : {"project.trainyard", "project.trainyard-wal"})
                std::filesystem::copy_file(path / name, place / "crashed" / name);
            {
                auto crashed = openProject(place / "crashed");
                QVERIFY2(isLabelled(*crashed, 0), where.c_str());
                QVERIFY2(!isAcknowledged || isLabelled(*crashed, 1), where.c_str());
                QVERIFY2(!isFlushed || isLabelled(*crashed, 2), where.c_str());
                QVERIFY2(crashed->verify().has_value(), where.c_str());
            }
            // The program goes on: what waited is saved now, and so is what comes next.
            if (waiting) {
                QVERIFY2(isLabelled(*project, 2), where.c_str());
                const Result<void> flushed = project->flush();
                QVERIFY2(flushed, (where + ": " + (flushed ? "" : flushed.error().message)).c_str());
            }
            const auto next = labelNow(*project, 3);
            QVERIFY2(next, (where + ": " + (next ? "" : next.error().message)).c_str());
            project.reset();
            project = openProject(path);
            QVERIFY2(isLabelled(*project, 0) && isLabelled(*project, 3), where.c_str());
            QVERIFY2(isLabelled(*project, 1) == isAcknowledged, where.c_str());
            QVERIFY2(isLabelled(*project, 2) == waiting.has_value(), where.c_str());
            QVERIFY2(project->verify().has_value(), where.c_str());
            project.reset();
            if (!isReached)
                break;
            failed.insert(sqlite.failedCall());
        }
        std::string all;
        for (const std::string& one : failed)
            all += one + "; ";
        qInfo("%s", all.c_str());
        QVERIFY2(failed.contains("write project.trainyard-wal") &&
                     failed.contains("sync project.trainyard-wal"),
                 all.c_str());
    }

    /// The log is written back into the database when a project is closed; whatever fails there, nothing
    /// saved is lost.
    void everyCallOfClosing()
    {
        std::set<std::string> failed;
        for (int call = 1;; ++call) {
            FaultySqlite sqlite("project.trainyard");
            const TemporaryFolder place;
            std::filesystem::copy(m_folder / "template", place / "p",
                                  std::filesystem::copy_options::recursive);
            auto project = openProject(place / "p");
            for (std::size_t i = 0; i < kItems; ++i)
                VALUE(labelNow(*project, i));
            sqlite.failAt(call,
                          call % 2 == 0 ? FaultySqlite::Fault::ShortWrite : FaultySqlite::Fault::IoFailure,
                          call % 3 == 0);
            project.reset();
            const bool isReached = sqlite.wasReached();
            sqlite.disarm();
            const std::string where = "call " + std::to_string(call) + ": " + sqlite.failedCall();
            project = openProject(place / "p");
            for (std::size_t i = 0; i < kItems; ++i)
                QVERIFY2(isLabelled(*project, i), where.c_str());
            QVERIFY2(project->verify().has_value(), where.c_str());
            project.reset();
            if (!isReached)
                break;
            failed.insert(sqlite.failedCall());
        }
        QVERIFY2(failed.contains("write project.trainyard"), QByteArray::number(failed.size()));
        QVERIFY2(failed.contains("sync project.trainyard"), QByteArray::number(failed.size()));
    }

private:
    TemporaryFolder m_folder;
};

QTEST_APPLESS_MAIN(TestProjectIoFaults)
#include "tst_project_io_faults.moc"
