// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/imaging/image.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace trainyard {

/// Where an annotation lies in a picture. All coordinates are doubles in pixel-edge coordinates of the
/// upright picture: x in [0, width], y in [0, height], y downwards; a box of one pixel in the corner is (0,
/// 0, 1, 1).

struct Vertex
{
    double x = 0;
    double y = 0;

    bool operator==(const Vertex&) const = default;
};

/// A closed line: the last vertex joins the first, which is not repeated.
using Ring = std::vector<Vertex>;

/// Turned clockwise around its centre, in degrees.
struct RotatedBox
{
    double centreX = 0;
    double centreY = 0;
    double width = 0;
    double height = 0;
    double angle = 0;

    bool operator==(const RotatedBox&) const = default;
};

struct PolygonPart
{
    Ring outline;
    std::vector<Ring> holes;

    bool operator==(const PolygonPart&) const = default;
};

/// One instance in one or several parts, each with holes.
struct Polygon
{
    std::vector<PolygonPart> parts;

    bool operator==(const Polygon&) const = default;
};

struct Polyline
{
    std::vector<Vertex> vertices;

    bool operator==(const Polyline&) const = default;
};

/// As COCO counts it.
enum class KeypointState : std::uint8_t { Absent = 0, Hidden = 1, Visible = 2 };

struct Keypoint
{
    Vertex at;
    KeypointState state = KeypointState::Absent;

    bool operator==(const Keypoint&) const = default;
};

/// In the order of the class's skeleton.
struct Keypoints
{
    std::vector<Keypoint> points;

    bool operator==(const Keypoints&) const = default;
};

constexpr int kMaxMaskSide = 1 << 17;              ///< of a mask's rectangle
constexpr std::int64_t kMaxMaskPixels = 1LL << 28; ///< in it: what is foreign must not ask for more memory

/// Pixels inside a rectangle of whole pixels, as run lengths column by column, downwards; the first run
/// counts pixels that are not set. The runs sum to width * height.
struct Mask
{
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;
    std::vector<std::uint32_t> counts;

    bool operator==(const Mask&) const = default;
};

/// Nothing (the whole picture), a box, a rotated box, a polygon, a polyline, a point, keypoints, a mask.
using Shape = std::variant<std::monostate, Box, RotatedBox, Polygon, Polyline, Vertex, Keypoints, Mask>;

/// The number that files and the database keep: the place in Shape, from 1.
enum class ShapeKind {
    ClassTag = 1,
    Box = 2,
    RotatedBox = 3,
    Polygon = 4,
    Polyline = 5,
    Point = 6,
    Keypoints = 7,
    Mask = 8
};
constexpr int kShapeKinds = 8;

[[nodiscard]] constexpr ShapeKind shapeKind(const Shape& shape)
{
    return static_cast<ShapeKind>(shape.index() + 1);
}
std::string_view shapeKindName(ShapeKind kind); ///< "class-tag", "box", "rotated-box", ...
std::optional<ShapeKind> shapeKindFromName(std::string_view name);

/// The smallest box around everything that the shape covers; absent keypoints do not count. Nothing for a
/// class tag and for shapes without a vertex or a set pixel.
std::optional<Box> boundingBox(const Shape& shape);

/// The corners, clockwise on the screen from the one that is top left where the angle is 0.
Ring cornersOf(const RotatedBox& box);
Ring cornersOf(const Box& box);

/// Whether a shape says something: finite numbers, a box of a width and height above 0, rings of at least
/// three vertices, a polyline of two, at least one keypoint that is not absent, a mask whose runs fill its
/// rectangle and set a pixel. InvalidArgument names what is wrong.
Result<void> checkShape(const Shape& shape);

/// The bytes that the database keeps beside the box (labels/FORMAT.md); empty for class tags and boxes.
std::string shapeToBytes(const Shape& shape);
/// CorruptFile where the bytes do not give a shape of this kind. `box` counts for the kind Box alone.
Result<Shape> shapeFromBytes(ShapeKind kind, const std::optional<Box>& box, std::string_view bytes,
                             std::string_view source);

} // namespace trainyard
