// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/box_interpolation.h"

#include <algorithm>
#include <cmath>

namespace trainyard {

namespace {

tl::unexpected<Error> refused(const char* why)
{
    return fail(ErrorCode::InvalidArgument, why);
}

double between(double from, double to, double share)
{
    return from + (to - from) * share;
}

Vertex between(const Vertex& from, const Vertex& to, double share)
{
    return {between(from.x, to.x, share), between(from.y, to.y, share)};
}

Result<void> blend(Ring& ring, const Ring& to, double share)
{
    if (ring.size() != to.size())
        return refused("the shapes have different numbers of vertices");
    for (std::size_t i = 0; i < ring.size(); ++i)
        ring[i] = between(ring[i], to[i], share);
    return {};
}

struct Between
{
    double share;

    Result<Shape> operator()(const Box& from, const Box& to) const
    {
        return Shape(Box{between(from.x, to.x, share), between(from.y, to.y, share),
                         between(from.width, to.width, share), between(from.height, to.height, share)});
    }
    Result<Shape> operator()(const RotatedBox& from, const RotatedBox& to) const
    {
        return Shape(RotatedBox{between(from.centreX, to.centreX, share),
                                between(from.centreY, to.centreY, share),
                                between(from.width, to.width, share), between(from.height, to.height, share),
                                from.angle + std::remainder(to.angle - from.angle, 360.0) * share});
    }
    Result<Shape> operator()(Polygon from, const Polygon& to) const
    {
        if (from.parts.size() != to.parts.size())
            return refused("the polygons have different numbers of parts");
        for (std::size_t i = 0; i < from.parts.size(); ++i) {
            PolygonPart& part = from.parts[i];
            if (part.holes.size() != to.parts[i].holes.size())
                return refused("the polygons have different numbers of holes");
            TRAINYARD_CHECK(blend(part.outline, to.parts[i].outline, share));
            for (std::size_t hole = 0; hole < part.holes.size(); ++hole)
                TRAINYARD_CHECK(blend(part.holes[hole], to.parts[i].holes[hole], share));
        }
        return Shape(std::move(from));
    }
    Result<Shape> operator()(Polyline from, const Polyline& to) const
    {
        TRAINYARD_CHECK(blend(from.vertices, to.vertices, share));
        return Shape(std::move(from));
    }
    Result<Shape> operator()(const Vertex& from, const Vertex& to) const
    {
        return Shape(between(from, to, share));
    }
    Result<Shape> operator()(Keypoints from, const Keypoints& to) const
    {
        if (from.points.size() != to.points.size())
            return refused("the keypoints are of different skeletons");
        for (std::size_t i = 0; i < from.points.size(); ++i) {
            Keypoint& point = from.points[i];
            if (point.state == KeypointState::Absent || to.points[i].state == KeypointState::Absent)
                point = {};
            else
                point.at = between(point.at, to.points[i].at, share);
        }
        TRAINYARD_CHECK(checkShape(from));
        return Shape(std::move(from));
    }
    template <typename From, typename To>
    Result<Shape> operator()(const From&, const To&) const
    {
        return refused(std::is_same_v<From, To> ? "masks and class tags cannot be interpolated"
                                                : "the shapes are of different kinds");
    }
};

} // namespace

Result<Shape> interpolatedShape(const Shape& from, const Shape& to, double share)
{
    return std::visit(Between{std::clamp(share, 0.0, 1.0)}, from, to);
}

Result<std::vector<KeyFrame>> framesBetween(std::span<const KeyFrame> keyFrames)
{
    std::vector<KeyFrame> keys(keyFrames.begin(), keyFrames.end());
    std::sort(keys.begin(), keys.end(),
              [](const KeyFrame& a, const KeyFrame& b) { return a.frame < b.frame; });
    std::vector<KeyFrame> frames;
    for (std::size_t i = 1; i < keys.size(); ++i) {
        const std::int64_t first = keys[i - 1].frame;
        const std::int64_t last = keys[i].frame;
        if (first == last)
            return fail(ErrorCode::InvalidArgument,
                        "frame " + std::to_string(first) + " has two key frames of one track");
        for (std::int64_t frame = first + 1; frame < last; ++frame) {
            const double share = static_cast<double>(frame - first) / static_cast<double>(last - first);
            auto shape = interpolatedShape(keys[i - 1].shape, keys[i].shape, share);
            if (!shape)
                return fail(ErrorCode::InvalidArgument, "between frames " + std::to_string(first) + " and " +
                                                            std::to_string(last) + ": " +
                                                            shape.error().message);
            frames.push_back({frame, *std::move(shape)});
        }
    }
    return frames;
}

} // namespace trainyard
