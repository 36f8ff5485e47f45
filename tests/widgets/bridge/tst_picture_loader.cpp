// SPDX-License-Identifier: GPL-3.0-or-later
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
