// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/facts.h"
#include "tests/support/test_folders.h"

#include <QTest>
#include <thread>

using namespace trainyard;

class TestFacts : public QObject
{
    Q_OBJECT

private slots:
    void newestWins();
    void shards();
    void writersAtOnce();
    void damagedShard();
    void lengths();
    void visitSeesNewerRowsLater();
    void replacingLeavesOtherMeasures();
};

void TestFacts::newestWins()
{
    test::TemporaryFolder folder;
    FactStore store(folder.path(), "embedding", "v1");
    QVERIFY(store.readAll()->empty());
    QVERIFY(store.append({{5, 50, 0, {1, 2}}, {3, 30, -1, {3, 4}}}));
    QVERIFY(store.append({{5, 51, 7, {5, 6}}}));
    QVERIFY(FactStore(folder.path(), "embedding", "v2").append({{5, 52, 8, {7, 8}}}));
    const std::vector<FactRow> expected = {{3, 30, -1, {3, 4}}, {5, 51, 7, {5, 6}}};
    QCOMPARE(*store.readAll(), expected);
}

void TestFacts::shards()
{
    test::TemporaryFolder folder;
    FactStore store = perceptualHashFacts(folder.path());
    std::vector<FactRow> rows;
    for (std::int64_t i = 1; i <= 10'000; ++i)
        rows.push_back({i, static_cast<std::uint64_t>(i) << 40, -i, {}});
    QVERIFY(store.append(rows));
    QCOMPARE(*store.readAll(), rows);
    for (const char* name : {"0.h5", "1.h5", "2.h5"})
        QVERIFY(std::filesystem::exists(folder / "cache/facts/phash" / name));
    QVERIFY(!std::filesystem::exists(folder / "cache/facts/phash/3.h5"));
}

void TestFacts::writersAtOnce()
{
    test::TemporaryFolder folder;
    std::vector<std::thread> threads;
    std::atomic<int> failures = 0;
    for (std::int64_t writer = 0; writer < 4; ++writer)
        threads.emplace_back([&, writer] {
            FactStore store(folder.path(), "quality", "v1");
            for (std::int64_t i = 0; i < 5; ++i)
                if (!store.append({{1 + writer * 5 + i, 1, i, {0.5F}}}))
                    ++failures;
        });
    for (std::thread& thread : threads)
        thread.join();
    QCOMPARE(failures.load(), 0);
    QCOMPARE(FactStore(folder.path(), "quality", "v1").readAll()->size(), std::size_t{20});
}

void TestFacts::damagedShard()
{
    test::TemporaryFolder folder;
    FactStore store(folder.path(), "quality", "v1");
    QVERIFY(store.append({{1, 1, 1, {}}}));
    QVERIFY(store.append({{2, 2, 2, {}}}));
    const auto shard = folder / "cache/facts/quality/0.h5";
    test::writeTestFile(shard, test::readTestFile(shard).substr(0, 700));
    test::writeTestFile(folder / "cache/facts/quality/notes.txt", "not a shard");
    QCOMPARE(*store.readAll(), (std::vector<FactRow>{{2, 2, 2, {}}}));
}

void TestFacts::lengths()
{
    test::TemporaryFolder folder;
    FactStore store(folder.path(), "embedding", "v1");
    const auto result = store.append({{1, 1, 0, {1}}, {2, 1, 0, {1, 2}}});
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::InvalidArgument);
    QVERIFY(store.readAll()->empty());
}

void TestFacts::visitSeesNewerRowsLater()
{
    test::TemporaryFolder folder;
    FactStore store(folder.path(), "embedding", "v1");
    QVERIFY(store.append({{5, 50, 0, {1}}, {6, 60, 0, {2}}}));
    QVERIFY(store.append({{5, 51, 0, {3}}}));
    std::vector<FactRow> seen;
    QVERIFY(store.visit([&](FactRow row) { seen.push_back(std::move(row)); }));
    QCOMPARE(seen, (std::vector<FactRow>{{5, 50, 0, {1}}, {6, 60, 0, {2}}, {5, 51, 0, {3}}}));
}

void TestFacts::replacingLeavesOtherMeasures()
{
    test::TemporaryFolder folder;
    FactStore mine = suggestionFacts(folder.path(), "mine");
    FactStore others = suggestionFacts(folder.path(), "another");
    QVERIFY(mine.replace({{1, 10, 3, {0.5F, 0.25F}}}));
    QVERIFY(others.replace({{1, 10, 4, {0.75F, 0.5F}}}));
    for (int i = 0; i < 3; ++i)
        QVERIFY(mine.replace({{2, 20, i, {0.5F, 0.25F}}}));
    QCOMPARE(*mine.readAll(), (std::vector<FactRow>{{2, 20, 2, {0.5F, 0.25F}}}));
    QCOMPARE(*others.readAll(), (std::vector<FactRow>{{1, 10, 4, {0.75F, 0.5F}}}));
    const auto files = std::distance(std::filesystem::directory_iterator(folder / "cache/facts/suggestions"),
                                     std::filesystem::directory_iterator());
    QCOMPARE(files, 2);
    QVERIFY(mine.replace({}));
    QVERIFY(mine.readAll()->empty());
}

QTEST_APPLESS_MAIN(TestFacts)
#include "tst_facts.moc"
