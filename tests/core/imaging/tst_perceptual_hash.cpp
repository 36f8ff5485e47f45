// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/imaging/perceptual_hash.h"
#include "core/imaging/resize.h"
#include "tests/core/imaging/picture_case.h"

#include <QTest>
#include <algorithm>

using namespace trainyard;
using namespace trainyard::test;

/// Hashes against numpy and scipy (tests/data/imaging/make_numbers.py), pairs against every pair one by one.
class PerceptualHashTest : public QObject
{
    Q_OBJECT

private slots:
    void equalsScipys_data();
    void equalsScipys();
    void flatPicturesHaveStableHashes();
    void resizedCopiesAreNear();
    void pairsEqualBruteForce_data();
    void pairsEqualBruteForce();
    void pairsOfFew();
};

void PerceptualHashTest::equalsScipys_data()
{
    QTest::addColumn<int>("row");
    const Json rows = imagingGolden("perceptual_hash.json");
    for (std::size_t i = 0; i < rows.size(); ++i)
        QTest::addRow("%s", rows[i].at("size").dump().c_str()) << static_cast<int>(i);
}

void PerceptualHashTest::equalsScipys()
{
    QFETCH(int, row);
    const Json golden = imagingGolden("perceptual_hash.json").at(static_cast<std::size_t>(row));
    const Image image = patternImage(golden.at("size").at(0), golden.at("size").at(1));
    QCOMPARE(QString::number(perceptualHash(image), 16).rightJustified(16, '0'),
             QString::fromStdString(golden.at("hash")));
}

void PerceptualHashTest::flatPicturesHaveStableHashes()
{
    // Every coefficient but the constant one is zero, and so is their median.
    const Image grey{70, 41, std::vector<std::uint8_t>(70 * 41 * 3, 77)};
    QCOMPARE(perceptualHash(grey), std::uint64_t{1} << 63);
    const Image black{70, 41, std::vector<std::uint8_t>(70 * 41 * 3, 0)};
    QCOMPARE(perceptualHash(black), std::uint64_t{0});
}

void PerceptualHashTest::resizedCopiesAreNear()
{
    const auto picture = decodePicture(imagingData() / "pictures" / "large.jpg");
    QVERIFY(picture);
    const std::uint64_t hash = perceptualHash(picture->image);
    QVERIFY(hammingDistance(hash, perceptualHash(resizeImage(picture->image, 200, 150))) <= 4);
    const auto other = decodePicture(imagingData() / "pictures" / "exif_1.jpg");
    QVERIFY(other);
    QVERIFY(hammingDistance(hash, perceptualHash(other->image)) > 4);
}

void PerceptualHashTest::pairsEqualBruteForce_data()
{
    QTest::addColumn<int>("radius");
    for (const int radius : {0, 1, 3, 10, 24})
        QTest::addRow("%d", radius) << radius;
}

void PerceptualHashTest::pairsEqualBruteForce()
{
    QFETCH(int, radius);
    // Random hashes, and for a third of them a neighbour with a few bits changed; more than one block of each
    // kind.
    CounterRandom random(7, RandomPurpose::Sample, 0, 0);
    std::vector<std::uint64_t> hashes;
    while (hashes.size() < 4500) {
        const std::uint64_t hash = random.next();
        hashes.push_back(hash);
        if (random.below(3) == 0) {
            std::uint64_t near = hash;
            for (std::uint64_t flips = random.below(12); flips > 0; --flips)
                near ^= std::uint64_t{1} << random.below(64);
            hashes.insert(hashes.begin() + static_cast<std::ptrdiff_t>(random.below(hashes.size())), near);
        }
    }
    std::vector<std::pair<std::uint32_t, std::uint32_t>> expected;
    for (std::uint32_t i = 0; i < hashes.size(); ++i)
        for (std::uint32_t j = i + 1; j < hashes.size(); ++j) {
            int distance = 0;
            for (std::uint64_t bits = hashes[i] ^ hashes[j]; bits != 0; bits &= bits - 1)
                ++distance;
            if (distance <= radius)
                expected.emplace_back(i, j);
        }
    QVERIFY(expected.size() > 50);
    QVERIFY(pairsWithin(hashes, radius) == expected);
}

void PerceptualHashTest::pairsOfFew()
{
    QVERIFY(pairsWithin({}, 10).empty());
    QVERIFY(pairsWithin({5}, 10).empty());
    QVERIFY(pairsWithin({5, 5}, -1).empty());
    QCOMPARE(pairsWithin({0, ~std::uint64_t{0}, 0}, 63), (std::vector{std::pair{0U, 2U}}));
    QCOMPARE(pairsWithin({0, ~std::uint64_t{0}, 0}, 64).size(), std::size_t{3});
}

QTEST_APPLESS_MAIN(PerceptualHashTest)
#include "tst_perceptual_hash.moc"
