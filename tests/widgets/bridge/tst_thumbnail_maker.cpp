// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/own_jpeg.h"
#include "core/storage/hash.h"
#include "tests/support/test_folders.h"
#include "widgets/bridge/thumbnail_maker.h"

#include <QTest>
#include <map>

using namespace trainyard;
using namespace trainyard::widgets;

/// Thumbnails that the cache lacks come from the decoder's children and are kept.
class ThumbnailMakerTest : public QObject
{
    Q_OBJECT
private slots:
    void whatIsMadeIsKept()
    {
        const test::TemporaryFolder folder;
        const std::string bytes = std::string("P6\n2 1\n255\n") + std::string("\x0a\x14\x1e\x28\x32\x3c", 6);
        test::writeTestFile(folder / "a.ppm", bytes);
        test::writeTestFile(folder / "b.ppm", "this is no picture");
        auto opened = ThumbnailStore::open(folder / "thumbnails");
        QVERIFY(opened.has_value());
        const std::shared_ptr<ThumbnailStore> store = std::move(*opened);
        ThumbnailMaker maker(test::binFolder().parent_path() / "libexec" / "trainyard" / "trainyard-decode",
                             store);
        std::map<ItemId, std::optional<std::string>> made;
        connect(&maker, &ThumbnailMaker::made, this,
                [&](ItemId item, const std::optional<std::string>& jpeg) { made[item] = jpeg; });
        const std::uint64_t hash = xxh3(bytes);
        maker.make(1, folder / "a.ppm", hash);
        maker.make(2, folder / "a.ppm", hash + 1); // the file is another one now
        maker.make(3, folder / "b.ppm", xxh3("this is no picture"));
        maker.make(4, folder / "nowhere.ppm", hash);
        QTRY_COMPARE_WITH_TIMEOUT(made.size(), std::size_t(4), 20'000);
        QVERIFY(made[1].has_value());
        const auto image = decodeOwnJpeg(*made[1]);
        QVERIFY(image.has_value());
        QCOMPARE(image->width, 2);
        QCOMPARE(image->height, 1);
        QCOMPARE(store->read(1, hash), made[1]);
        for (const ItemId item : {2, 3, 4}) {
            QVERIFY(!made[item].has_value());
            QVERIFY(!store->has(item, hash));
        }
    }
};

QTEST_MAIN(ThumbnailMakerTest)
#include "tst_thumbnail_maker.moc"
