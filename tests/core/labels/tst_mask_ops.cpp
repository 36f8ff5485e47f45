// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/labels/geometry.h"
#include "core/labels/index_masks.h"
#include "core/labels/mask_codec.h"
#include "core/labels/mask_ops.h"
#include "tests/core/labels/geometry_goldens.h"

#include <QElapsedTimer>
#include <QTest>
#include <cmath>
#include <set>

using namespace trainyard;
using namespace trainyard::test;

namespace {

/// A picture of bytes that does by pixels what the code under test does by runs.
struct Pixels
{
    int width;
    int height;
    std::vector<std::uint8_t> bytes = std::vector<std::uint8_t>(static_cast<std::size_t>(width * height));

    std::uint8_t& at(int x, int y) { return bytes[static_cast<std::size_t>(y * width + x)]; }
};

Pixels pixelsOf(const Mask& mask, int width, int height)
{
    Pixels pixels{width, height};
    std::size_t at = 0;
    for (std::size_t i = 0; i < mask.counts.size(); ++i)
        for (std::uint32_t n = 0; n < mask.counts[i]; ++n, ++at) {
            const int x = mask.x + static_cast<int>(at) / mask.height;
            const int y = mask.y + static_cast<int>(at) % mask.height;
            if (i % 2 == 1 && x >= 0 && y >= 0 && x < width && y < height)
                pixels.at(x, y) = 1;
        }
    return pixels;
}

/// The form that every operation promises.
bool isCanonical(const Mask& mask)
{
    if (mask == Mask())
        return true;
    const auto bounds = boundingBox(mask);
    if (!checkShape(mask) || !bounds)
        return false;
    for (std::size_t i = 1; i < mask.counts.size(); ++i)
        if (mask.counts[i] == 0)
            return false;
    return *bounds == Box{static_cast<double>(mask.x), static_cast<double>(mask.y),
                          static_cast<double>(mask.width), static_cast<double>(mask.height)};
}

Mask randomMask(CounterRandom& random, int width, int height)
{
    Bitmap bitmap{static_cast<int>(random.below(5)), static_cast<int>(random.below(5)), width, height, {}};
    const std::uint64_t density = 1 + random.below(9);
    for (int i = 0; i < width * height; ++i)
        bitmap.bytes.push_back(random.below(10) < density ? 1 : 0);
    return maskFromBitmap(bitmap);
}

} // namespace

class TestMaskOps : public QObject
{
    Q_OBJECT
private slots:
    void setOperations()
    {
        CounterRandom random(3, RandomPurpose::Sample, 0, 0);
        for (int round = 0; round < 500; ++round) {
            const Mask a = randomMask(random, 1 + static_cast<int>(random.below(12)), 9);
            const Mask b = randomMask(random, 1 + static_cast<int>(random.below(12)), 7);
            Pixels left = pixelsOf(a, 20, 20);
            Pixels right = pixelsOf(b, 20, 20);
            const Mask all = unitedMasks(a, b);
            const Mask less = subtractedMasks(a, b);
            const Mask both = intersectedMasks(a, b);
            QVERIFY(isCanonical(a) && isCanonical(all) && isCanonical(less) && isCanonical(both));
            const Pixels united = pixelsOf(all, 20, 20);
            const Pixels subtracted = pixelsOf(less, 20, 20);
            const Pixels intersected = pixelsOf(both, 20, 20);
            std::int64_t count = 0;
            for (std::size_t i = 0; i < left.bytes.size(); ++i) {
                QCOMPARE(united.bytes[i], left.bytes[i] | right.bytes[i]);
                QCOMPARE(subtracted.bytes[i], left.bytes[i] & ~right.bytes[i]);
                QCOMPARE(intersected.bytes[i], left.bytes[i] & right.bytes[i]);
                count += united.bytes[i];
            }
            QCOMPARE(maskArea(all), count);
            for (int y = -1; y < 20; ++y)
                for (int x = -1; x < 20; ++x)
                    QCOMPARE(maskContains(a, x, y), x >= 0 && y >= 0 && left.at(x, y) == 1);
        }
        QVERIFY(subtractedMasks(maskFrom("##"), maskFrom("##")) == Mask());
        QVERIFY(unitedMasks(Mask(), maskFrom("#", 4, 5)) == maskFrom("#", 4, 5));
        QVERIFY(tightMask(maskFrom("..../..#./....")) == maskFrom("#", 2, 1));
        QVERIFY(croppedMask(maskFrom("###/###", -1, 1), 2, 2) == maskFrom("##", 0, 1));
    }
    void bitmaps()
    {
        const Bitmap bitmap{3, 4, 3, 2, {0, 9, 255, 0, 0, 1}};
        const Mask mask = maskFromBitmap(bitmap);
        QVERIFY(mask == maskFrom("##/.#", 4, 4));
        QVERIFY((maskBytes(mask) == std::vector<std::uint8_t>{1, 1, 0, 1}));
        QVERIFY(maskFromBitmap(bitmapFromMask(mask)) == mask);
        QVERIFY(maskFromBitmap(Bitmap()) == Mask());
    }
    void brush()
    {
        CounterRandom random(5, RandomPurpose::Sample, 0, 0);
        for (int round = 0; round < 300; ++round) {
            const Vertex from{random.uniform(-5, 45), random.uniform(-5, 45)};
            Vertex to{random.uniform(-5, 45), random.uniform(-5, 45)};
            if (round % 10 == 0)
                to = from;
            else if (round % 10 == 1)
                to.x = from.x;
            else if (round % 10 == 2)
                to.y = from.y;
            const double radius = random.uniform(0.2, 9);
            const Mask base = randomMask(random, 30, 30);
            Pixels pixels = pixelsOf(base, 60, 60);
            const Pixels added = pixelsOf(withStroke(base, from, to, radius, BrushMode::Add), 60, 60);
            const Pixels erased = pixelsOf(withStroke(base, from, to, radius, BrushMode::Erase), 60, 60);
            for (int y = 0; y < 60; ++y)
                for (int x = 0; x < 60; ++x) {
                    const double distance =
                        nearestOnOutline(Polyline{{from, to}}, {x + 0.5, y + 0.5})->distance;
                    if (std::abs(distance - radius) < 1e-9)
                        continue;
                    const auto at = static_cast<std::size_t>(y * 60 + x);
                    QCOMPARE(added.bytes[at], distance < radius ? 1 : pixels.bytes[at]);
                    QCOMPARE(erased.bytes[at], distance < radius ? 0 : pixels.bytes[at]);
                }
        }
        QVERIFY(withDisc(Mask(), {5.5, 5.5}, 1, BrushMode::Add) == maskFrom(".#./###/.#.", 4, 4));
        QVERIFY(withDisc(Mask(), {5, 5}, 0.5, BrushMode::Add) == Mask());
        QVERIFY(withDisc(maskFrom("#"), {0.5, 0.5}, 3, BrushMode::Erase) == Mask());
    }
    /// The bar of the canvas: a step of a stroke on a mask of 4,000 x 3,000 pixels within 2 ms, at the median
    /// of a busy machine's trials.
    void brushIsFast()
    {
        Mask mask;
        for (int i = 0; i < 40; ++i)
            mask = withDisc(mask, {100.0 * i + 50, 1500.0 + 1400 * std::sin(i)}, 90, BrushMode::Add);
        mask = withStroke(mask, {20, 30}, {3980, 2970}, 20, BrushMode::Add);
        mask = withStroke(mask, {20, 2970}, {3980, 30}, 20, BrushMode::Add);
        QVERIFY(mask.width > 3900 && mask.height > 2800);
        std::vector<double> trials;
        for (int i = 0; i < 101; ++i) {
            QElapsedTimer timer;
            timer.start();
            mask = withStroke(mask, {1000.0 + 8 * i, 1200}, {1008.0 + 8 * i, 1206}, 40,
                              i % 2 == 0 ? BrushMode::Add : BrushMode::Erase);
            trials.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        }
        std::sort(trials.begin(), trials.end());
        qInfo("stroke step: median %.3f ms, longest %.3f ms", trials[50], trials.back());
        QVERIFY2(trials[50] < 2, qPrintable(QString::number(trials[50])));
    }
    void rasterisedAgainstShapely()
    {
        for (const Json& row : geometryGoldens("pixels")) {
            const int width = row.at("width");
            const int height = row.at("height");
            Pixels pixels =
                pixelsOf(rasterised(polygonFrom(row.at("polygon")), width, height), width, height);
            std::string bits(pixels.bytes.begin(), pixels.bytes.end());
            std::string hex;
            for (std::size_t i = 0; i < bits.size(); i += 4)
                hex.push_back(
                    "0123456789abcdef"[bits[i] * 8 + bits[i + 1] * 4 + bits[i + 2] * 2 + bits[i + 3]]);
            hex.erase(0, hex.find_first_not_of('0'));
            QCOMPARE(hex, row.at("bits").get<std::string>());
        }
    }
    void rasterisedRules()
    {
        // Centres on the left and upper edge belong to the shape, those on the right and lower one do not.
        QVERIFY(rasterised(Box{0.5, 0.5, 2, 1}, 9, 9) == maskFrom("##"));
        QVERIFY(rasterised(Box{0.6, 0.6, 1.8, 0.8}, 9, 9) == Mask());
        QVERIFY(rasterised(Box{-5, -5, 50, 50}, 3, 2) == maskFrom("###/###"));
        QVERIFY(rasterised(RotatedBox{2, 2, 2.9, 2.9, 45}, 9, 9) == maskFrom(".##./####/####/.##."));
        QVERIFY(rasterised(Polyline{{{0, 0}, {9, 9}, {0, 9}}}, 9, 9) == Mask());
        QVERIFY(rasterised(Shape(), 9, 9) == Mask());
        QVERIFY(rasterised(Box{0, 0, 4, 4}, 0, 4) == Mask());
        // Neighbours share no pixel and leave none out.
        CounterRandom random(9, RandomPurpose::Sample, 0, 0);
        for (int round = 0; round < 200; ++round) {
            const auto half = [&](double limit) { return std::floor(random.uniform(0, 2 * limit)) / 2; };
            const Vertex a{half(20), 0};
            const Vertex b{half(20), 20};
            const Mask left = rasterised(Polygon{{{{{0, 0}, a, b, {0, 20}}, {}}}}, 20, 20);
            const Mask right = rasterised(Polygon{{{{a, {20, 0}, {20, 20}, b}, {}}}}, 20, 20);
            QCOMPARE(maskArea(left) + maskArea(right), 400);
            QCOMPARE(maskArea(intersectedMasks(left, right)), 0);
        }
        QVERIFY(trainyard::pixelsOf(Box{-3, -2, 2, 1}) == maskFrom("##", -3, -2));
    }
    void outlines()
    {
        const Polygon ring = polygonFromMask(maskFrom("###/#.#/###", 10, 20));
        QCOMPARE(ring.parts.size(), 1u);
        QCOMPARE(ring.parts[0].outline.size(), 4u);
        QCOMPARE(ring.parts[0].holes.size(), 1u);
        QCOMPARE(area(ring), 8.0);
        // Pixels that touch by a corner are parts of their own, in both directions.
        QCOMPARE(polygonFromMask(maskFrom("#./.#")).parts.size(), 2u);
        QCOMPARE(polygonFromMask(maskFrom(".#/#.")).parts.size(), 2u);
        QVERIFY(polygonFromMask(Mask()).parts.empty());
        CounterRandom random(11, RandomPurpose::Sample, 0, 0);
        for (int round = 0; round < 400; ++round) {
            const Mask mask = randomMask(random, 1 + static_cast<int>(random.below(25)), 17);
            const Polygon polygon = polygonFromMask(mask);
            QVERIFY(rasterised(polygon, 40, 40) == mask);
            QCOMPARE(area(polygon), static_cast<double>(maskArea(mask)));
            const std::vector<Mask> pieces = separatedMasks(mask);
            QCOMPARE(pieces.size(), polygon.parts.size());
            Mask all;
            for (const Mask& piece : pieces) {
                QVERIFY(isCanonical(piece));
                QCOMPARE(polygonFromMask(piece).parts.size(), 1u);
                QCOMPARE(maskArea(intersectedMasks(all, piece)), 0);
                all = unitedMasks(all, piece);
            }
            QVERIFY(all == mask);
        }
        // A staircase becomes the line that was drawn.
        const Mask triangle = rasterised(Polygon{{{{{0, 0}, {100, 0}, {0, 100}}, {}}}}, 100, 100);
        const Polygon simple = polygonFromMask(triangle, 1.0);
        QVERIFY(simple.parts[0].outline.size() <= 5);
        QVERIFY(intersectionOverUnion(simple, Polygon{{{{{0, 0}, {100, 0}, {0, 100}}, {}}}}) > 0.97);
        QVERIFY(withoutSpecks(maskFrom("####.#/#..#../####../"
                                       "####.."),
                              3) == maskFrom("####/####/####/####"));
        QVERIFY(withoutSpecks(maskFrom("####.#/#..#../####../####.."), 2) == maskFrom("####/#..#/####/####"));
    }
    void cocoGoldens()
    {
        for (const Json& row : geometryGoldens("runs")) {
            const int width = row.at("width");
            const int height = row.at("height");
            const auto counts = row.at("counts").get<std::vector<std::uint32_t>>();
            const std::string text = row.at("string");
            QCOMPARE(toCocoString(counts), text);
            QVERIFY(*fromCocoString(text) == counts);
            const Mask mask = *fromCocoCounts(counts, width, height);
            QVERIFY(isCanonical(mask));
            QCOMPARE(maskArea(mask), row.at("area").get<std::int64_t>());
            const auto box = row.at("box").get<std::vector<double>>();
            if (const auto bounds = boundingBox(mask))
                QVERIFY((*bounds == Box{box[0], box[1], box[2], box[3]}));
            QVERIFY(toCocoCounts(mask, width, height) == counts);
            // Parts and holes as OpenCV counts components: the background around is not a hole.
            const Polygon polygon = polygonFromMask(mask);
            QCOMPARE(static_cast<int>(polygon.parts.size()), row.at("parts").get<int>());
            std::size_t holes = 0;
            for (const PolygonPart& part : polygon.parts)
                holes += part.holes.size();
            QCOMPARE(holes + 1, row.at("backgrounds").get<std::size_t>());
            QCOMPARE(static_cast<std::int64_t>(area(polygon)), row.at("area").get<std::int64_t>());
        }
        QCOMPARE(toCocoString(std::vector<std::uint32_t>{0, 1, 11}), std::string("01;"));
    }
    void cocoErrors()
    {
        QVERIFY(fromCocoString("0~").error().message.starts_with("character 2 "));
        QVERIFY(fromCocoString("01Q").error().message.starts_with("character 3 "));
        QVERIFY(!fromCocoString("ooooooooo0"));
        QVERIFY(!fromCocoString("000O")); // below 0
        QVERIFY(fromCocoCounts(std::vector<std::uint32_t>{3, 2}, 2, 2).error().code ==
                ErrorCode::CorruptFile);
        QVERIFY(!fromCocoCounts(std::vector<std::uint32_t>{}, 0, 0));
        QVERIFY(*fromCocoCounts(std::vector<std::uint32_t>{4}, 2, 2) == Mask());
        // What lies outside the picture is left out.
        QVERIFY((toCocoCounts(maskFrom("###", -1, 1), 2, 2) == std::vector<std::uint32_t>{1, 1, 1, 1}));
        CounterRandom random(13, RandomPurpose::Sample, 0, 0);
        for (int round = 0; round < 20000; ++round) {
            std::string text(random.below(12), ' ');
            for (char& letter : text)
                letter = static_cast<char>(40 + random.below(80));
            // Any text gives runs that are written back to the same runs, or an error.
            if (const auto counts = fromCocoString(text))
                QVERIFY(*fromCocoString(toCocoString(*counts)) == *counts);
        }
    }
    void rowCounts()
    {
        const Mask mask = maskFrom("##./..#", 5, 6);
        QVERIFY((toRowCounts(mask) == std::vector<std::uint32_t>{0, 2, 3, 1}));
        QVERIFY(*fromRowCounts(std::vector<std::uint32_t>{0, 2, 3, 1}, 5, 6, 3, 2) == mask);
        QVERIFY(!fromRowCounts(std::vector<std::uint32_t>{0, 2, 3, 2}, 5, 6, 3, 2));
        CounterRandom random(17, RandomPurpose::Sample, 0, 0);
        for (int round = 0; round < 100; ++round) {
            const Mask some = randomMask(random, 13, 9);
            if (some != Mask())
                QVERIFY(*fromRowCounts(toRowCounts(some), some.x, some.y, some.width, some.height) == some);
        }
    }
    /// Every value's mask is the smallest that holds its pixels, and holds no others.
    void valuesOfPictures()
    {
        CounterRandom random(23, RandomPurpose::Sample, 0, 0);
        for (int round = 0; round < 300; ++round) {
            IndexPicture picture{1 + static_cast<int>(random.below(9)),
                                 1 + static_cast<int>(random.below(9)),
                                 IndexPicture::Kind::Gray8,
                                 {}};
            const std::uint64_t values = 1 + random.below(5);
            for (int i = 0; i < picture.width * picture.height; ++i)
                picture.values.push_back(static_cast<std::uint32_t>(random.below(values)));
            const auto masks = masksByValue(picture);
            QVERIFY(masks);
            const std::set<std::uint32_t> all(picture.values.begin(), picture.values.end());
            QCOMPARE(masks->size(), all.size());
            for (const auto& [value, mask] : *masks) {
                QVERIFY(isCanonical(mask) && tightMask(mask) == mask);
                const Pixels pixels = pixelsOf(mask, picture.width, picture.height);
                for (std::size_t i = 0; i < picture.values.size(); ++i)
                    QCOMPARE(pixels.bytes[i] == 1, picture.values[i] == value);
            }
        }
    }
    /// As many values as there may be, all on the left and again on the right of a wide picture.
    void valuesFarApart()
    {
        constexpr std::uint32_t kValues = 65536;
        constexpr std::uint32_t kHeight = 16;
        constexpr std::uint32_t kColumns = kValues / kHeight;
        constexpr std::uint32_t kWidth = 1U << 17;
        IndexPicture picture{kWidth, kHeight, IndexPicture::Kind::Gray16, {}};
        picture.values.resize(std::size_t{kWidth} * kHeight);
        for (std::uint32_t i = 0; i < kValues; ++i)
            for (const std::uint32_t x : {i / kHeight, kWidth - kColumns + i / kHeight})
                picture.values[std::size_t{i % kHeight} * kWidth + x] = i;
        const auto masks = masksByValue(picture);
        QVERIFY(masks);
        QCOMPARE(masks->size(), std::size_t(kValues));
        constexpr int kApart = kWidth - kColumns + 1;
        QVERIFY(masks->at(100) == (Mask{6, 4, kApart, 1, {0, 1, kApart - 2, 1}}));
        QVERIFY(masks->at(kValues - 1) == (Mask{kColumns - 1, 15, kApart, 1, {0, 1, kApart - 2, 1}}));
    }
};

QTEST_APPLESS_MAIN(TestMaskOps)
#include "tst_mask_ops.moc"
