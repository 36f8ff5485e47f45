// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/release/registry.h"
#include "core/storage/hash.h"
#include "tests/core/release/release_cases.h"
#include "tests/support/test_folders.h"

#include <QTest>

using namespace trainyard;
using namespace trainyard::test;
namespace fs = std::filesystem;

namespace {

/// Three packages, made once.
struct Packages
{
    TemporaryFolder folder;
    std::vector<fs::path> paths;
    Packages()
    {
        for (std::uint64_t seed = 1; seed <= 3; ++seed) {
            paths.push_back(folder / ("package" + std::to_string(seed)));
            if (auto written = writePackage(paths.back(), tinyPackage(seed)); !written)
                qFatal("%s", written.error().message.c_str());
        }
    }
};

Registry opened(const fs::path& folder, const Clock& clock = systemClock())
{
    auto registry = Registry::open(folder, posixIo(), clock);
    if (!registry)
        qFatal("%s", registry.error().message.c_str());
    return *registry;
}

const std::string kAuthor = "somebody@somewhere/cli";

} // namespace

class TestRegistry : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_packages = std::make_unique<Packages>(); }
    void opensAnEmptyFolderAndNoOther();
    void publishesOnce();
    void numbersAreNeverReused();
    void aliasesMoveAndGoBack();
    void versionsInUseAreNotRemoved();
    void hostileNamesAreRefused_data();
    void hostileNamesAreRefused();
    void referencesAreReadStrictly_data();
    void referencesAreReadStrictly();
    void checkOutGivesThePackage();
    void verifyFindsDamage();
    void damagedPackagesAreNotPublished();
    void damagedBlobsAreReplacedByPublishing();
    void garbageIsCollectedAfterGrace();
    void garbageCollectionStopsAtDamage();
    void newerRecordsAreRefused();
    void randomOperationsFollowAModel();

private:
    const fs::path& package(std::size_t i) { return m_packages->paths[i]; }
    std::unique_ptr<Packages> m_packages;
};

void TestRegistry::opensAnEmptyFolderAndNoOther()
{
    const TemporaryFolder folder;
    QCOMPARE(opened(folder / "new/registry").list()->size(), std::size_t{0});
    QCOMPARE(opened(folder / "new/registry").verify().value(), 0);
    fs::create_directory(folder / "empty");
    opened(folder / "empty");
    fs::create_directories(folder / "half/blobs"); // a start that was interrupted
    opened(folder / "half");
    writeTestFile(folder / "photos/cat.jpg", "x");
    const auto refused = Registry::open(folder / "photos");
    QVERIFY(!refused.has_value());
    QCOMPARE(refused.error().code, ErrorCode::Refused);
    QVERIFY(refused.error().message.find("cat.jpg") != std::string::npos);
    QVERIFY(!fs::exists(folder / "photos/blobs"));
    writeTestFile(folder / "file", "x");
    QVERIFY(!Registry::open(folder / "file").has_value());
}

void TestRegistry::publishesOnce()
{
    const TemporaryFolder folder;
    const ManualClock clock;
    Registry registry = opened(folder / "r", clock);
    const auto first = registry.publish(package(0), "pets", kAuthor);
    QVERIFY2(first.has_value(), first ? "" : first.error().message.c_str());
    QCOMPARE(first->version, 1);
    QCOMPARE(first->author, kAuthor);
    QCOMPARE(first->publishedUtcMs, clock.utcMilliseconds());
    QCOMPARE(first->packageDigest, packageDigest(package(0)).value());
    QVERIFY(first->lineage["run"] == "run-1");
    QCOMPARE(registry.publish(package(0), "pets", "other")->version, 1);
    QCOMPARE(registry.publish(package(1), "pets", kAuthor)->version, 2);
    QCOMPARE(registry.publish(package(0), "other", kAuthor)->version, 1);
    const auto list = registry.list();
    QVERIFY(list.has_value());
    QCOMPARE(list->size(), std::size_t{3});
    QCOMPARE(list->at(0).name, std::string("other"));
    QCOMPARE(list->at(1).author, kAuthor);
    QCOMPARE(list->at(2).version, 2);
    // Eight files a package; equal ones (labels, for example) are one blob.
    const auto blobs = registry.verify();
    QVERIFY2(blobs.has_value(), blobs ? "" : blobs.error().message.c_str());
    QVERIFY(*blobs > 8 && *blobs < 16);
    QCOMPARE(opened(folder / "r").resolve("pets:2")->packageDigest, packageDigest(package(1)).value());
}

void TestRegistry::numbersAreNeverReused()
{
    const TemporaryFolder folder;
    Registry registry = opened(folder / "r");
    QCOMPARE(registry.publish(package(0), "pets", kAuthor)->version, 1);
    QVERIFY(registry.remove("pets", 1, kAuthor).has_value());
    QCOMPARE(registry.remove("pets", 1, kAuthor).error().code, ErrorCode::NotFound);
    QCOMPARE(registry.resolve("pets:1").error().code, ErrorCode::NotFound);
    QCOMPARE(registry.publish(package(0), "pets", kAuthor)->version, 2); // the same package again
    QCOMPARE(registry.publish(package(1), "pets", kAuthor)->version, 3);
    QVERIFY(registry.remove("pets", 3, kAuthor).has_value());
    QCOMPARE(registry.publish(package(2), "pets", kAuthor)->version, 4);
    const auto list = registry.list();
    QCOMPARE(list->size(), std::size_t{4});
    QVERIFY(list->at(0).isDeleted && !list->at(1).isDeleted && list->at(2).isDeleted &&
            !list->at(3).isDeleted);
}

void TestRegistry::aliasesMoveAndGoBack()
{
    const TemporaryFolder folder;
    Registry registry = opened(folder / "r");
    for (std::size_t i = 0; i < 3; ++i)
        QCOMPARE(registry.publish(package(i), "pets", kAuthor)->version, static_cast<std::int64_t>(i) + 1);
    QCOMPARE(registry.rollback("pets", "live", kAuthor).error().code, ErrorCode::NotFound);
    for (const int version : {1, 2, 2, 3})
        QVERIFY(registry.setAlias("pets", "live", version, kAuthor).has_value());
    QCOMPARE(registry.resolve("pets@live")->version, 3);
    QVERIFY(registry.resolve("pets@live")->aliases == std::vector<std::string>{"live"});
    QVERIFY(registry.remove("pets", 2, kAuthor).has_value());
    QCOMPARE(registry.rollback("pets", "live", "other").value(), 1); // 2 is gone
    QCOMPARE(registry.resolve("pets@live")->version, 1);
    QCOMPARE(registry.rollback("pets", "live", kAuthor).error().code, ErrorCode::Refused);
    QCOMPARE(registry.resolve("pets@live")->version, 1);
    QCOMPARE(registry.setAlias("pets", "live", 2, kAuthor).error().code, ErrorCode::NotFound);
    QCOMPARE(registry.setAlias("pets", "live", 9, kAuthor).error().code, ErrorCode::NotFound);
    QCOMPARE(registry.setAlias("nobody", "live", 1, kAuthor).error().code, ErrorCode::NotFound);
    const auto history =
        parseJson(readTestFile(folder / "r/models/pets/aliases/live.json"), "live")->at("history");
    QCOMPARE(history.size(), std::size_t{4}); // setting 2 twice was one move
    QVERIFY(history[3]["action"] == "rollback");
    QVERIFY(history[3]["author"] == "other");
}

void TestRegistry::versionsInUseAreNotRemoved()
{
    const TemporaryFolder folder;
    Registry registry = opened(folder / "r");
    QVERIFY(registry.publish(package(0), "pets", kAuthor).has_value());
    QVERIFY(registry.setAlias("pets", "live", 1, kAuthor).has_value());
    const auto refused = registry.remove("pets", 1, kAuthor);
    QVERIFY(!refused.has_value());
    QCOMPARE(refused.error().code, ErrorCode::Refused);
    QVERIFY(refused.error().message.find("pets@live") != std::string::npos);
    QCOMPARE(registry.resolve("pets@live")->version, 1);
}

void TestRegistry::hostileNamesAreRefused_data()
{
    QTest::addColumn<QByteArray>("name");
    const QByteArray names[] = {"",         ".",    "..",   ".hidden", "../x",
                                "a/b",      "/etc", "a\\b", "A",       "Ä",
                                "a b",      "a\n",  "a@b",  "a:b",     QByteArray("a\0b", 3),
                                "a%2e",     "~",    "$x",   "a*",      QByteArray(65, 'a'),
                                "file://x", "\xff"};
    for (const QByteArray& name : names)
        QTest::newRow(("name " + name.toHex()).constData()) << name;
}

void TestRegistry::hostileNamesAreRefused()
{
    QFETCH(QByteArray, name);
    const TemporaryFolder folder;
    Registry registry = opened(folder / "r");
    QVERIFY(registry.publish(package(0), "pets", kAuthor).has_value());
    const auto before = folderState(folder.path());
    const std::string text = name.toStdString();
    QCOMPARE(registry.publish(package(1), text, kAuthor).error().code, ErrorCode::InvalidArgument);
    QCOMPARE(registry.setAlias("pets", text, 1, kAuthor).error().code, ErrorCode::InvalidArgument);
    QCOMPARE(registry.setAlias(text, "live", 1, kAuthor).error().code, ErrorCode::InvalidArgument);
    QCOMPARE(registry.rollback(text, "live", kAuthor).error().code, ErrorCode::InvalidArgument);
    QCOMPARE(registry.remove(text, 1, kAuthor).error().code, ErrorCode::InvalidArgument);
    QVERIFY(!registry.resolve(text + "@live").has_value());
    QVERIFY(folderState(folder.path()) == before);
}

void TestRegistry::referencesAreReadStrictly_data()
{
    QTest::addColumn<QString>("reference");
    for (const char* reference :
         {"pets", "pets:", "pets:0", "pets:-1", "pets:+1", "pets: 1", "pets:01", "pets:1x", "pets:1.json",
          "pets:99999999999999999999", "pets@", "pets@../live", "pets@live@live", "@live", ":1", "pets:1:1"})
        QTest::newRow(reference) << reference;
}

void TestRegistry::referencesAreReadStrictly()
{
    QFETCH(QString, reference);
    const TemporaryFolder folder;
    Registry registry = opened(folder / "r");
    QVERIFY(registry.publish(package(0), "pets", kAuthor).has_value());
    QVERIFY(registry.setAlias("pets", "live", 1, kAuthor).has_value());
    QCOMPARE(registry.resolve(reference.toStdString()).error().code, ErrorCode::InvalidArgument);
    QVERIFY(registry.resolve("pets:1").has_value() && registry.resolve("pets@live").has_value());
}

void TestRegistry::checkOutGivesThePackage()
{
    const TemporaryFolder folder;
    Registry registry = opened(folder / "r");
    const RegistryVersion version = registry.publish(package(0), "pets", kAuthor).value();
    const auto out = registry.checkOut(version, folder / "out/pets");
    QVERIFY2(out.has_value(), out ? "" : out.error().message.c_str());
    QVERIFY(folderState(*out) == folderState(package(0)));
    QVERIFY(readPackage(*out).has_value());
    QVERIFY(registry.checkOut(version, *out).has_value()); // it is there already
    const RegistryVersion other = registry.publish(package(1), "pets", kAuthor).value();
    QCOMPARE(registry.checkOut(other, *out).error().code, ErrorCode::Refused);
    // Changing a file that was checked out must not change the registry.
    writeTestFile(*out / "card.md", "changed");
    QVERIFY(registry.verify().has_value());
    QVERIFY(!registry.checkOut(version, *out).has_value());
    // A damaged blob never leaves the registry.
    const std::string blob = sha256(readTestFile(package(1) / "model.onnx"));
    writeTestFile(folder / "r/blobs" / blob, readTestFile(package(0) / "model.onnx"));
    QVERIFY(!registry.checkOut(other, folder / "out/other").has_value());
    QVERIFY(!fs::exists(folder / "out/other"));
}

void TestRegistry::verifyFindsDamage()
{
    const TemporaryFolder folder;
    Registry registry = opened(folder / "r");
    QVERIFY(registry.publish(package(0), "pets", kAuthor).has_value());
    QVERIFY(registry.setAlias("pets", "live", 1, kAuthor).has_value());
    const std::int64_t blobs = registry.verify().value();
    int damaged = 0;
    for (const auto& [name, bytes] : folderState(folder / "r")) {
        if (name == "registry.lock")
            continue;
        std::string flipped = bytes;
        flipped[0] = static_cast<char>(flipped[0] ^ 4);
        writeTestFile(folder / "r" / name, flipped);
        const auto found = name == "registry.json" ? Registry::open(folder / "r").has_value()
                                                   : registry.verify().has_value();
        QVERIFY2(!found, name.c_str());
        fs::remove(folder / "r" / name);
        if (name.starts_with("blobs/") || name.find("/versions/") != std::string::npos)
            QVERIFY2(!registry.verify().has_value(), name.c_str());
        writeTestFile(folder / "r" / name, bytes);
        ++damaged;
    }
    QCOMPARE(damaged, static_cast<int>(blobs) + 3);
    QCOMPARE(registry.verify().value(), blobs);
}

void TestRegistry::damagedPackagesAreNotPublished()
{
    const TemporaryFolder folder;
    Registry registry = opened(folder / "r");
    fs::copy(package(0), folder / "package", fs::copy_options::recursive);
    std::string card = readTestFile(folder / "package/card.md");
    card[0] = '*';
    writeTestFile(folder / "package/card.md", card);
    const auto refused = registry.publish(folder / "package", "pets", kAuthor);
    QVERIFY(!refused.has_value());
    QCOMPARE(refused.error().code, ErrorCode::CorruptFile);
    QVERIFY(refused.error().message.find("card.md") != std::string::npos);
    QCOMPARE(registry.list()->size(), std::size_t{0});
    QCOMPARE(registry.verify().value(), 0);
}

void TestRegistry::damagedBlobsAreReplacedByPublishing()
{
    const TemporaryFolder folder;
    Registry registry = opened(folder / "r");
    QVERIFY(registry.publish(package(0), "pets", kAuthor).has_value());
    const std::string blob = sha256(readTestFile(package(0) / "model.onnx"));
    writeTestFile(folder / "r/blobs" / blob, "short");
    QVERIFY(!registry.verify().has_value());
    QVERIFY(registry.publish(package(0), "again", kAuthor).has_value());
    QVERIFY(registry.verify().has_value());
}

void TestRegistry::garbageIsCollectedAfterGrace()
{
    const TemporaryFolder folder;
    ManualClock clock;
    Registry registry = opened(folder / "r", clock);
    QVERIFY(registry.publish(package(0), "pets", kAuthor).has_value());
    QVERIFY(registry.publish(package(1), "pets", kAuthor).has_value());
    const std::int64_t both = registry.verify().value();
    QVERIFY(registry.remove("pets", 1, kAuthor).has_value());
    QCOMPARE(registry.collectGarbage(30).value(), 0);
    clock.addDays(29.9);
    QCOMPARE(registry.collectGarbage(30).value(), 0);
    QVERIFY(registry.checkOut(registry.list()->at(0), folder / "still").has_value());
    clock.addDays(0.2);
    const std::int64_t removed = registry.collectGarbage(30).value();
    QVERIFY(removed > 0 && removed < both);
    QCOMPARE(registry.verify().value(), both - removed);
    QVERIFY(registry.checkOut(registry.resolve("pets:2").value(), folder / "two").has_value());
    QVERIFY(!registry.checkOut(registry.list()->at(0), folder / "one").has_value());
    QCOMPARE(registry.collectGarbage(30).value(), 0);
    QCOMPARE(registry.publish(package(0), "pets", kAuthor)->version, 3); // comes back whole
    QCOMPARE(registry.verify().value(), both);
    // What an interrupted publisher left goes after a day; a young file may belong to somebody at work.
    writeTestFile(folder / "r/blobs/.staging.tmp", "x");
    Registry today = opened(folder / "r");
    QCOMPARE(today.collectGarbage(0).value(), 0);
    QCOMPARE(registry.collectGarbage(0).value(), 1); // its clock is a month ahead
    QCOMPARE(registry.collectGarbage(-1).error().code, ErrorCode::InvalidArgument);
}

void TestRegistry::garbageCollectionStopsAtDamage()
{
    const TemporaryFolder folder;
    ManualClock clock;
    Registry registry = opened(folder / "r", clock);
    QVERIFY(registry.publish(package(0), "pets", kAuthor).has_value());
    QVERIFY(registry.publish(package(1), "pets", kAuthor).has_value());
    QVERIFY(registry.remove("pets", 1, kAuthor).has_value());
    clock.addDays(100);
    const std::string record = readTestFile(folder / "r/models/pets/versions/2.json");
    writeTestFile(folder / "r/models/pets/versions/2.json", "{");
    const auto before = folderState(folder / "r");
    QCOMPARE(registry.collectGarbage(30).error().code, ErrorCode::CorruptFile);
    QVERIFY(folderState(folder / "r") == before);
    writeTestFile(folder / "r/models/pets/versions/2.json", record);
    QVERIFY(registry.collectGarbage(30).value() > 0);
}

void TestRegistry::newerRecordsAreRefused()
{
    const TemporaryFolder folder;
    Registry registry = opened(folder / "r");
    QVERIFY(registry.publish(package(0), "pets", kAuthor).has_value());
    const fs::path file = folder / "r/models/pets/versions/1.json";
    std::string record = readTestFile(file);
    record.replace(record.find("\"format_version\": 1"), 19, "\"format_version\": 2");
    writeTestFile(file, record);
    QCOMPARE(registry.list().error().code, ErrorCode::Unsupported);
    QCOMPARE(registry.publish(package(1), "pets", kAuthor).error().code, ErrorCode::Unsupported);
    writeTestFile(folder / "r/registry.json", R"({"format": "trainyard-registry", "version": 2})");
    QCOMPARE(Registry::open(folder / "r").error().code, ErrorCode::Unsupported);
}

/// Random operations against a plain model of what a registry is.
void TestRegistry::randomOperationsFollowAModel()
{
    struct Version
    {
        std::size_t package;
        bool isDeleted;
    };
    const TemporaryFolder folder;
    ManualClock clock;
    Registry registry = opened(folder / "r", clock);
    std::vector<Version> versions;  // index + 1 is the number
    std::vector<std::size_t> stack; // of the alias "live"
    const auto isLive = [&](std::size_t v) {
        return v >= 1 && v <= versions.size() && !versions[v - 1].isDeleted;
    };
    CounterRandom random(2026, RandomPurpose::Sample, 0, 0);
    int accepted = 0;
    for (int step = 0; step < 600; ++step) {
        const std::size_t v = 1 + random.below(versions.size() + 1);
        const std::size_t p = random.below(3);
        switch (random.below(6)) {
        case 0: {
            std::size_t expected = 0;
            for (std::size_t i = 0; i < versions.size(); ++i)
                if (versions[i].package == p && !versions[i].isDeleted)
                    expected = i + 1;
            if (expected == 0) {
                versions.push_back({p, false});
                expected = versions.size();
            }
            const auto published = registry.publish(package(p), "pets", kAuthor);
            QVERIFY2(published.has_value(), published ? "" : published.error().message.c_str());
            QCOMPARE(published->version, static_cast<std::int64_t>(expected));
            break;
        }
        case 1: {
            const auto set = registry.setAlias("pets", "live", static_cast<std::int64_t>(v), kAuthor);
            QCOMPARE(set.has_value(), isLive(v));
            if (set && (stack.empty() || stack.back() != v))
                stack.push_back(v);
            accepted += set ? 1 : 0;
            break;
        }
        case 2: {
            std::vector<std::size_t> after = stack;
            while (!after.empty() && (after.back() == stack.back() || !isLive(after.back())))
                after.pop_back();
            const auto back = registry.rollback("pets", "live", kAuthor);
            QCOMPARE(back.has_value(), !after.empty());
            if (back) {
                QCOMPARE(*back, static_cast<std::int64_t>(after.back()));
                stack = after;
                ++accepted;
            }
            break;
        }
        case 3: {
            const bool canGo = isLive(v) && (stack.empty() || stack.back() != v);
            QCOMPARE(registry.remove("pets", static_cast<std::int64_t>(v), kAuthor).has_value(), canGo);
            if (canGo)
                versions[v - 1].isDeleted = true;
            break;
        }
        case 4:
            clock.addDays(static_cast<double>(random.below(20)));
            QVERIFY(registry.collectGarbage(30).has_value());
            break;
        default:
            QCOMPARE(registry.resolve("pets:" + std::to_string(v)).has_value(), isLive(v));
        }
        if (step % 50 == 0)
            QVERIFY(registry.verify().has_value());
    }
    QVERIFY(accepted > 20);
    const auto list = registry.list();
    QCOMPARE(list->size(), versions.size());
    for (std::size_t i = 0; i < versions.size(); ++i) {
        QCOMPARE(list->at(i).isDeleted, versions[i].isDeleted);
        if (!versions[i].isDeleted)
            QVERIFY(registry.checkOut(list->at(i), folder / ("out" + std::to_string(i))).has_value());
    }
}

QTEST_APPLESS_MAIN(TestRegistry)
#include "tst_registry.moc"
