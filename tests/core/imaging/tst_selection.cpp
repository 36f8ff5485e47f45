// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/imaging/codecs/codec.h"
#include "core/imaging/selection/grab_cut.h"
#include "core/imaging/selection/live_wire.h"
#include "core/imaging/selection/magic_wand.h"
#include "core/imaging/selection/superpixels.h"
#include "core/labels/geometry.h"
#include "core/labels/mask_ops.h"
#include "core/labels/voc.h"
#include "tests/support/test_folders.h"

#include <QElapsedTimer>
#include <QTest>
#include <array>
#include <cmath>
#include <functional>
#include <set>

using namespace trainyard;
using namespace trainyard::test;

namespace {

struct Colour
{
    int red;
    int green;
    int blue;
};

/// A picture painted by a function of the pixel's centre, with some noise.
Image painted(int width, int height, const std::function<Colour(double, double)>& colourAt, int noise = 6)
{
    CounterRandom random(1, RandomPurpose::Sample, 0, 0);
    Image image{width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width * height * 3))};
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            const Colour colour = colourAt(x + 0.5, y + 0.5);
            std::uint8_t* pixel = image.row(y) + 3 * x;
            for (const int value : {colour.red, colour.green, colour.blue}) {
                const int shift = static_cast<int>(random.below(static_cast<std::uint64_t>(2 * noise + 1)));
                *pixel++ = static_cast<std::uint8_t>(std::clamp(value + shift - noise, 0, 255));
            }
        }
    return image;
}

/// A red ellipse on green.
Image ellipsePicture(int width, int height, double cx, double cy, double rx, double ry)
{
    return painted(width, height, [=](double x, double y) {
        const double dx = (x - cx) / rx;
        const double dy = (y - cy) / ry;
        return dx * dx + dy * dy < 1 ? Colour{200, 60, 60} : Colour{70, 160, 70};
    });
}

bool isSet(const Bitmap& bitmap, int x, int y)
{
    const int column = x - bitmap.x;
    const int line = y - bitmap.y;
    return column >= 0 && line >= 0 && column < bitmap.width && line < bitmap.height &&
           bitmap.row(line)[column] != 0;
}

/// Intersection over union of what is selected and the ellipse that a box surrounds.
double overlapWithEllipse(const Bitmap& bitmap, const Box& box, int width, int height)
{
    double both = 0;
    double either = 0;
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            const double dx = (x + 0.5 - box.x - box.width / 2) / (box.width / 2);
            const double dy = (y + 0.5 - box.y - box.height / 2) / (box.height / 2);
            const bool isInEllipse = dx * dx + dy * dy < 1;
            both += isInEllipse && isSet(bitmap, x, y) ? 1 : 0;
            either += isInEllipse || isSet(bitmap, x, y) ? 1 : 0;
        }
    return both / either;
}

std::filesystem::path bloodCells()
{
    return sourceFolder() / "resources/samples/blood-cells";
}

Image decoded(const std::filesystem::path& path)
{
    const std::string bytes = readTestFile(path);
    const codecs::Task task{bytes, parseImageHeader(bytes, "picture").value(), 1};
    Image image{task.header.uprightWidth(), task.header.uprightHeight(), {}};
    image.pixels.resize(task.pixelBytes());
    return codecs::decodeUpright(task, image.pixels) ? image : Image();
}

struct LabelledBox
{
    std::string name;
    Box box;
};

std::vector<LabelledBox> boxesOf(const std::string& picture)
{
    const std::string path = picture + ".xml";
    const VocFile file = parseVoc(readTestFile(bloodCells() / "Annotations" / path), path).value();
    std::vector<LabelledBox> boxes;
    for (const VocObject& object : file.objects)
        boxes.push_back({object.className,
                         {object.xmin, object.ymin, object.xmax - object.xmin, object.ymax - object.ymin}});
    return boxes;
}

} // namespace

class TestSelection : public QObject
{
    Q_OBJECT
private slots:
    void grabCutFindsAnEllipse_data()
    {
        QTest::addColumn<int>("scale");
        QTest::newRow("as it is") << 1;
        QTest::newRow("reduced to a quarter") << 8;
    }
    void grabCutFindsAnEllipse()
    {
        QFETCH(const int, scale);
        const Box box{60.0 * scale, 30.0 * scale, 60.0 * scale, 90.0 * scale};
        const Image picture =
            ellipsePicture(200 * scale, 150 * scale, 90 * scale, 75 * scale, 25 * scale, 40 * scale);
        QElapsedTimer timer;
        timer.start();
        const auto selected = grabCut(picture, box, {}, {});
        qInfo("grabCut of %d x %d pixels: %lld ms", static_cast<int>(box.width), static_cast<int>(box.height),
              timer.elapsed());
        QVERIFY2(selected, selected ? "" : selected.error().message.c_str());
        const Box ellipse{65.0 * scale, 35.0 * scale, 50.0 * scale, 80.0 * scale};
        const double overlap = overlapWithEllipse(*selected, ellipse, picture.width, picture.height);
        qInfo("IoU with the ellipse: %.4f", overlap);
        QVERIFY(overlap > 0.97);
        QVERIFY(*grabCut(picture, box, {}, {}) == *selected);
    }
    /// Nothing outside the box, whatever lies there in the colour of the object.
    void grabCutStaysInItsBox()
    {
        const Image picture = painted(120, 80, [](double x, double) {
            return std::fmod(x, 40) < 20 ? Colour{220, 40, 40} : Colour{40, 40, 220};
        });
        for (const Box& box : {Box{30, 10, 37.3, 41}, Box{-20, -20, 60, 60}, Box{100, 60, 400, 400}}) {
            const auto selected = grabCut(picture, box, {}, {});
            if (!selected) {
                QVERIFY(selected.error().code == ErrorCode::NotFound);
                continue;
            }
            QVERIFY(selected->x >= box.x - 0.5 && selected->y >= box.y - 0.5);
            QVERIFY(selected->x + selected->width <= box.x + box.width + 0.5);
            QVERIFY(selected->y + selected->height <= box.y + box.height + 0.5);
        }
        // The whole picture as a box.
        QVERIFY(grabCut(ellipsePicture(100, 100, 50, 50, 30, 30), {0, 0, 100, 100}, {}, {}));
    }
    void grabCutErrors()
    {
        const Image picture = ellipsePicture(60, 60, 30, 30, 15, 15);
        QVERIFY(grabCut(picture, {10, 10, 2, 9}, {}, {}).error().code == ErrorCode::InvalidArgument);
        QVERIFY(grabCut(picture, {90, 90, 20, 20}, {}, {}).error().code == ErrorCode::InvalidArgument);
        QVERIFY(grabCut(Image(), {0, 0, 20, 20}, {}, {}).error().code == ErrorCode::InvalidArgument);
        const Cancellation cancelled;
        cancelled.cancel();
        QVERIFY(grabCut(picture, {10, 10, 40, 40}, {}, cancelled).error().code == ErrorCode::Cancelled);
    }
    /// White blood cells of the sample, in boxes that people drew. A cell fills about the ellipse in its box,
    /// of which its dark nucleus is the larger part.
    void grabCutOfRealCells()
    {
        double sum = 0;
        int count = 0;
        for (const char* name :
             {"BloodImage_00010", "BloodImage_00038", "BloodImage_00040", "BloodImage_00043",
              "BloodImage_00047", "BloodImage_00055", "BloodImage_00058"}) {
            const Image picture = decoded(bloodCells() / "JPEGImages" / (std::string(name) + ".jpg"));
            for (const LabelledBox& labelled : boxesOf(name)) {
                if (labelled.name != "WBC")
                    continue;
                const auto selected = grabCut(picture, labelled.box, {}, {});
                QVERIFY2(selected, name);
                sum += overlapWithEllipse(*selected, labelled.box, picture.width, picture.height);
                ++count;
            }
        }
        qInfo("%d cells: mean IoU with the ellipse %.3f", count, sum / count);
        QVERIFY(count >= 7);
        QVERIFY(sum / count > 0.6);
    }
    /// Cars of street scenes, against the pixels that people marked: the selection is nearer to them than the
    /// box that it was made from, and nearer than without the core.
    void grabCutOfRealCars()
    {
        if (testDataFolder().empty() || !std::filesystem::exists(testDataFolder() / "camvid-subset.tar.xz"))
            QSKIP("no camvid-subset.tar.xz in TRAINYARD_TEST_DATA");
        const TemporaryFolder folder;
        const std::string unpack = "tar -xJf '" + (testDataFolder() / "camvid-subset.tar.xz").string() +
                                   "' -C '" + folder.path().string() + "'";
        QCOMPARE(std::system(unpack.c_str()), 0);
        constexpr std::uint8_t kCar = 8;
        double selectedSum = 0;
        double plainSum = 0;
        double boxSum = 0;
        int count = 0;
        qint64 milliseconds = 0;
        for (const char* split : {"train", "val"}) {
            const auto pictures = folder.path() / "CamVid" / split;
            std::set<std::filesystem::path> names;
            for (const auto& entry : std::filesystem::directory_iterator(pictures))
                names.insert(entry.path().filename());
            int number = 0;
            for (const auto& name : names) {
                if (number++ % 3 != 0) // a third of them, for the time
                    continue;
                const Image picture = decoded(pictures / name);
                const Image classes =
                    decoded(folder.path() / "CamVid" / (std::string(split) + "annot") / name);
                Bitmap cars{0, 0, classes.width, classes.height, {}};
                for (std::size_t i = 0; i < classes.pixels.size(); i += 3)
                    cars.bytes.push_back(classes.pixels[i] == kCar ? 1 : 0);
                for (const Mask& car : separatedMasks(maskFromBitmap(cars))) {
                    if (maskArea(car) < 1500)
                        break;
                    const Box box = *boundingBox(car);
                    QElapsedTimer timer;
                    timer.start();
                    const auto selected = grabCut(picture, box, {}, {});
                    milliseconds += timer.elapsed();
                    const auto plain = grabCut(picture, box, {4, 320, 0, 0.4}, {});
                    selectedSum += selected ? intersectionOverUnion(maskFromBitmap(*selected), car) : 0;
                    plainSum += plain ? intersectionOverUnion(maskFromBitmap(*plain), car) : 0;
                    boxSum += static_cast<double>(maskArea(car)) / (box.width * box.height);
                    ++count;
                }
            }
        }
        qInfo("%d cars: mean IoU %.3f, without the core %.3f, of their boxes %.3f, %.0f ms each", count,
              selectedSum / count, plainSum / count, boxSum / count,
              static_cast<double>(milliseconds) / count);
        QVERIFY(count >= 12);
        QVERIFY(selectedSum / count > 0.69);
        QVERIFY(selectedSum > plainSum);
        QVERIFY(selectedSum > boxSum);
    }
    void wand()
    {
        const Image picture = ellipsePicture(120, 90, 60, 45, 30, 20);
        // Noise of 6 to both sides: 12 between two pixels of one colour, 60 and more between the two.
        const auto selected = magicWand(picture, 60, 45, {13, true}, {});
        QCOMPARE(overlapWithEllipse(*selected, {30, 25, 60, 40}, 120, 90), 1.0);
        QVERIFY(selected->x == 30 && selected->y == 25 && selected->width == 60 && selected->height == 40);
        QVERIFY(magicWand(picture, 60, 45, {255, true}, {})->bytes == std::vector<std::uint8_t>(120 * 90, 1));
        QVERIFY(magicWand(picture, 60, 45, {0, true}, {})->width < 60);
        // Two islands of one colour: one of them, or both.
        const Image islands = painted(
            60, 20,
            [](double x, double) {
                return std::fmod(x, 30) < 10 ? Colour{250, 0, 0} : Colour{0, 0, 250};
            },
            0);
        QVERIFY((*magicWand(islands, 2, 3, {10, true}, {}) ==
                 Bitmap{0, 0, 10, 20, std::vector<std::uint8_t>(200, 1)}));
        const Bitmap both = *magicWand(islands, 2, 3, {10, false}, {});
        QVERIFY(both.width == 40 && std::count(both.bytes.begin(), both.bytes.end(), 1) == 400);
        QVERIFY(magicWand(islands, 60, 3, {}, {}).error().code == ErrorCode::InvalidArgument);
        const Cancellation cancelled;
        cancelled.cancel();
        QVERIFY(magicWand(islands, 2, 3, {10, true}, cancelled).error().code == ErrorCode::Cancelled);
        QVERIFY(magicWand(islands, 2, 3, {10, false}, cancelled).error().code == ErrorCode::Cancelled);
    }
    void wandIsFast()
    {
        const Image large = ellipsePicture(2000, 1500, 1000, 750, 900, 700);
        QElapsedTimer timer;
        timer.start();
        QVERIFY(magicWand(large, 1000, 750, {13, true}, {}));
        qInfo("wand over 2 million pixels: %lld ms", timer.elapsed());
        QVERIFY(timer.elapsed() < 1000);
    }
    void liveWireFollowsAnEdge()
    {
        const Image picture = ellipsePicture(300, 300, 150, 150, 80, 80);
        QElapsedTimer timer;
        timer.start();
        const auto wire = LiveWire::from(picture, {230, 150}, 140, {});
        QVERIFY(wire);
        qInfo("live wire of 281 x 281 pixels: %lld ms", timer.elapsed());
        QVERIFY((wire->seed() == PixelPlace{230, 150}));
        for (int degrees = 30; degrees <= 120; degrees += 15) {
            const double radians = degrees * M_PI / 180;
            const PixelPlace target{static_cast<int>(150 + 80 * std::cos(radians)),
                                    static_cast<int>(150 + 80 * std::sin(radians))};
            const auto path = wire->pathTo(target);
            QVERIFY(path.front() == wire->seed());
            QVERIFY(path.back() == target);
            for (std::size_t i = 0; i < path.size(); ++i) {
                const double radius = std::hypot(path[i].x + 0.5 - 150, path[i].y + 0.5 - 150);
                QVERIFY2(std::abs(radius - 80) < 3, qPrintable(QString::number(radius)));
                if (i > 0)
                    QVERIFY(std::abs(path[i].x - path[i - 1].x) <= 1 &&
                            std::abs(path[i].y - path[i - 1].y) <= 1);
            }
        }
    }
    void liveWireAtItsLimits()
    {
        const Image picture = ellipsePicture(100, 80, 50, 40, 20, 20);
        const auto wire = LiveWire::from(picture, {5, 5}, 30, {});
        QVERIFY(wire->reaches({35, 35}) && !wire->reaches({36, 35}));
        QVERIFY((wire->pathTo({99, 79}).back() == PixelPlace{35, 35}));
        QVERIFY((wire->pathTo({-9, 2}).back() == PixelPlace{0, 2}));
        QVERIFY((wire->pathTo({5, 5}).back() == PixelPlace{5, 5}));
        QVERIFY(LiveWire::from(picture, {100, 5}, 30, {}).error().code == ErrorCode::InvalidArgument);
        QVERIFY(LiveWire::from(picture, {5, 5}, 1, {}).error().code == ErrorCode::InvalidArgument);
        const Cancellation cancelled;
        cancelled.cancel();
        QVERIFY(LiveWire::from(picture, {5, 5}, 30, cancelled).error().code == ErrorCode::Cancelled);
    }
    void superpixelsKeepToEdges()
    {
        const Image picture = ellipsePicture(240, 180, 120, 90, 70, 50);
        QElapsedTimer timer;
        timer.start();
        const auto pieces = superpixels(picture, {20.4, 10, 200, 160}, {12, 10, 5}, {});
        qInfo("superpixels of 201 x 160 pixels: %lld ms", timer.elapsed());
        QVERIFY(pieces->x == 20 && pieces->y == 10 && pieces->width == 201 && pieces->height == 160);
        QVERIFY(pieces->count > 150 && pieces->count < 300); // 17 x 13 cells
        // Those that lie mostly in the ellipse make the ellipse.
        std::vector<int> inside(static_cast<std::size_t>(pieces->count));
        std::vector<int> all(inside.size());
        for (int y = 10; y < 170; ++y)
            for (int x = 20; x < 221; ++x) {
                const auto piece = static_cast<std::size_t>(pieces->at(x, y));
                const double dx = (x + 0.5 - 120) / 70;
                const double dy = (y + 0.5 - 90) / 50;
                inside[piece] += dx * dx + dy * dy < 1 ? 1 : 0;
                ++all[piece];
            }
        std::vector<std::int32_t> chosen;
        for (std::size_t i = 0; i < all.size(); ++i) {
            QVERIFY(all[i] >= 12 * 12 / 4);
            if (2 * inside[i] > all[i])
                chosen.push_back(static_cast<std::int32_t>(i));
        }
        const Bitmap selected = selectedPieces(*pieces, chosen);
        QVERIFY(overlapWithEllipse(selected, {50, 40, 140, 100}, 240, 180) > 0.98);
        // Every piece is in one.
        for (std::int32_t piece = 0; piece < pieces->count; ++piece)
            QCOMPARE(separatedMasks(maskFromBitmap(selectedPieces(*pieces, std::array{piece}))).size(), 1u);
        QVERIFY(pieces->at(19, 50) == -1 && pieces->at(20, 170) == -1);
    }
    void superpixelsAtTheirLimits()
    {
        const Image picture = ellipsePicture(40, 30, 20, 15, 8, 8);
        QCOMPARE(superpixels(picture, {38, 28, 100, 100}, {16, 10, 3}, {})->count, 1);
        QVERIFY(superpixels(picture, {-5, -5, 100, 100}, {4, 10, 3}, {})->width == 40);
        QVERIFY(superpixels(picture, {40, 0, 9, 9}, {}, {}).error().code == ErrorCode::InvalidArgument);
        QVERIFY(superpixels(picture, {0, 0, 9, 9}, {3, 10, 3}, {}).error().code ==
                ErrorCode::InvalidArgument);
        const Cancellation cancelled;
        cancelled.cancel();
        QVERIFY(superpixels(picture, {0, 0, 9, 9}, {}, cancelled).error().code == ErrorCode::Cancelled);
    }
};

QTEST_APPLESS_MAIN(TestSelection)
#include "tst_selection.moc"
