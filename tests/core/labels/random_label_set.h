// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/labels/formats.h"
#include "core/labels/mask_ops.h"

#include <cmath>
#include <string>
#include <vector>

namespace trainyard {

/// Label sets that hold whatever a set can hold, the same for the same seed.
class RandomLabelSet
{
public:
    explicit RandomLabelSet(std::uint64_t seed) : m_random(seed, RandomPurpose::Sample, 0, 0) {}

    std::vector<ShapeKind> kinds = {ShapeKind::ClassTag,  ShapeKind::Box,      ShapeKind::RotatedBox,
                                    ShapeKind::Polygon,   ShapeKind::Polyline, ShapeKind::Point,
                                    ShapeKind::Keypoints, ShapeKind::Mask};
    std::vector<std::string> classes = {"cat",
                                        "traffic light",
                                        "N\xC3\xA4"
                                        "gel",
                                        "a,\"b\"",
                                        "x: y #1",
                                        "no",
                                        "7"};
    bool hasGroups = true;
    int width = 0; ///< 0: any
    int height = 0;

    LabelSet make(int pictures, int annotations)
    {
        LabelSet set;
        for (const std::string& name : classes) {
            FileClass each;
            each.name = name;
            each.skeleton.names = {"nose", "left eye", "right eye"};
            set.classes.push_back(each);
        }
        for (int i = 0; i < pictures; ++i) {
            LabelledPicture picture;
            const std::string number = std::to_string(1000 + i);
            constexpr const char* kSplits[] = {"train", "val", "test"};
            picture.split = kSplits[i % 3];
            picture.path = "photos/picture " + number + ".jpg";
            picture.width = width > 0 ? width : 64 + static_cast<int>(m_random.below(600));
            picture.height = height > 0 ? height : 64 + static_cast<int>(m_random.below(600));
            picture.frame = CoordinateFrame::Upright;
            for (int k = 0; k < annotations; ++k)
                picture.annotations.push_back(annotation(picture));
            set.pictures.push_back(std::move(picture));
        }
        set.read = annotationCount(set);
        return set;
    }

private:
    double within(double low, double high) { return m_random.uniform(low, high); }
    bool once(int of) { return m_random.below(static_cast<std::uint64_t>(of)) == 0; }

    Ring ring(const LabelledPicture& picture, std::size_t vertices)
    {
        return ringAround(middle(picture), vertices, 5, 19);
    }

    Vertex middle(const LabelledPicture& picture)
    {
        return {within(20, picture.width - 20), within(20, picture.height - 20)};
    }

    Ring ringAround(const Vertex& middle, std::size_t vertices, double nearest, double furthest)
    {
        Ring ring;
        for (std::size_t i = 0; i < vertices; ++i) {
            const double angle =
                6.283185307179586 * (static_cast<double>(i) + within(0, 0.6)) / static_cast<double>(vertices);
            const double radius = within(nearest, furthest);
            ring.push_back({middle.x + radius * std::cos(angle), middle.y + radius * std::sin(angle)});
        }
        return ring;
    }

    /// Every fourth has a hole. Neighbours of four vertices are at most 144 degrees apart, so that a hole of
    /// a radius of 1.5 lies inside.
    PolygonPart part(const LabelledPicture& picture)
    {
        const Vertex at = middle(picture);
        const std::size_t vertices = 3 + m_random.below(9);
        PolygonPart part{ringAround(at, vertices, 5, 19), {}};
        if (vertices >= 4 && once(4))
            part.holes.push_back(ringAround(at, 3 + m_random.below(4), 0.75, 1.5));
        return part;
    }

    Shape shape(const LabelledPicture& picture)
    {
        switch (kinds[m_random.below(kinds.size())]) {
        case ShapeKind::ClassTag:
            return {};
        case ShapeKind::Box: {
            const double x = within(0, picture.width - 12);
            const double y = within(0, picture.height - 12);
            return Box{x, y, within(2, picture.width - x), within(2, picture.height - y)};
        }
        case ShapeKind::RotatedBox:
            return RotatedBox{within(30, picture.width - 30), within(30, picture.height - 30), within(4, 30),
                              within(4, 30), within(1, 179) * (once(2) ? 1 : -1)};
        case ShapeKind::Polygon: {
            Polygon polygon;
            polygon.parts.push_back(part(picture));
            while (once(5))
                polygon.parts.push_back(part(picture));
            return polygon;
        }
        case ShapeKind::Polyline:
            return Polyline{ring(picture, 2 + m_random.below(5))};
        case ShapeKind::Point:
            return Vertex{within(0, picture.width), within(0, picture.height)};
        case ShapeKind::Keypoints: {
            Keypoints keypoints;
            for (int i = 0; i < 3; ++i) {
                const auto state = static_cast<KeypointState>(i == 0 ? 2 : m_random.below(3));
                keypoints.points.push_back({state == KeypointState::Absent
                                                ? Vertex{}
                                                : Vertex{within(0, picture.width), within(0, picture.height)},
                                            state});
            }
            return keypoints;
        }
        case ShapeKind::Mask:
            return mask(picture);
        }
        return {};
    }

    Mask mask(const LabelledPicture& picture)
    {
        Polygon polygon;
        polygon.parts.push_back({ring(picture, 5), {}});
        return rasterised(polygon, picture.width, picture.height);
    }

    FileAnnotation annotation(const LabelledPicture& picture)
    {
        FileAnnotation each;
        do
            each.shape = shape(picture);
        while (!checkShape(each.shape));
        each.className = classes[m_random.below(classes.size())];
        if (once(4)) {
            each.isModel = true;
            each.sourceName = "detector 3";
            each.score = std::round(within(0, 1) * 1000) / 1000;
        }
        each.group = hasGroups && once(3) ? static_cast<std::int64_t>(1 + m_random.below(5)) : 0;
        each.zOrder = once(3) ? static_cast<std::int64_t>(m_random.below(9)) - 4 : 0;
        each.flags = {once(4), once(4), once(6)};
        if (once(2))
            each.attributes["is old"] = once(2);
        if (once(2))
            each.attributes["age"] = std::round(within(0, 100) * 100) / 100;
        if (once(3))
            each.attributes["note"] = std::string("a \"b\" <c> & d,\xC3\xA9");
        return each;
    }

    CounterRandom m_random;
};

} // namespace trainyard
