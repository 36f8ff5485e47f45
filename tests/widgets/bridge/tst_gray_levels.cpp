// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/gray_levels.h"

#include <QTest>

using namespace trainyard;
using namespace trainyard::widgets;

/// The window over the values of a 16-bit picture.
class GrayLevelsTest : public QObject
{
    Q_OBJECT
private:
    /// Numbers as the decoder hands them over: three bytes a pixel, the high one first.
    static Image numbers(int width, int height, const std::function<int(int)>& value)
    {
        Image image{width, height, {}};
        for (int i = 0; i < width * height; ++i)
            for (const int byte : {0, value(i) >> 8, value(i) & 0xFF})
                image.pixels.push_back(static_cast<std::uint8_t>(byte));
        return image;
    }
    static int at(const QImage& levels, int x, int y)
    {
        return reinterpret_cast<const std::uint16_t*>(levels.constScanLine(y))[x];
    }

private slots:
    void valuesAreKeptToTheBit()
    {
        const QImage levels = levelsFrom(numbers(3, 2, [](int i) { return i * 13'107; }));
        QCOMPARE(levels.format(), QImage::Format_Grayscale16);
        QCOMPARE(at(levels, 0, 0), 0);
        QCOMPARE(at(levels, 1, 1), 52'428);
        QCOMPARE(at(levels, 2, 1), 65'535);
        const GrayLevels gray(levels);
        QCOMPARE(at(gray.pyramid().largest(), 1, 1), 52'428);
        QVERIFY(GrayLevels(QImage()).isNull());
    }

    void smallerLevelsAreMeansOf16Bits()
    {
        const GrayLevels gray(
            levelsFrom(numbers(512, 2, [](int i) { return i % 2 == 0 ? 40'000 : 60'001; })));
        const QImage& half = gray.pyramid().levelFor(0.5);
        QCOMPARE(half.size(), QSize(256, 1));
        QCOMPARE(half.format(), QImage::Format_Grayscale16);
        QCOMPARE(at(half, 100, 0), 50'001); // (40,000 + 60,001) / 2, rounded up
    }

    void strayPixelsDoNotTakeTheRange()
    {
        // 1,000 pixels from 500 to 1,499; four strays stay within half a percent at either end.
        const auto value = [](int i) { return i < 4 ? 0 : i >= 996 ? 65'535 : 500 + i; };
        const GrayLevels gray(levelsFrom(numbers(100, 10, value)));
        QCOMPARE(gray.automatic().low, 505); // the first with more than 5 pixels at or below it
        QCOMPARE(gray.automatic().high, 1'494);
    }

    void oneValueAloneIsInTheMiddle_data()
    {
        QTest::addColumn<int>("value");
        QTest::newRow("black") << 0;
        QTest::newRow("some") << 700;
        QTest::newRow("white") << 65'535;
    }

    void oneValueAloneIsInTheMiddle()
    {
        QFETCH(int, value);
        const GrayLevels gray(levelsFrom(numbers(8, 8, [&](int) { return value; })));
        const ValueWindow window = gray.automatic();
        QVERIFY(window.low >= 0 && window.high <= 65'535 && window.low < window.high);
        QVERIFY(window.low <= value && value <= window.high);
    }

    void theTableClampsAndSpreads()
    {
        const std::vector<uchar> table = windowTable({1'000, 1'510});
        QCOMPARE(table.size(), std::size_t(65'536));
        QCOMPARE(table[0], uchar(0));
        QCOMPARE(table[1'000], uchar(0));
        QCOMPARE(table[1'002], uchar(1));
        QCOMPARE(table[1'255], uchar(128)); // 127.5
        QCOMPARE(table[1'510], uchar(255));
        QCOMPARE(table[65'535], uchar(255));
        const QImage seen = windowed(levelsFrom(numbers(2, 1, [](int i) { return 1'000 + 510 * i; })), table);
        QCOMPARE(seen.pixelColor(0, 0), QColor(0, 0, 0));
        QCOMPARE(seen.pixelColor(1, 0), QColor(255, 255, 255));
    }
};

QTEST_MAIN(GrayLevelsTest)
#include "tst_gray_levels.moc"
