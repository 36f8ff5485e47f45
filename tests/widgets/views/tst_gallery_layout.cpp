// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/gallery_layout.h"

#include <QTest>

using namespace trainyard::widgets;

class TestGalleryLayout : public QObject
{
    Q_OBJECT
private slots:
    void byHand()
    {
        // 7 cells of 100 x 120 in 340 pixels: three columns with 8 pixels of margin, three rows.
        const GalleryLayout layout{7, 340, 100, 120, 8};
        QCOMPARE(layout.columns(), 3);
        QCOMPARE(layout.rows(), 3);
        QCOMPARE(layout.height(), 3 * 120 + 16);
        QCOMPARE(layout.columnStep(), 108.0);
        QCOMPARE(layout.cellX(0), 12);
        QCOMPARE(layout.cellX(4), 12 + 108);
        QCOMPARE(layout.cellY(3), 128);
        QCOMPARE(layout.indexAt(13, 10), 0);
        QCOMPARE(layout.indexAt(113, 10), -1); // the gap
        QCOMPARE(layout.indexAt(125, 130), 4);
        QCOMPARE(layout.indexAt(125, 250), -1); // beyond the last
        QCOMPARE(layout.range(0, 119), (std::pair<std::int64_t, std::int64_t>{0, 3}));
        QCOMPARE(layout.range(130, 260), (std::pair<std::int64_t, std::int64_t>{3, 7}));
    }

    void emptyAndNarrow()
    {
        const GalleryLayout none{0, 340, 100, 120, 8};
        QCOMPARE(none.height(), 0);
        QCOMPARE(none.rows(), 0);
        QCOMPARE(none.indexAt(20, 20), -1);
        QCOMPARE(none.range(0, 1000), (std::pair<std::int64_t, std::int64_t>{0, 0}));
        const GalleryLayout narrow{5, 20, 100, 120, 8};
        QCOMPARE(narrow.columns(), 1);
        QCOMPARE(narrow.rows(), 5);
    }

    void everyCellIsFoundWhereItLies()
    {
        for (int width = 120; width < 2000; width += 37) {
            for (const std::int64_t count : {1, 2, 9, 1000, 1'000'000}) {
                const GalleryLayout layout{count, width, 100, 120, 8};
                for (std::int64_t i = 0; i < count; i += std::max<std::int64_t>(1, count / 97)) {
                    const int x = layout.cellX(i);
                    const std::int64_t y = layout.cellY(i);
                    QVERIFY(x >= 8 && x + 100 <= std::max(width, 116));
                    QCOMPARE(layout.indexAt(x, y), i);
                    QCOMPARE(layout.indexAt(x + 99, y + 119), i);
                    const auto [first, last] = layout.range(y, y + 119);
                    QVERIFY(first <= i && i < last && last - first <= layout.columns());
                }
            }
        }
    }

    void cellsDoNotOverlap()
    {
        for (int width = 120; width < 1500; width += 13) {
            const GalleryLayout layout{500, width, 100, 120, 8};
            for (std::int64_t i = 1; i < layout.columns(); ++i)
                QVERIFY(layout.cellX(i) >= layout.cellX(i - 1) + 100);
        }
    }
};

QTEST_APPLESS_MAIN(TestGalleryLayout)
#include "tst_gallery_layout.moc"
