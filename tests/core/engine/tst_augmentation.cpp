// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/detail/augmentation.h"

#include <QTest>
#include <algorithm>
#include <cmath>
#include <set>

using namespace trainyard;
using detail::Augmentation;

class AugmentationTest : public QObject
{
    Q_OBJECT

private slots:
    void plainIsNormalised();
    void flipsMirror_data();
    void flipsMirror();
    void shiftsMirrorTheBorder();
    void cropsKeepTheAreaAsked();
    void jitterKeepsGreyAndRange();
    void sameKeySamePicture();
};

namespace {

constexpr int kWidth = 7;
constexpr int kHeight = 5;
constexpr std::size_t kFloats = static_cast<std::size_t>(kWidth) * kHeight * 3;

Preprocess identity()
{
    Preprocess preprocess;
    preprocess.width = kWidth;
    preprocess.height = kHeight;
    preprocess.mean = {0, 0, 0};
    preprocess.scale = {1, 1, 1};
    return preprocess;
}

/// x in the red channel, y in the green one.
std::vector<std::uint8_t> coordinates()
{
    std::vector<std::uint8_t> pixels;
    for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x)
            pixels.insert(pixels.end(),
                          {static_cast<std::uint8_t>(x * 10), static_cast<std::uint8_t>(y * 10), 40});
    }
    return pixels;
}

std::vector<float> augmented(const std::vector<std::uint8_t>& pixels, const Augmentation& augmentation,
                             std::uint64_t index)
{
    detail::PictureWriter writer(identity());
    std::vector<float> out(kFloats);
    writer.writeAugmented(pixels.data(), augmentation, CounterRandom(1, RandomPurpose::Augment, 0, index),
                          out.data());
    return out;
}

float at(const std::vector<float>& values, int x, int y, int channel)
{
    return values[static_cast<std::size_t>((y * kWidth + x) * 3 + channel)];
}

} // namespace

void AugmentationTest::plainIsNormalised()
{
    Preprocess preprocess = identity();
    preprocess.mean = {127, 10, 0};
    preprocess.scale = {128, 2, 0.5};
    const detail::PictureWriter writer(preprocess);
    std::vector<float> out(kFloats);
    writer.writePlain(coordinates().data(), out.data());
    QCOMPARE(at(out, 3, 2, 0), (30.0F - 127.0F) / 128.0F);
    QCOMPARE(at(out, 3, 2, 1), 5.0F);
    QCOMPARE(at(out, 3, 2, 2), 80.0F);
}

void AugmentationTest::flipsMirror_data()
{
    QTest::addColumn<bool>("horizontally");
    QTest::addColumn<bool>("vertically");
    QTest::newRow("none") << false << false;
    QTest::newRow("horizontally") << true << false;
    QTest::newRow("vertically") << false << true;
    QTest::newRow("both") << true << true;
}

void AugmentationTest::flipsMirror()
{
    QFETCH(bool, horizontally);
    QFETCH(bool, vertically);
    std::set<std::pair<bool, bool>> seen;
    int mirrored = 0;
    for (std::uint64_t index = 0; index < 200; ++index) {
        const auto out = augmented(coordinates(), {horizontally, vertically, 1.0, 0, 0.0}, index);
        const bool isMirrored = at(out, 0, 0, 0) > 0;
        const bool isTurned = at(out, 0, 0, 1) > 0;
        for (int y = 0; y < kHeight; ++y) {
            for (int x = 0; x < kWidth; ++x) {
                QCOMPARE(at(out, x, y, 0), 10.0F * static_cast<float>(isMirrored ? kWidth - 1 - x : x));
                QCOMPARE(at(out, x, y, 1), 10.0F * static_cast<float>(isTurned ? kHeight - 1 - y : y));
            }
        }
        seen.emplace(isMirrored, isTurned);
        mirrored += isMirrored ? 1 : 0;
    }
    QCOMPARE(seen.size(), std::size_t(horizontally ? 2 : 1) * (vertically ? 2 : 1));
    if (horizontally)
        QVERIFY2(mirrored > 70 && mirrored < 130, qPrintable(QString::number(mirrored)));
}

void AugmentationTest::shiftsMirrorTheBorder()
{
    const auto border = [](int index, int size) {
        return index < 0 ? -index : (index < size ? index : 2 * size - 2 - index);
    };
    std::set<std::pair<int, int>> shifts;
    for (std::uint64_t index = 0; index < 300; ++index) {
        const auto out = augmented(coordinates(), {false, false, 1.0, 2, 0.0}, index);
        bool isFound = false;
        for (int dy = -2; dy <= 2; ++dy) {
            for (int dx = -2; dx <= 2; ++dx) {
                bool isThis = true;
                for (int y = 0; y < kHeight; ++y) {
                    for (int x = 0; x < kWidth; ++x)
                        isThis = isThis &&
                                 at(out, x, y, 0) == 10.0F * static_cast<float>(border(x + dx, kWidth)) &&
                                 at(out, x, y, 1) == 10.0F * static_cast<float>(border(y + dy, kHeight));
                }
                if (isThis)
                    shifts.emplace(dx, dy);
                isFound = isFound || isThis;
            }
        }
        QVERIFY2(isFound, qPrintable(QString::number(index)));
    }
    QCOMPARE(shifts.size(), std::size_t(25));
}

/// The picture is a ramp, so the part that a crop keeps can be read from its gradient.
void AugmentationTest::cropsKeepTheAreaAsked()
{
    double smallest = 1;
    double largest = 0;
    for (std::uint64_t index = 0; index < 300; ++index) {
        const auto out = augmented(coordinates(), {false, false, 0.36, 0, 0.0}, index);
        const double width = static_cast<double>(at(out, 4, 2, 0) - at(out, 3, 2, 0)) / 10.0;
        const double height = static_cast<double>(at(out, 3, 3, 1) - at(out, 3, 2, 1)) / 10.0;
        const double area = width * height;
        const double shape = width * kWidth / (height * kHeight);
        QVERIFY2(width <= 1.0 + 1e-5 && height <= 1.0 + 1e-5 && area >= 0.36 - 1e-4,
                 qPrintable(QString::number(area)));
        const bool isWhole = area > 1 - 1e-5;
        QVERIFY(isWhole || (shape > 0.75 - 1e-4 && shape < 4.0 / 3.0 + 1e-4));
        smallest = std::min(smallest, area);
        largest = std::max(largest, area);
    }
    QVERIFY(smallest < 0.4 && largest > 0.7);
}

void AugmentationTest::jitterKeepsGreyAndRange()
{
    const std::vector<std::uint8_t> grey(kFloats, 100);
    std::set<float> levels;
    for (std::uint64_t index = 0; index < 100; ++index) {
        const auto out = augmented(grey, {false, false, 1.0, 0, 0.3}, index);
        for (const float value : out)
            QVERIFY(std::abs(value - out[0]) < 1e-3F); // a grey picture has neither contrast nor colour
        QVERIFY2(out[0] >= 70 - 1e-3F && out[0] <= 130 + 1e-3F, qPrintable(QString::number(out[0])));
        levels.insert(out[0]);
    }
    QVERIFY(levels.size() > 90);
    const std::vector<std::uint8_t> bright(kFloats, 250);
    const auto out = augmented(bright, {false, false, 1.0, 0, 1.0}, 3);
    QVERIFY(*std::max_element(out.begin(), out.end()) <= 255.0F);
    QVERIFY(*std::min_element(out.begin(), out.end()) >= 0.0F);
}

void AugmentationTest::sameKeySamePicture()
{
    const Augmentation all{true, true, 0.5, 1, 0.4};
    QVERIFY(augmented(coordinates(), all, 7) == augmented(coordinates(), all, 7));
    QVERIFY(augmented(coordinates(), all, 7) != augmented(coordinates(), all, 8));
}

QTEST_APPLESS_MAIN(AugmentationTest)
#include "tst_augmentation.moc"
