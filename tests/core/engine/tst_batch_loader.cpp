// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/detail/batch_loader.h"
#include "core/training/batches.h"
#include "tests/core/engine/training_cases.h"

#include <QTest>
#include <algorithm>

using namespace trainyard;
using namespace trainyard::test;

class BatchLoaderTest : public QObject
{
    Q_OBJECT

private slots:
    void planSeesEveryItemOnce_data();
    void planSeesEveryItemOnce();
    void epochsDiffer();
    void bytesDoNotDependOnThreads();
    void startsInTheMiddle();
    void damagedPictureIsNamed();
    void canBeLeftEarly();
};

namespace {

detail::LoaderOptions options(std::int64_t first, std::int64_t last, int threads)
{
    detail::LoaderOptions options;
    options.preprocess.width = 16;
    options.preprocess.height = 16;
    options.augmentation = detail::Augmentation{true, true, 0.5, 2, 0.4};
    options.seed = 9;
    options.firstBatch = first;
    options.lastBatch = last;
    options.threads = threads;
    return options;
}

std::vector<detail::LoadItem> items(const SmallDataset& small)
{
    std::vector<detail::LoadItem> list;
    for (std::size_t i = 0; i < small.dataset.items.size(); ++i)
        list.push_back(
            {small.dataset.items[i].item, static_cast<std::int64_t>(i), small.dataset.items[i].label});
    return list;
}

/// Batches of five in rising order; a new epoch after four.
detail::BatchContent content(std::int64_t batch)
{
    detail::BatchContent result;
    result.epoch = batch / 4;
    for (std::uint32_t i = 0; i < 5; ++i)
        result.places.push_back(static_cast<std::uint32_t>(batch % 4) * 5 + i);
    return result;
}

std::vector<detail::Batch> loadAll(const SmallDataset& small, std::int64_t first, int threads)
{
    detail::BatchLoader loader(*small.pack, items(small), options(first, 12, threads), content);
    std::vector<detail::Batch> batches;
    for (std::int64_t i = first; i < 12; ++i) {
        const auto batch = loader.next();
        batches.push_back(**batch);
    }
    return batches;
}

bool isSame(const detail::Batch& a, const detail::Batch& b)
{
    return a.pixels == b.pixels && a.labels == b.labels && a.items == b.items && a.count == b.count;
}

} // namespace

void BatchLoaderTest::planSeesEveryItemOnce_data()
{
    QTest::addColumn<int>("items");
    QTest::addColumn<int>("batchSize");
    QTest::addColumn<int>("steps");
    QTest::newRow("whole batches") << 20 << 5 << 4;
    QTest::newRow("smaller last batch") << 22 << 5 << 5;
    QTest::newRow("a single item left over") << 21 << 5 << 4;
    QTest::newRow("fewer than a batch") << 3 << 5 << 1;
    QTest::newRow("one item") << 1 << 5 << 1;
    QTest::newRow("batches of one") << 4 << 1 << 4;
}

void BatchLoaderTest::planSeesEveryItemOnce()
{
    QFETCH(int, items);
    QFETCH(int, batchSize);
    QFETCH(int, steps);
    const BatchPlan plan(items, batchSize, 3);
    QCOMPARE(plan.stepsPerEpoch(), std::int64_t(steps));
    std::int64_t next = 0;
    for (std::int64_t batch = 0; batch < steps; ++batch) {
        const auto [first, count] = plan.range(batch);
        QCOMPARE(first, next);
        QVERIFY(count >= 1);
        QVERIFY(count > 1 || batchSize == 1 || items == 1);
        next += count;
    }
    QCOMPARE(next, std::int64_t(items));
    auto order = plan.order(0);
    std::sort(order.begin(), order.end());
    for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(items); ++i)
        QCOMPARE(order[i], i);
}

void BatchLoaderTest::epochsDiffer()
{
    QVERIFY(BatchPlan(50, 5, 3).order(0) != BatchPlan(50, 5, 3).order(1));
    QVERIFY(BatchPlan(50, 5, 3).order(0) != BatchPlan(50, 5, 4).order(0));
    QVERIFY(BatchPlan(50, 5, 3).order(7) == BatchPlan(50, 9, 3).order(7));
    const SmallDataset small = smallDataset(20, 0, 16);
    const auto batches = loadAll(small, 0, 1);
    QVERIFY(batches[0].items == batches[4].items);
    QVERIFY(batches[0].pixels != batches[4].pixels); // another epoch, another augmentation
}

void BatchLoaderTest::bytesDoNotDependOnThreads()
{
    const SmallDataset small = smallDataset(20, 0, 16);
    const auto expected = loadAll(small, 0, 1);
    for (const int threads : {2, 4, 8}) {
        const auto batches = loadAll(small, 0, threads);
        for (std::size_t i = 0; i < expected.size(); ++i)
            QVERIFY2(isSame(batches[i], expected[i]),
                     qPrintable(QString("%1 threads, batch %2").arg(threads).arg(i)));
    }
}

void BatchLoaderTest::startsInTheMiddle()
{
    const SmallDataset small = smallDataset(20, 0, 16);
    const auto all = loadAll(small, 0, 1);
    const auto rest = loadAll(small, 7, 2);
    QCOMPARE(rest.size(), std::size_t(5));
    for (std::size_t i = 0; i < rest.size(); ++i)
        QVERIFY(isSame(rest[i], all[i + 7]));
}

void BatchLoaderTest::damagedPictureIsNamed()
{
    const SmallDataset small = smallDataset(20, 0, 16);
    small.pack->damage(6);
    detail::BatchLoader loader(*small.pack, items(small), options(0, 12, 2), content);
    QVERIFY(loader.next().has_value());
    const auto damaged = loader.next();
    QVERIFY(!damaged.has_value());
    QCOMPARE(damaged.error().code, ErrorCode::CorruptFile);
    QVERIFY(damaged.error().message.find("#106") != std::string::npos);
}

void BatchLoaderTest::canBeLeftEarly()
{
    const SmallDataset small = smallDataset(20, 0, 16);
    for (int i = 0; i < 50; ++i) {
        detail::BatchLoader loader(*small.pack, items(small), options(0, 1'000'000, 3), content);
        if (i % 2 == 0)
            QVERIFY(loader.next().has_value());
    }
}

QTEST_APPLESS_MAIN(BatchLoaderTest)
#include "tst_batch_loader.moc"
