// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "widgets/views/gallery_selection.h"

#include <QTest>
#include <algorithm>
#include <set>

using namespace trainyard;
using namespace trainyard::widgets;

class TestGallerySelection : public QObject
{
    Q_OBJECT
private slots:
    void keepsTheChoiceThroughFilters()
    {
        GallerySelection selection;
        selection.setItems({10, 20, 30, 40, 50});
        selection.select(std::vector<ItemId>{20, 40});
        selection.moveTo(3);
        QVERIFY(!selection.setItems({40, 30, 20})); // sorted the other way
        QCOMPARE(selection.selectedItems(), (std::vector<ItemId>{40, 20}));
        QCOMPARE(selection.current(), 0);
        QVERIFY(selection.setItems({30, 20})); // 40 is hidden and stays chosen
        QCOMPARE(selection.selectedItems(), (std::vector<ItemId>{20, 40}));
        QCOMPARE(selection.selectedCount(), 2);
        QCOMPARE(selection.hiddenCount(), 1);
        QCOMPARE(selection.current(), -1);
        QVERIFY(selection.selectAll()); // beside what is hidden
        QCOMPARE(selection.selectedItems(), (std::vector<ItemId>{30, 20, 40}));
        QVERIFY(selection.setItems({10, 40}));
        QCOMPARE(selection.selectedItems(), (std::vector<ItemId>{40, 20, 30}));
        QVERIFY(selection.isSelected(1));
        QVERIFY(selection.keepOnly([](ItemId item) { return item != 30; }));
        QVERIFY(!selection.keepOnly([](ItemId) { return true; }));
        QCOMPARE(selection.selectedItems(), (std::vector<ItemId>{40, 20}));
        QCOMPARE(selection.hiddenCount(), 1);
        QVERIFY(selection.selectOnly(0)); // a new choice lets the hidden ones go
        QCOMPARE(selection.selectedItems(), std::vector<ItemId>{10});
        QCOMPARE(selection.hiddenCount(), 0);
    }

    void aRangeFollowsTheOrderShown()
    {
        GallerySelection selection;
        selection.setItems({50, 10, 40, 20, 30});
        selection.selectOnly(1);
        QVERIFY(selection.extendTo(3, false));
        QCOMPARE(selection.selectedItems(), (std::vector<ItemId>{10, 40, 20}));
        selection.setItems({10, 20, 30, 40, 50}); // the anchor stays on its item
        QVERIFY(selection.extendTo(1, false));
        QCOMPARE(selection.selectedItems(), (std::vector<ItemId>{10, 20}));
    }

    void extendsFromTheAnchor()
    {
        GallerySelection selection;
        selection.setItems({1, 2, 3, 4, 5, 6, 7});
        selection.selectOnly(3);
        QVERIFY(selection.extendTo(5, false));
        QCOMPARE(selection.selectedItems(), (std::vector<ItemId>{4, 5, 6}));
        QVERIFY(selection.extendTo(1, false)); // the anchor stays
        QCOMPARE(selection.selectedItems(), (std::vector<ItemId>{2, 3, 4}));
        QVERIFY(selection.toggle(6));
        QVERIFY(selection.extendTo(5, true)); // with what was chosen before
        QCOMPARE(selection.selectedItems(), (std::vector<ItemId>{2, 3, 4, 6, 7}));
    }

    void saysWhetherItChanged()
    {
        GallerySelection selection;
        selection.setItems({1, 2});
        QVERIFY(selection.selectAll());
        QVERIFY(!selection.selectAll());
        QVERIFY(selection.selectOnly(0));
        QVERIFY(!selection.selectOnly(0));
        QVERIFY(selection.clear());
        QVERIFY(!selection.clear());
        QVERIFY(!selection.select(std::vector<ItemId>{99}));
        QCOMPARE(selection.selectedCount(), 0);
    }

    void agreesWithASet()
    {
        CounterRandom random(3, RandomPurpose::Sample, 0, 0);
        GallerySelection selection;
        std::vector<ItemId> items;
        for (ItemId i = 1; i <= 50; ++i)
            items.push_back(i * 3 % 53);
        selection.setItems(items);
        std::set<ItemId> expected;
        for (int round = 0; round < 2000; ++round) {
            const auto index = static_cast<std::int64_t>(random.below(50));
            const ItemId item = items[static_cast<std::size_t>(index)];
            switch (random.below(4)) {
            case 0:
                selection.selectOnly(index);
                expected = {item};
                break;
            case 1:
                selection.toggle(index);
                if (!expected.erase(item))
                    expected.insert(item);
                break;
            case 2:
                selection.selectAll();
                expected = {items.begin(), items.end()};
                break;
            default:
                selection.clear();
                expected.clear();
                break;
            }
            std::vector<ItemId> chosen = selection.selectedItems();
            std::sort(chosen.begin(), chosen.end());
            QVERIFY(chosen == std::vector<ItemId>(expected.begin(), expected.end()));
            QCOMPARE(selection.selectedCount(), static_cast<std::int64_t>(expected.size()));
            QCOMPARE(selection.indexOf(item), index);
        }
    }
};

QTEST_APPLESS_MAIN(TestGallerySelection)
#include "tst_gallery_selection.moc"
