// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/own_jpeg.h"
#include "tests/support/test_folders.h"
#include "widgets/bridge/picture_loader.h"

#include <QSignalSpy>
#include <QTest>

using namespace trainyard;
using namespace trainyard::widgets;

/// Pictures come from the decoder's children; the second time at once.
class PictureLoaderTest : public QObject
{
    Q_OBJECT
private:
    static std::filesystem::path decoder()
    {
        return test::binFolder().parent_path() / "libexec" / "trainyard" / "trainyard-decode";
    }

private slots:
    void pixelsAreCopied()
    {
        const QImage image = toQImage(Image{2, 1, {10, 20, 30, 40, 50, 60}});
        QCOMPARE(image.size(), QSize(2, 1));
        QCOMPARE(image.pixelColor(1, 0), QColor(40, 50, 60));
        QVERIFY(toQImage({}).isNull());
    }

    void aPictureArrivesAndIsKept()
    {
        const test::TemporaryFolder folder;
        const auto file = folder / "a.ppm";
        test::writeTestFile(file, std::string("P6\n2 1\n255\n") + std::string("\x0a\x14\x1e\x28\x32\x3c", 6));
        PictureLoader loader(decoder());
        QSignalSpy ready(&loader, &PictureLoader::ready);
        QVERIFY(loader.picture(7, file).isNull());
        QTRY_COMPARE_WITH_TIMEOUT(ready.size(), 1, 20'000);
        const QImage image = loader.picture(7, file);
        QCOMPARE(image.size(), QSize(2, 1));
        QCOMPARE(image.pixelColor(0, 0), QColor(10, 20, 30));
        loader.forget(7);
        QVERIFY(loader.picture(7, file).isNull());
    }

    void aLargePictureComesInSteps()
    {
        const test::TemporaryFolder folder;
        Image large{4200, 2100, std::vector<std::uint8_t>(4200 * 2100 * 3, 90)};
        for (int x = 0; x < large.width; ++x)
            large.row(0)[3 * x] = 250; // a red line that no reduced version shows in full
        const auto jpeg = encodeJpeg(large, 95);
        QVERIFY(jpeg);
        test::writeTestFile(folder / "a.jpg", *jpeg);
        PictureLoader loader(decoder());
        QSignalSpy ready(&loader, &PictureLoader::ready);
        QVERIFY(loader.pyramid(1, folder / "a.jpg").isNull());
        QTRY_COMPARE_WITH_TIMEOUT(ready.size(), 2, 20'000);
        QCOMPARE(ready[0][1].value<QImage>().size(), QSize(2100, 1050));
        QCOMPARE(ready[1][1].value<QImage>().size(), QSize(4200, 2100));
        const PicturePyramid whole = loader.pyramid(1, folder / "a.jpg");
        QVERIFY(whole.isWhole());
        QCOMPARE(whole.fullSize(), QSize(4200, 2100));
        // What is only a neighbour stays at the screen's size until it is looked at.
        loader.prefetch(2, folder / "a.jpg");
        QTRY_COMPARE_WITH_TIMEOUT(ready.size(), 3, 20'000);
        QCOMPARE(ready[2][1].value<QImage>().size(), QSize(2100, 1050));
        const PicturePyramid neighbour = loader.pyramid(2, folder / "a.jpg");
        QVERIFY(!neighbour.isNull() && !neighbour.isWhole());
        QTRY_COMPARE_WITH_TIMEOUT(ready.size(), 4, 20'000);
        QVERIFY(loader.pyramid(2, folder / "a.jpg").isWhole());
    }

    void smallPicturesEndWithTheirNumber()
    {
        const test::TemporaryFolder folder;
        const auto file = folder / "a.ppm";
        test::writeTestFile(file, std::string("P6\n2 1\n255\n") + std::string(6, '\x0a'));
        PictureLoader loader(decoder());
        QSignalSpy ready(&loader, &PictureLoader::ready);
        constexpr ItemId kPictures = 600;
        for (ItemId item = 1; item <= kPictures; ++item)
            loader.prefetch(item, file);
        QTRY_COMPARE_WITH_TIMEOUT(ready.size(), int(kPictures), 60'000);
        // What is not kept is asked for again.
        for (ItemId item = 1; item <= kPictures; ++item)
            loader.prefetch(item, file);
        QTRY_COMPARE_WITH_TIMEOUT(ready.size(), int(kPictures) + int(kPictures) - 512, 60'000);
    }

    void levelsAreHalves()
    {
        QImage image(1001, 600, QImage::Format_RGB888);
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                image.setPixelColor(x, y, QColor(x % 2 == 0 ? 100 : 102, y % 2 == 0 ? 10 : 14, 7));
        const PicturePyramid pyramid(image, image.size());
        QCOMPARE(pyramid.levelFor(1).size(), QSize(1001, 600));
        QCOMPARE(pyramid.levelFor(4).size(), QSize(1001, 600));
        QCOMPARE(pyramid.levelFor(0.51).size(), QSize(1001, 600));
        QCOMPARE(pyramid.levelFor(0.5).size(), QSize(501, 300));
        QCOMPARE(pyramid.levelFor(0.3).size(), QSize(501, 300));
        QCOMPARE(pyramid.levelFor(0.01).size(), QSize(251, 150));
        QCOMPARE(pyramid.levelFor(0.5).pixelColor(30, 40), QColor(101, 12, 7));
        QCOMPARE(pyramid.levelFor(0.5).pixelColor(500, 299), QColor(100, 12, 7));
        QVERIFY(PicturePyramid(QImage(), {}).isNull());
    }

    void whatIsNoPictureSaysWhy()
    {
        const test::TemporaryFolder folder;
        test::writeTestFile(folder / "a.jpg", "this is no picture");
        PictureLoader loader(decoder());
        QSignalSpy failed(&loader, &PictureLoader::failed);
        QVERIFY(loader.picture(1, folder / "a.jpg").isNull());
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, 20'000);
        QVERIFY(!failed[0][1].toString().isEmpty());
        QVERIFY(loader.picture(2, folder / "missing.jpg").isNull());
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 2, 20'000);
    }
};

QTEST_MAIN(PictureLoaderTest)
#include "tst_picture_loader.moc"
