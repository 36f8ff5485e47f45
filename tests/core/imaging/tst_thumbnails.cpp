// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/own_jpeg.h"
#include "core/imaging/thumbnail.h"
#include "core/imaging/thumbnail_store.h"
#include "tests/core/imaging/picture_case.h"
#include "tests/support/test_folders.h"

#include <QTest>
#include <cmath>
#include <thread>

using namespace trainyard;
using namespace trainyard::test;

/// Our own JPEGs, thumbnails, and the packs that hold them.
class ThumbnailsTest : public QObject
{
    Q_OBJECT

private slots:
    void foreignDecoderReadsOurJpegs_data();
    void foreignDecoderReadsOurJpegs();
    void ownDecoderRefusesDamage();
    void thumbnailsFitAndAreNeverEnlarged();
    void whatWasPutIsRead();
    void newestWinsAndContentMatters();
    void otherProcessesPicturesAreNoticed();
    void damageMakesAnEntryAbsent();
    void cutIndexLosesItsLastRowOnly();
    void manyThreadsPutAndRead();
    void folderAppearsWithTheFirstPicture();
};

namespace {

std::filesystem::path fileWithEnding(const std::filesystem::path& folder, const char* ending)
{
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ending)
            return entry.path();
    return {};
}

double meanDifference(const Image& a, const Image& b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.pixels.size(); ++i)
        sum += std::abs(a.pixels[i] - static_cast<int>(b.pixels[i]));
    return sum / static_cast<double>(a.pixels.size());
}

} // namespace

void ThumbnailsTest::foreignDecoderReadsOurJpegs_data()
{
    QTest::addColumn<int>("quality");
    QTest::addColumn<bool>("isFullColour");
    QTest::addColumn<double>("most");
    QTest::newRow("quality 95, full colour") << 95 << true << 1.5;
    QTest::newRow("quality 85") << 85 << false << 4.0;
}

/// What we encode, trainyard-decode and decodeOwnJpeg() decode to the same pixels, near the picture.
void ThumbnailsTest::foreignDecoderReadsOurJpegs()
{
    QFETCH(int, quality);
    QFETCH(bool, isFullColour);
    QFETCH(double, most);
    const auto picture = decodePicture(imagingData() / "pictures" / "large.jpg");
    QVERIFY(picture);
    const auto jpeg = encodeJpeg(picture->image, quality, isFullColour);
    QVERIFY(jpeg);
    TemporaryFolder folder;
    writeTestFile(folder / "own.jpg", *jpeg);
    const auto foreign = decodePicture(folder / "own.jpg");
    const auto own = decodeOwnJpeg(*jpeg);
    QVERIFY(foreign && own);
    QVERIFY(!foreign->damage);
    QCOMPARE(foreign->image, *own);
    const double difference = meanDifference(*own, picture->image);
    QVERIFY2(difference > 0 && difference < most, std::to_string(difference).c_str());
}

void ThumbnailsTest::ownDecoderRefusesDamage()
{
    const auto jpeg = encodeJpeg(patternImage(64, 48), 90);
    QVERIFY(jpeg);
    QVERIFY(decodeOwnJpeg(*jpeg));
    const auto cut = decodeOwnJpeg(std::string_view(*jpeg).substr(0, jpeg->size() / 2));
    QVERIFY(!cut);
    QCOMPARE(cut.error().code, ErrorCode::CorruptFile);
    QVERIFY(!decodeOwnJpeg("no JPEG at all"));
    QVERIFY(!encodeJpeg(Image(), 90));
}

void ThumbnailsTest::thumbnailsFitAndAreNeverEnlarged()
{
    const auto large = makeThumbnail(patternImage(400, 300));
    QVERIFY(large);
    const auto decoded = decodeOwnJpeg(*large);
    QVERIFY(decoded);
    QCOMPARE(decoded->width, 192);
    QCOMPARE(decoded->height, 144);
    const auto small = makeThumbnail(patternImage(32, 20));
    QVERIFY(small);
    QCOMPARE(decodeOwnJpeg(*small)->width, 32);
    QVERIFY(!makeThumbnail(Image()));
}

void ThumbnailsTest::whatWasPutIsRead()
{
    TemporaryFolder folder;
    auto store = ThumbnailStore::open(folder / "thumbnails");
    QVERIFY(store);
    for (int i = 1; i <= 100; ++i)
        QVERIFY((*store)->put(i, 1000 + static_cast<std::uint64_t>(i), "picture " + std::to_string(i)));
    QVERIFY((*store)->flush());
    for (int i = 1; i <= 100; ++i) {
        QVERIFY((*store)->has(i, 1000 + static_cast<std::uint64_t>(i)));
        QCOMPARE((*store)->read(i, 1000 + static_cast<std::uint64_t>(i)), "picture " + std::to_string(i));
    }
    QVERIFY(!(*store)->has(101, 1101));
    QVERIFY(!(*store)->read(101, 1101));
    auto reopened = ThumbnailStore::open(folder / "thumbnails");
    QVERIFY(reopened);
    QCOMPARE((*reopened)->read(57, 1057), std::string("picture 57"));
    QVERIFY(!(*reopened)->put(5, 5, ""));
}

void ThumbnailsTest::newestWinsAndContentMatters()
{
    TemporaryFolder folder;
    auto store = ThumbnailStore::open(folder.path());
    QVERIFY(store);
    QVERIFY((*store)->put(1, 11, "old"));
    QVERIFY((*store)->put(1, 22, "new content"));
    QVERIFY(!(*store)->read(1, 11));
    QCOMPARE((*store)->read(1, 22), std::string("new content"));
    QVERIFY((*store)->put(1, 22, "made again"));
    QCOMPARE((*store)->read(1, 22), std::string("made again"));
    auto reopened = ThumbnailStore::open(folder.path());
    QCOMPARE((*reopened)->read(1, 22), std::string("made again"));
}

void ThumbnailsTest::otherProcessesPicturesAreNoticed()
{
    TemporaryFolder folder;
    auto writer = ThumbnailStore::open(folder.path());
    auto reader = ThumbnailStore::open(folder.path());
    QVERIFY(writer && reader);
    QVERIFY((*writer)->put(7, 70, "seven"));
    QVERIFY(!(*reader)->has(7, 70));
    QVERIFY((*reader)->refresh());
    QCOMPARE((*reader)->read(7, 70), std::string("seven"));
    QVERIFY((*writer)->put(8, 80, "eight"));
    QVERIFY((*reader)->put(9, 90, "nine"));
    QVERIFY((*reader)->refresh());
    QVERIFY((*writer)->refresh());
    QCOMPARE((*reader)->read(8, 80), std::string("eight"));
    QCOMPARE((*writer)->read(9, 90), std::string("nine"));
}

void ThumbnailsTest::damageMakesAnEntryAbsent()
{
    TemporaryFolder folder;
    {
        auto store = ThumbnailStore::open(folder.path());
        QVERIFY((*store)->put(1, 10, "the first picture"));
        QVERIFY((*store)->put(2, 20, "the second picture"));
        QVERIFY((*store)->put(3, 30, "the third picture"));
    }
    const auto pack = fileWithEnding(folder.path(), ".pack");
    std::string bytes = readTestFile(pack);
    bytes[bytes.find("second")] ^= 1;
    writeTestFile(pack, bytes);
    const auto index = fileWithEnding(folder.path(), ".index");
    std::string rows = readTestFile(index);
    rows[rows.size() - 20] ^= 1;
    writeTestFile(index, rows);
    auto store = ThumbnailStore::open(folder.path());
    QCOMPARE((*store)->read(1, 10), std::string("the first picture"));
    QVERIFY((*store)->has(2, 20));
    QVERIFY(!(*store)->read(2, 20));
    QVERIFY(!(*store)->has(2, 20)); // known to be broken now: to be made again
    QVERIFY(!(*store)->has(3, 30)); // its row is broken
    QVERIFY((*store)->put(2, 20, "the second picture"));
    QCOMPARE((*store)->read(2, 20), std::string("the second picture"));
}

void ThumbnailsTest::cutIndexLosesItsLastRowOnly()
{
    TemporaryFolder folder;
    {
        auto store = ThumbnailStore::open(folder.path());
        for (int i = 1; i <= 20; ++i)
            QVERIFY((*store)->put(i, 1, "picture " + std::to_string(i)));
    }
    const auto index = fileWithEnding(folder.path(), ".index");
    const std::string rows = readTestFile(index);
    QCOMPARE(rows.size(), std::size_t{8 + 20 * 48});
    for (std::size_t length = 0; length < rows.size(); length += 7) {
        writeTestFile(index, rows.substr(0, length));
        auto store = ThumbnailStore::open(folder.path());
        QVERIFY(store);
        const int known = length < 8 ? 0 : static_cast<int>((length - 8) / 48);
        for (int i = 1; i <= 20; ++i)
            QCOMPARE((*store)->has(i, 1), i <= known);
    }
}

void ThumbnailsTest::manyThreadsPutAndRead()
{
    TemporaryFolder folder;
    auto store = ThumbnailStore::open(folder.path());
    QVERIFY(store);
    std::atomic<int> wrong = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 300; ++i) {
                const ItemId item = t * 1000 + i + 1;
                const std::string jpeg = "picture " + std::to_string(item);
                if (!(*store)->put(item, 5, jpeg) || (*store)->read(item, 5) != jpeg)
                    ++wrong;
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    QCOMPARE(wrong.load(), 0);
    auto reopened = ThumbnailStore::open(folder.path());
    QCOMPARE((*reopened)->read(3300, 5), std::string("picture 3300"));
}

void ThumbnailsTest::folderAppearsWithTheFirstPicture()
{
    TemporaryFolder folder;
    const auto place = folder / "cache";
    auto store = ThumbnailStore::open(place / "thumbnails");
    QVERIFY(store);
    QVERIFY(!std::filesystem::exists(place));
    QVERIFY((*store)->put(1, 1, "a"));
    QVERIFY(std::filesystem::exists(place / "thumbnails"));
}

QTEST_APPLESS_MAIN(ThumbnailsTest)
#include "tst_thumbnails.moc"
