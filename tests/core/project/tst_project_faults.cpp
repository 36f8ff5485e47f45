// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/backups.h"
#include "core/project/project.h"
#include "core/project/schema.h"
#include "core/storage/sqlite.h"
#include "tests/core/project/project_fixture.h"
#include "tests/support/small_disk.h"
#include "tests/support/test_folders.h"

#include <QtTest>
#include <map>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

using namespace trainyard;
using namespace trainyard::test;

namespace {

constexpr auto kReadWrite = Project::OpenMode::ReadWrite;
constexpr auto kReadOnly = Project::OpenMode::ReadOnly;

/// Changes the closed database behind the project's back.
void changeDatabase(const std::filesystem::path& folder, const std::string& sql)
{
    auto database = VALUE(Database::open(folder / "project.trainyard", Database::Mode::Create));
    DONE(database->exec(sql));
}

void labelOne(Project& project, std::size_t index)
{
    const ItemId item = project.columns()[index].id;
    const ClassId classId = project.columns()[index].classId == 0 ? project.classes()[0].id : 0;
    VALUE(project.applyNow(VALUE(makeSetClass(project, std::span(&item, 1), classId))));
}

/// A project with a change, opened again so that a copy is made.
Revision makeBackup(const std::filesystem::path& folder)
{
    makeProject(folder, 5, 1).reset();
    auto project = openProject(folder);
    return project->revision();
}

} // namespace

class TestProjectFaults : public QObject
{
    Q_OBJECT

private slots:
    void fullDiskKeepsEdits()
    {
        const TemporaryFolder folder;
        const SmallDisk disk(folder / "disk", "2m");
        if (!disk.isMounted())
            QSKIP("mounting a small tmpfs needs root");
        const std::filesystem::path path = folder / "disk/p";
        auto project = makeProject(path, 20, 2);
        const std::filesystem::path filler = folder / "disk/filler";
        std::map<ItemId, ClassId> saved;
        std::optional<Error> error;
        writeTestFile(filler, std::string(1500000, 'x'));
        for (std::size_t i = 0; i < 2000 && !error; ++i) {
            const ItemId item = project->columns()[i % 20].id;
            const ClassId classId = project->classes()[(i / 20) % 2].id;
            const Result<Revision> revision =
                project->applyNow(VALUE(makeSetClass(*project, std::span(&item, 1), classId)));
            if (revision)
                saved[item] = classId;
            else
                error = revision.error();
        }
        QVERIFY(error.has_value());
        QVERIFY2(error->code == ErrorCode::NoSpace, error->message.c_str());
        QVERIFY2(error->message.find("bytes are needed") != std::string::npos, error->message.c_str());
        QVERIFY2(error->message.find(path.string()) != std::string::npos, error->message.c_str());
        // What was refused is not shown as if it were there.
        for (const auto& [item, classId] : saved)
            QCOMPARE(std::int64_t(project->column(item)->classId), classId);

        // An Edit that may wait stays in memory and is saved once there is room.
        const ItemId item = project->columns()[3].id;
        const std::string reason(100000, 'r'); // more than the failed one may have left behind in the log
        VALUE(project->apply(VALUE(makeExclude(*project, std::span(&item, 1), reason))));
        QVERIFY(project->flush().error().code == ErrorCode::NoSpace);
        QVERIFY(project->column(item)->isExcluded);
        std::filesystem::remove(filler);
        DONE(project->flush());
        project.reset();
        project = openProject(path);
        QVERIFY(project->column(item)->isExcluded);
        for (const auto& [labelled, classId] : saved)
            QCOMPARE(std::int64_t(project->column(labelled)->classId), classId);
        DONE(project->verify());
    }

    void fileSizeLimits_data()
    {
        QTest::addColumn<int>("bytes");
        for (const int bytes : {20000, 60000, 100000, 140000})
            QTest::addRow("%d bytes", bytes) << bytes;
    }

    /// Writes of the log fail at different places; what was acknowledged before stays.
    void fileSizeLimits()
    {
        QFETCH(int, bytes);
        const TemporaryFolder folder;
        const std::string path = (folder / "p").string();
        makeProject(path, 10, 3).reset();
        Child child({"limited", path, std::to_string(bytes)});
        std::string output;
        QCOMPARE(child.wait(output), 0);
        std::istringstream lines(output);
        std::map<ItemId, ClassId> saved;
        std::string last;
        for (std::string line; std::getline(lines, line); last = line) {
            std::istringstream words(line);
            std::string kind;
            ItemId item = 0;
            ClassId classId = 0;
            if (words >> kind >> item >> classId)
                saved[item] = classId;
        }
        QVERIFY2(last == "IoError" || last == "NoSpace", last.c_str());
        auto project = openProject(path);
        for (const auto& [item, classId] : saved)
            QCOMPARE(std::int64_t(project->column(item)->classId), classId);
        DONE(project->verify());
    }

    void newerSchema()
    {
        const TemporaryFolder folder;
        const std::filesystem::path path = folder / "p";
        makeProject(path, 2, 1).reset();
        changeDatabase(path, ("PRAGMA user_version=" + std::to_string(kSchemaVersion + 1)).c_str());
        const auto refused = Project::open(path, kReadWrite, "ann@here/cli");
        QVERIFY(!refused && refused.error().code == ErrorCode::Unsupported);
        QCOMPARE(exitCode(refused.error().code), 8);
        // The file says that readers of this version still fit.
        QCOMPARE(VALUE(Project::open(path, kReadOnly, "ann@here/cli"))->columns().size(), std::size_t(2));
        changeDatabase(path, ("UPDATE meta SET value='" + std::to_string(kSchemaVersion + 1) +
                              "' WHERE key='oldest_reader'")
                                 .c_str());
        QVERIFY(Project::open(path, kReadOnly, "ann@here/cli").error().code == ErrorCode::Unsupported);
    }

    void foreignFiles()
    {
        const TemporaryFolder folder;
        QVERIFY(Project::open(folder / "absent", kReadWrite, "a").error().code == ErrorCode::NotFound);
        writeTestFile(folder / "text/project.trainyard", std::string(5000, 'x'));
        QVERIFY(Project::open(folder / "text", kReadWrite, "a").error().code == ErrorCode::CorruptFile);
        writeTestFile(folder / "empty/project.trainyard", "");
        QVERIFY(Project::open(folder / "empty", kReadOnly, "a").error().code == ErrorCode::CorruptFile);
        std::filesystem::create_directories(folder / "other");
        changeDatabase(folder / "other", "CREATE TABLE t(x)");
        QVERIFY(Project::open(folder / "other", kReadWrite, "a").error().code == ErrorCode::CorruptFile);
        QVERIFY(Project::create(folder / "other", {}).error().code == ErrorCode::Conflict);
    }

    void oneDamagedRowIsLeftOut()
    {
        const TemporaryFolder folder;
        const std::filesystem::path path = folder / "p";
        std::vector<ItemId> ids;
        {
            auto project = makeProject(path, 4, 1);
            labelOne(*project, 0);
            for (const ItemColumns& columns : project->columns())
                ids.push_back(columns.id);
        }
        changeDatabase(
            path, "UPDATE items SET size=size+1 WHERE id=" + std::to_string(ids[2]) +
                      "; UPDATE annotations SET class_id=77; UPDATE revisions SET text='x' WHERE revision=1");
        auto project = openProject(path);
        QCOMPARE(project->columns().size(), std::size_t(3));
        QVERIFY(project->column(ids[2]) == nullptr);
        QVERIFY(project->item(ids[2]).error().code == ErrorCode::CorruptFile);
        QCOMPARE(VALUE(project->items()).size(), std::size_t(3));
        QCOMPARE(VALUE(project->annotations(ids[0])).size(), std::size_t(0));
        QCOMPARE(project->damagedRows().size(), std::size_t(2));
        QVERIFY(project->damagedRows()[0] == (DamagedRow{Table::Items, ids[2]}));
        const Result<void> verified = project->verify();
        QVERIFY(!verified && verified.error().code == ErrorCode::CorruptFile);
        for (const std::string& name : {"items row " + std::to_string(ids[2]), std::string("annotations row"),
                                        std::string("revision 1")})
            QVERIFY2(verified.error().message.find(name) != std::string::npos,
                     verified.error().message.c_str());
        // It is left as it is, and the rest can be worked with.
        const Edit onDamaged{"x", "x", {RowChange{Table::Items, ids[2], {{"split", {}, std::int64_t{1}}}}}};
        QVERIFY(project->applyNow(onDamaged).error().code == ErrorCode::CorruptFile);
        labelOne(*project, 1);
    }

    /// So many that two connections read them at the same time.
    void manyItemsWithDamagedRows()
    {
        const TemporaryFolder folder;
        const std::filesystem::path path = folder / "p";
        constexpr int kMany = 30'000;
        std::vector<ItemId> ids;
        {
            auto project = makeProject(path, kMany, 1);
            for (const ItemColumns& columns : project->columns())
                ids.push_back(columns.id);
            for (const std::size_t index : {std::size_t(0), ids.size() / 2, ids.size() - 1})
                labelOne(*project, index);
        }
        const ItemId low = ids[10];
        const ItemId high = ids[ids.size() - 10];
        changeDatabase(path, "UPDATE items SET size=size+1 WHERE id IN (" + std::to_string(low) + "," +
                                 std::to_string(high) + ")");
        auto project = openProject(path);
        QCOMPARE(project->columns().size(), std::size_t(kMany - 2));
        QVERIFY(std::is_sorted(project->columns().begin(), project->columns().end(),
                               [](const ItemColumns& a, const ItemColumns& b) { return a.id < b.id; }));
        for (const std::size_t index : {std::size_t(0), ids.size() / 2, ids.size() - 1})
            QVERIFY(project->column(ids[index])->classId != 0);
        QVERIFY(project->column(low) == nullptr && project->column(high) == nullptr);
        QCOMPARE(project->damagedRows().size(), std::size_t(2));
    }

    void everyBlockFlipIsFound()
    {
        const TemporaryFolder folder;
        const std::filesystem::path path = folder / "p";
        makeProject(path, 300, 2).reset();
        const std::string good = readTestFile(path / "project.trainyard");
        int found = 0;
        int harmless = 0;
        for (std::size_t block = 0; block * 4096 < good.size(); ++block) {
            std::string bad = good;
            for (std::size_t i = 0; i < 64; ++i)
                bad[block * 4096 + 4030 + i] = static_cast<char>(~bad[block * 4096 + 4030 + i]);
            writeTestFile(path / "project.trainyard", bad);
            const auto project = Project::open(path, kReadOnly, "ann@here/cli");
            if (!project || !(*project)->verify() || !(*project)->damagedRows().empty()) {
                ++found;
                continue;
            }
            // Not noticed: then nothing that the project shows may differ.
            QCOMPARE(VALUE((*project)->items()).size(), std::size_t(300));
            QCOMPARE((*project)->classes().size(), std::size_t(2));
            ++harmless;
        }
        qInfo("%d damaged blocks found, %d without rows", found, harmless);
        QVERIFY(found > harmless);
    }

    void damagedDatabaseNamesTheCopy()
    {
        const TemporaryFolder folder;
        const std::filesystem::path path = folder / "p";
        const Revision saved = makeBackup(path);
        const std::vector<BackupCopy> copies = listBackups(path);
        QCOMPARE(copies.size(), std::size_t(1));
        QCOMPARE(copies[0].revision, saved);
        {
            auto project = openProject(path);
            labelOne(*project, 0);
        }
        QCOMPARE(listBackups(path).size(), std::size_t(1)); // ten minutes have not passed
        std::string bytes = readTestFile(path / "project.trainyard");
        std::fill(bytes.begin() + 100, bytes.begin() + 4096, 'x');
        writeTestFile(path / "project.trainyard", bytes);

        const auto broken = Project::open(path, kReadWrite, "ann@here/cli");
        QVERIFY(!broken && broken.error().code == ErrorCode::CorruptFile);
        QVERIFY2(broken.error().message.find(copies[0].path.filename().string()) != std::string::npos,
                 broken.error().message.c_str());
        {
            auto copy = VALUE(openNewestBackup(path, "ann@here/cli"));
            QVERIFY(copy->isReadOnly());
            QCOMPARE(copy->columns().size(), std::size_t(5));
            QVERIFY(copy->notice().find("are missing") != std::string::npos);
            QVERIFY(copy->applyNow(Edit{}).error().code == ErrorCode::Refused);
        }
        QCOMPARE(VALUE(restoreNewestBackup(path)), copies[0].path);
        auto project = openProject(path);
        QCOMPARE(project->revision(), saved);
        labelOne(*project, 0);
        DONE(project->verify());
        std::size_t kept = 0;
        for (const auto& entry : std::filesystem::directory_iterator(path))
            kept += entry.path().filename().string().rfind("project.trainyard.damaged-", 0) == 0 ? 1 : 0;
        QVERIFY(kept >= 1);
        QVERIFY(restoreNewestBackup(path).error().code == ErrorCode::Conflict); // it is open
    }

    void readOnlyFolder_data()
    {
        QTest::addColumn<bool>("isUnclean");
        QTest::newRow("closed in order") << false;
        QTest::newRow("with a log that was not written back") << true;
    }

    void readOnlyFolder()
    {
        QFETCH(bool, isUnclean);
        if (::geteuid() != 0)
            QSKIP("becoming another user needs root");
        const TemporaryFolder folder;
        ::chmod(folder.path().c_str(), 0755);
        const std::filesystem::path path = folder / "p";
        makeProject(path, 5, 2).reset();
        Revision revision = 0;
        {
            auto project = openProject(path);
            labelOne(*project, 0);
            revision = project->revision();
            if (isUnclean) {
                for (const char* ending : {"", "-wal"})
                    std::filesystem::copy_file((path / "project.trainyard").string() + ending,
                                               (folder / "kept").string() + ending);
            }
        }
        if (isUnclean) {
            for (const char* ending : {"", "-wal"})
                std::filesystem::copy_file((folder / "kept").string() + ending,
                                           (path / "project.trainyard").string() + ending,
                                           std::filesystem::copy_options::overwrite_existing);
            QVERIFY(std::filesystem::file_size(path / "project.trainyard-wal") > 0);
        }
        std::filesystem::remove(path / "project.trainyard-shm");
        ::chmod(path.c_str(), 0555);
        std::filesystem::create_directories(folder / "cache");
        ::chmod((folder / "cache").c_str(), 0777);
        qputenv("XDG_CACHE_HOME", QByteArray::fromStdString((folder / "cache").string()));
        Child reader({"read", path.string(), "65534"});
        std::string output;
        const int status = reader.wait(output);
        qunsetenv("XDG_CACHE_HOME");
        QCOMPARE(status, 0);
        QVERIFY2(output.find("Refused\nitems 5 " + std::to_string(revision) + "\n") == 0, output.c_str());
        QVERIFY2(output.find("notice the folder cannot be written") != std::string::npos, output.c_str());
        // The copy was made in the cache, and is gone again.
        QCOMPARE(std::filesystem::exists(folder / "cache/trainyard"), isUnclean);
        QVERIFY(!isUnclean || std::filesystem::is_empty(folder / "cache/trainyard"));
        ::chmod(path.c_str(), 0755);
    }

    void versionOneStillOpens_data()
    {
        QTest::addColumn<bool>("isReadOnly");
        QTest::newRow("brought to the newest version") << false;
        QTest::newRow("read as it is") << true;
    }
    void versionOneStillOpens()
    {
        const std::filesystem::path golden = sourceFolder() / "tests/data/compat/v1/project";
        const TemporaryFolder folder;
        std::filesystem::copy(golden, folder / "p", std::filesystem::copy_options::recursive);
        QFETCH(const bool, isReadOnly);
        auto project =
            VALUE(Project::open(folder / "p", isReadOnly ? kReadOnly : kReadWrite, "maker@golden/cli"));
        QCOMPARE(std::filesystem::exists(folder / "p/project.trainyard.v1.bak"), !isReadOnly);
        const auto items = VALUE(project->items());
        QCOMPARE(items.size(), std::size_t(4));
        QCOMPARE(items[0].path, std::string("a.png"));
        QCOMPARE(items[1].path, std::string("l\xe4ngs\n.png"));
        QCOMPARE(items[1].sourcePicture, std::string("/pictures/whole.png"));
        QVERIFY(items[1].sourceBox == std::optional(Box{1, 2, 3.5, 4}));
        QCOMPARE(items[2].excludedReason, std::string("dark"));
        QVERIFY(items[3].split == Split::Test);
        QCOMPARE(project->classes().size(), std::size_t(2));
        QCOMPARE(project->classes()[1].name, std::string("c1"));
        const auto annotations = VALUE(project->annotations(items[0].id));
        QCOMPARE(annotations.size(), std::size_t(2));
        QVERIFY(annotations[1].shape == Shape(Box{0.5, 0.25, 10, 20}));
        QCOMPARE(VALUE(project->setting("task")), std::string("classify"));
        QCOMPARE(VALUE(project->issues(IssueKind::ExactDuplicate, std::nullopt)).size(), std::size_t(1));
        QCOMPARE(VALUE(project->rejects())[0].remedy, std::string("send it again"));
        DONE(project->verify());
        if (isReadOnly)
            return;
        VALUE(project->undo()); // the split of the last item
        QVERIFY(VALUE(project->items())[3].split == Split::None);
    }
};

QTEST_APPLESS_MAIN(TestProjectFaults)
#include "tst_project_faults.moc"
