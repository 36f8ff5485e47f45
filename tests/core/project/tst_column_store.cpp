// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/project/column_store.h"

#include <QtTest>
#include <algorithm>
#include <set>

using namespace trainyard;

namespace {

ItemColumns columnsOf(ItemId id)
{
    ItemColumns columns;
    columns.id = id;
    columns.contentHash = static_cast<std::uint64_t>(id) * 3;
    return columns;
}

} // namespace

/// Every id is found and no other, however unevenly the ids are spread.
class TestColumnStore : public QObject
{
    Q_OBJECT
private slots:
    void find_data()
    {
        QTest::addColumn<std::vector<ItemId>>("ids");
        QTest::addRow("none") << std::vector<ItemId>();
        QTest::addRow("one") << std::vector<ItemId>{5};
        QTest::addRow("two") << std::vector<ItemId>{5, 9'000'000'000'000};
        std::vector<ItemId> dense;
        std::vector<ItemId> squares;
        for (ItemId i = 1; i <= 1000; ++i) {
            dense.push_back(i);
            squares.push_back(i * i * i);
        }
        QTest::addRow("dense") << dense;
        QTest::addRow("cubes") << squares;
        std::set<ItemId> random{1, INT64_C(1) << 40};
        CounterRandom numbers(1, RandomPurpose::Sample, 0, 0);
        while (random.size() < 800)
            random.insert(static_cast<ItemId>(numbers.below(5000)) + 2);
        QTest::addRow("random with one far away") << std::vector<ItemId>(random.begin(), random.end());
    }
    void find()
    {
        QFETCH(std::vector<ItemId>, ids);
        ColumnStore store;
        for (const ItemId id : ids)
            store.append(columnsOf(id));
        for (const ItemId id : ids) {
            const ItemColumns* found = store.find(id);
            QVERIFY(found != nullptr);
            QCOMPARE(found->id, id);
            QCOMPARE(found->contentHash, static_cast<std::uint64_t>(id) * 3);
            for (const ItemId other : {id - 1, id + 1})
                QCOMPARE(store.find(other) != nullptr, std::binary_search(ids.begin(), ids.end(), other));
        }
        QVERIFY(store.find(0) == nullptr);
        QVERIFY(store.find(INT64_MAX) == nullptr);
    }
};

QTEST_APPLESS_MAIN(TestColumnStore)
#include "tst_column_store.moc"
