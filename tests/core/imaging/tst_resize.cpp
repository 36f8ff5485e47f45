// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/resize.h"
#include "tests/core/imaging/picture_case.h"

#include <QTest>

using namespace trainyard;
using namespace trainyard::test;

/// Resizing against Pillow (tests/data/imaging/make_numbers.py), cutting and turning against their
/// definitions.
class ResizeTest : public QObject
{
    Q_OBJECT

private slots:
    void equalsPillow_data();
    void equalsPillow();
    void flatStaysFlat();
    void fittedSizes_data();
    void fittedSizes();
    void cropIsClippedAndRoundedOutwards();
    void orientationMovesEachCorner_data();
    void orientationMovesEachCorner();
    void orientationOfLargePictures();
};

void ResizeTest::equalsPillow_data()
{
    QTest::addColumn<int>("row");
    const Json rows = imagingGolden("resize.json");
    for (std::size_t i = 0; i < rows.size(); ++i)
        QTest::addRow("%s to %s", rows[i].at("from").dump().c_str(), rows[i].at("to").dump().c_str())
            << static_cast<int>(i);
}

void ResizeTest::equalsPillow()
{
    QFETCH(int, row);
    const Json golden = imagingGolden("resize.json").at(static_cast<std::size_t>(row));
    const Image image = patternImage(golden.at("from").at(0), golden.at("from").at(1));
    const Image resized = resizeImage(image, golden.at("to").at(0), golden.at("to").at(1));
    QCOMPARE(resized.width, golden.at("to").at(0).get<int>());
    QCOMPARE(resized.height, golden.at("to").at(1).get<int>());
    QCOMPARE(QString::fromStdString(pixelDigest(resized)), QString::fromStdString(golden.at("pixels")));
}

void ResizeTest::flatStaysFlat()
{
    for (const int value : {0, 1, 127, 254, 255}) {
        const Image flat{97, 61, std::vector<std::uint8_t>(97 * 61 * 3, static_cast<std::uint8_t>(value))};
        for (const auto& [width, height] : {std::pair{13, 7}, {300, 5}, {1, 1}, {97, 200}}) {
            const Image resized = resizeImage(flat, width, height);
            QCOMPARE(std::count(resized.pixels.begin(), resized.pixels.end(), value),
                     static_cast<std::ptrdiff_t>(width) * height * 3);
        }
    }
}

void ResizeTest::fittedSizes_data()
{
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("fittedWidth");
    QTest::addColumn<int>("fittedHeight");
    QTest::newRow("wide") << 400 << 300 << 192 << 144;
    QTest::newRow("tall") << 300 << 400 << 144 << 192;
    QTest::newRow("never enlarged") << 32 << 20 << 32 << 20;
    QTest::newRow("just right") << 192 << 192 << 192 << 192;
    QTest::newRow("never nothing") << 10000 << 3 << 192 << 1;
    QTest::newRow("rounded") << 385 << 100 << 192 << 50;
}

void ResizeTest::fittedSizes()
{
    QFETCH(int, width);
    QFETCH(int, height);
    QFETCH(int, fittedWidth);
    QFETCH(int, fittedHeight);
    QCOMPARE(fittedSize(width, height, 192), (std::pair{fittedWidth, fittedHeight}));
}

void ResizeTest::cropIsClippedAndRoundedOutwards()
{
    const Image image = patternImage(20, 10);
    const Image part = cropImage(image, {2.5, 1.0, 3.0, 2.2});
    QCOMPARE(part.width, 4); // 2.5 to 5.5 touches the columns 2 to 5
    QCOMPARE(part.height, 3);
    QVERIFY(std::equal(part.row(0), part.row(0) + 12, image.row(1) + 6));
    QVERIFY(std::equal(part.row(2), part.row(2) + 12, image.row(3) + 6));
    QCOMPARE(cropImage(image, {-5, -5, 100, 100}), image);
    QVERIFY(cropImage(image, {20, 0, 5, 5}).isEmpty());
    QVERIFY(cropImage(image, {3, 3, 0, 4}).isEmpty());
    QCOMPARE(cropImage(image, {19, 9, 1, 1}).pixels.size(), std::size_t{3});
}

void ResizeTest::orientationMovesEachCorner_data()
{
    // Which corner of the stored 3 x 2 picture (0 top left, 1 top right, 2 bottom left, 3 bottom right) comes
    // to the upright picture's corners: EXIF 2.3, tag 274.
    QTest::addColumn<QList<int>>("corners");
    QTest::newRow("1") << QList{0, 1, 2, 3};
    QTest::newRow("2") << QList{1, 0, 3, 2};
    QTest::newRow("3") << QList{3, 2, 1, 0};
    QTest::newRow("4") << QList{2, 3, 0, 1};
    QTest::newRow("5") << QList{0, 2, 1, 3};
    QTest::newRow("6") << QList{2, 0, 3, 1};
    QTest::newRow("7") << QList{3, 1, 2, 0};
    QTest::newRow("8") << QList{1, 3, 0, 2};
}

void ResizeTest::orientationMovesEachCorner()
{
    QFETCH(QList<int>, corners);
    const int orientation = std::atoi(QTest::currentDataTag());
    Image stored{3, 2, std::vector<std::uint8_t>(18, 99)};
    const std::size_t places[] = {0, 2, 3, 5};
    for (std::size_t corner = 0; corner < 4; ++corner)
        stored.pixels[places[corner] * 3] = static_cast<std::uint8_t>(corner);
    const Image upright = orientImage(stored, orientation);
    QCOMPARE(upright.width, orientation >= 5 ? 2 : 3);
    QCOMPARE(upright.height, orientation >= 5 ? 3 : 2);
    const int right = (upright.width - 1) * 3;
    const int bottom = upright.height - 1;
    QCOMPARE(QList<int>({upright.row(0)[0], upright.row(0)[right], upright.row(bottom)[0],
                         upright.row(bottom)[right]}),
             corners);
}

/// Over several tiles: two turns that undo each other, and one that is its own inverse.
void ResizeTest::orientationOfLargePictures()
{
    const Image image = patternImage(131, 77);
    QCOMPARE(orientImage(orientImage(image, 6), 8), image);
    QCOMPARE(orientImage(orientImage(image, 5), 5), image);
    QCOMPARE(orientImage(orientImage(image, 7), 7), image);
    const Image turned = orientImage(image, 6);
    for (int y = 0; y < image.height; ++y)
        for (int x = 0; x < image.width; ++x)
            QVERIFY(std::equal(image.row(y) + x * 3, image.row(y) + x * 3 + 3,
                               turned.row(x) + (image.height - 1 - y) * 3));
}

QTEST_APPLESS_MAIN(ResizeTest)
#include "tst_resize.moc"
