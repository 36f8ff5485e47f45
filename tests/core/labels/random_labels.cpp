// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/labels/random_labels.h"

#include "core/base/random.h"
#include "core/labels/geometry.h"
#include "core/labels/mask_ops.h"

#include <algorithm>

namespace trainyard::test {

namespace {

/// Random values of one set.
class Dice
{
public:
    explicit Dice(std::uint64_t seed) : m_random(seed, RandomPurpose::Plant, 0, 0) {}
    std::int64_t below(std::int64_t count)
    {
        return static_cast<std::int64_t>(m_random.below(static_cast<std::uint32_t>(count)));
    }
    bool isLucky(int oneIn) { return below(oneIn) == 0; }
    /// Quarters of pixels: exact in binary, whatever is added.
    double place(double size)
    {
        return static_cast<double>(below(static_cast<std::int64_t>(size * 4) + 1)) / 4;
    }

private:
    CounterRandom m_random;
};

Box randomBox(Dice& dice, const LabelledPicture& picture)
{
    const double width = 2 + dice.place(picture.width / 2.0);
    const double height = 2 + dice.place(picture.height / 2.0);
    return {dice.place(picture.width - width), dice.place(picture.height - height), width, height};
}

Ring randomRing(Dice& dice, const Box& box)
{
    // Corners on an octagon in the box, so that no ring crosses itself.
    constexpr double kPlaces[8][2] = {{.25, 0}, {.75, 0}, {1, .25}, {1, .75},
                                      {.75, 1}, {.25, 1}, {0, .75}, {0, .25}};
    Ring ring;
    for (const auto& place : kPlaces)
        if (ring.size() < 3 || !dice.isLucky(3))
            ring.push_back({box.x + place[0] * box.width, box.y + place[1] * box.height});
    return ring;
}

Shape randomShape(Dice& dice, const LabelledPicture& picture)
{
    const Box box = randomBox(dice, picture);
    switch (static_cast<ShapeKind>(1 + dice.below(kShapeKinds))) {
    case ShapeKind::ClassTag:
        return {};
    case ShapeKind::Box:
        return box;
    case ShapeKind::RotatedBox:
        return RotatedBox{box.x + box.width / 2, box.y + box.height / 2, box.width, box.height,
                          static_cast<double>(dice.below(180)) - 89};
    case ShapeKind::Polygon: {
        Polygon polygon;
        polygon.parts.push_back({randomRing(dice, box), {}});
        if (dice.isLucky(4))
            polygon.parts.push_back({randomRing(dice, randomBox(dice, picture)), {}});
        if (dice.isLucky(4)) {
            const Box hole{box.x + box.width * .375, box.y + box.height * .375, box.width / 4,
                           box.height / 4};
            polygon.parts.front().holes.push_back(cornersOf(hole));
        }
        return polygon;
    }
    case ShapeKind::Polyline: {
        Polyline line;
        line.vertices = randomRing(dice, box);
        return line;
    }
    case ShapeKind::Point:
        return Vertex{dice.place(picture.width), dice.place(picture.height)};
    case ShapeKind::Keypoints: {
        Keypoints keypoints;
        for (int i = 0; i < 5; ++i) {
            const auto state = static_cast<KeypointState>(i == 0 ? 2 : dice.below(3));
            const bool isThere = state != KeypointState::Absent;
            keypoints.points.push_back(
                {isThere ? Vertex{dice.place(picture.width), dice.place(picture.height)} : Vertex(), state});
        }
        return keypoints;
    }
    default:
        break;
    }
    Mask mask;
    mask.x = static_cast<int>(dice.below(picture.width - 8));
    mask.y = static_cast<int>(dice.below(picture.height - 8));
    mask.width = 3 + static_cast<int>(dice.below(5));
    mask.height = 3 + static_cast<int>(dice.below(5));
    std::uint32_t left = static_cast<std::uint32_t>(mask.width * mask.height);
    while (left > 0) {
        const auto run = std::min<std::uint32_t>(left, 1 + static_cast<std::uint32_t>(dice.below(6)));
        mask.counts.push_back(run);
        left -= run;
    }
    if (mask.counts.size() < 2)
        mask.counts = {0, static_cast<std::uint32_t>(mask.width * mask.height)};
    return tightMask(mask);
}

FileAnnotation randomAnnotation(Dice& dice, const LabelledPicture& picture)
{
    FileAnnotation annotation;
    annotation.className = "class " + std::to_string(dice.below(6));
    annotation.shape = randomShape(dice, picture);
    if (dice.isLucky(5)) {
        annotation.score = static_cast<double>(dice.below(101)) / 100;
        annotation.isModel = true;
        annotation.sourceName = "model-" + std::to_string(dice.below(3));
    }
    annotation.group = dice.isLucky(4) ? 1 + dice.below(3) : 0;
    annotation.zOrder = dice.isLucky(4) ? dice.below(5) : 0;
    annotation.flags = {dice.isLucky(4), dice.isLucky(4), dice.isLucky(8)};
    if (dice.isLucky(3))
        annotation.attributes["worn"] = dice.isLucky(2);
    if (dice.isLucky(3))
        annotation.attributes["weight"] = static_cast<double>(dice.below(1000)) / 8;
    if (dice.isLucky(3))
        annotation.attributes["say"] = std::string(dice.isLucky(2) ? "a <b> & \"c\", d; ü" : "plain");
    return annotation;
}

} // namespace

LabelSet randomLabels(std::uint64_t seed, int annotations)
{
    Dice dice(seed);
    LabelSet labels;
    for (int i = 0; i < 6; ++i) {
        FileClass fileClass;
        fileClass.name = "class " + std::to_string(i);
        fileClass.number = 10 + 3 * i;
        fileClass.colour = static_cast<std::uint32_t>(0x102030 * (i + 1));
        fileClass.parent = i > 2 ? "class 0" : "";
        fileClass.skeleton.names = {"a", "b", "c", "d", "e"};
        fileClass.skeleton.bones = {{0, 1}, {1, 4}};
        labels.classes.push_back(std::move(fileClass));
    }
    for (int i = 0; annotations > 0; ++i) {
        LabelledPicture picture;
        picture.path =
            "pictures/" + std::string(i % 2 == 0 ? "day" : "night") + "/p" + std::to_string(i) + ".jpg";
        picture.width = 32 + 4 * static_cast<int>(dice.below(32));
        picture.height = 32 + 4 * static_cast<int>(dice.below(32));
        picture.frame = CoordinateFrame::Upright;
        constexpr const char* kSplits[] = {"train", "val", "test"};
        picture.split = kSplits[dice.below(3)];
        if (i % 5 == 0) {
            picture.sequence = "film";
            picture.frameNumber = i;
        }
        const int count = std::min(annotations, static_cast<int>(dice.below(12)));
        for (int k = 0; k < count; ++k)
            picture.annotations.push_back(randomAnnotation(dice, picture));
        annotations -= count;
        labels.pictures.push_back(std::move(picture));
    }
    labels.read = annotationCount(labels);
    return labels;
}

} // namespace trainyard::test
