// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/shape.h"

#include "core/base/named_values.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace trainyard {

namespace {

constexpr NamedValues<ShapeKind, kShapeKinds> kKinds = {{
    {ShapeKind::ClassTag, "class-tag"},
    {ShapeKind::Box, "box"},
    {ShapeKind::RotatedBox, "rotated-box"},
    {ShapeKind::Polygon, "polygon"},
    {ShapeKind::Polyline, "polyline"},
    {ShapeKind::Point, "point"},
    {ShapeKind::Keypoints, "keypoints"},
    {ShapeKind::Mask, "mask"},
}};

/// The smallest box around vertices as they come.
class Extent
{
public:
    void add(const Vertex& vertex)
    {
        m_left = std::min(m_left, vertex.x);
        m_right = std::max(m_right, vertex.x);
        m_top = std::min(m_top, vertex.y);
        m_bottom = std::max(m_bottom, vertex.y);
    }
    void add(const Ring& ring)
    {
        for (const Vertex& vertex : ring)
            add(vertex);
    }
    [[nodiscard]] std::optional<Box> box() const
    {
        if (m_left > m_right)
            return std::nullopt;
        return Box{m_left, m_top, m_right - m_left, m_bottom - m_top};
    }

private:
    static constexpr double kFar = std::numeric_limits<double>::infinity();
    double m_left = kFar;
    double m_right = -kFar;
    double m_top = kFar;
    double m_bottom = -kFar;
};

std::optional<Box> maskExtent(const Mask& mask)
{
    if (mask.height <= 0)
        return std::nullopt;
    Extent extent;
    std::int64_t at = 0;
    bool isSet = false;
    for (const std::uint32_t run : mask.counts) {
        if (isSet && run > 0) {
            const std::int64_t last = at + run - 1;
            const std::int64_t firstColumn = at / mask.height;
            const std::int64_t lastColumn = last / mask.height;
            const bool isOneColumn = firstColumn == lastColumn;
            const std::int64_t top = isOneColumn ? at % mask.height : 0;
            const std::int64_t bottom = isOneColumn ? last % mask.height : mask.height - 1;
            extent.add({static_cast<double>(mask.x + firstColumn), static_cast<double>(mask.y + top)});
            extent.add(
                {static_cast<double>(mask.x + lastColumn + 1), static_cast<double>(mask.y + bottom + 1)});
        }
        at += run;
        isSet = !isSet;
    }
    return extent.box();
}

struct BoundingBox
{
    std::optional<Box> operator()(std::monostate) const { return std::nullopt; }
    std::optional<Box> operator()(const Box& box) const { return box; }
    std::optional<Box> operator()(const RotatedBox& box) const
    {
        Extent extent;
        extent.add(cornersOf(box));
        return extent.box();
    }
    std::optional<Box> operator()(const Polygon& polygon) const
    {
        Extent extent;
        for (const PolygonPart& part : polygon.parts)
            extent.add(part.outline);
        return extent.box();
    }
    std::optional<Box> operator()(const Polyline& line) const
    {
        Extent extent;
        extent.add(line.vertices);
        return extent.box();
    }
    std::optional<Box> operator()(const Vertex& point) const { return Box{point.x, point.y, 0, 0}; }
    std::optional<Box> operator()(const Keypoints& keypoints) const
    {
        Extent extent;
        for (const Keypoint& point : keypoints.points)
            if (point.state != KeypointState::Absent)
                extent.add(point.at);
        return extent.box();
    }
    std::optional<Box> operator()(const Mask& mask) const { return maskExtent(mask); }
};

tl::unexpected<Error> invalid(const char* what)
{
    return fail(ErrorCode::InvalidArgument, what);
}

bool areFinite(const Ring& ring)
{
    return std::all_of(ring.begin(), ring.end(), [](const Vertex& vertex) {
        return std::isfinite(vertex.x) && std::isfinite(vertex.y);
    });
}

struct Check
{
    Result<void> operator()(std::monostate) const { return {}; }
    Result<void> operator()(const Box& box) const
    {
        if (!areFinite({{box.x, box.y}, {box.width, box.height}}))
            return invalid("a box needs finite numbers");
        if (!(box.width > 0 && box.height > 0))
            return invalid("a box needs a width and a height above 0");
        return {};
    }
    Result<void> operator()(const RotatedBox& box) const
    {
        if (!areFinite({{box.centreX, box.centreY}, {box.width, box.height}, {box.angle, 0}}))
            return invalid("a rotated box needs finite numbers");
        if (!(box.width > 0 && box.height > 0))
            return invalid("a rotated box needs a width and a height above 0");
        return {};
    }
    Result<void> operator()(const Polygon& polygon) const
    {
        if (polygon.parts.empty())
            return invalid("a polygon needs an outline");
        for (const PolygonPart& part : polygon.parts) {
            TRAINYARD_CHECK(checkRing(part.outline));
            for (const Ring& hole : part.holes)
                TRAINYARD_CHECK(checkRing(hole));
        }
        return {};
    }
    Result<void> operator()(const Polyline& line) const
    {
        if (line.vertices.size() < 2)
            return invalid("a polyline needs two vertices");
        return areFinite(line.vertices) ? Result<void>() : invalid("a polyline needs finite numbers");
    }
    Result<void> operator()(const Vertex& point) const
    {
        return areFinite({point}) ? Result<void>() : invalid("a point needs finite numbers");
    }
    Result<void> operator()(const Keypoints& keypoints) const
    {
        bool isEmpty = true;
        for (const Keypoint& point : keypoints.points) {
            if (!areFinite({point.at}))
                return invalid("a keypoint needs finite numbers");
            isEmpty = isEmpty && point.state == KeypointState::Absent;
        }
        return isEmpty ? invalid("keypoints need at least one that is not absent") : Result<void>();
    }
    Result<void> operator()(const Mask& mask) const
    {
        if (mask.width <= 0 || mask.height <= 0)
            return invalid("a mask needs a width and a height above 0");
        if (mask.width > kMaxMaskSide || mask.height > kMaxMaskSide ||
            static_cast<std::int64_t>(mask.width) * mask.height > kMaxMaskPixels)
            return invalid("a mask is at most 131,072 pixels wide and high, and 268 million in all");
        std::uint64_t sum = 0;
        std::uint64_t set = 0;
        for (std::size_t i = 0; i < mask.counts.size(); ++i) {
            sum += mask.counts[i];
            set += i % 2 == 1 ? mask.counts[i] : 0;
        }
        if (sum != static_cast<std::uint64_t>(mask.width) * static_cast<std::uint64_t>(mask.height))
            return invalid("the runs of a mask must fill its rectangle");
        return set == 0 ? invalid("a mask needs a pixel that is set") : Result<void>();
    }

private:
    static Result<void> checkRing(const Ring& ring)
    {
        if (ring.size() < 3)
            return invalid("a polygon needs at least three vertices in each outline and hole");
        return areFinite(ring) ? Result<void>() : invalid("a polygon needs finite numbers");
    }
};

} // namespace

std::string_view shapeKindName(ShapeKind kind)
{
    return nameIn(kKinds, kind);
}

std::optional<ShapeKind> shapeKindFromName(std::string_view name)
{
    return valueIn(kKinds, name);
}

std::optional<Box> boundingBox(const Shape& shape)
{
    return std::visit(BoundingBox{}, shape);
}

Ring cornersOf(const RotatedBox& box)
{
    const double radians = box.angle * std::numbers::pi / 180;
    const double cosine = std::cos(radians);
    const double sine = std::sin(radians);
    Ring corners;
    for (const auto& [right, down] : {std::pair(-0.5, -0.5), {0.5, -0.5}, {0.5, 0.5}, {-0.5, 0.5}}) {
        const double x = right * box.width;
        const double y = down * box.height;
        corners.push_back({box.centreX + x * cosine - y * sine, box.centreY + x * sine + y * cosine});
    }
    return corners;
}

Ring cornersOf(const Box& box)
{
    const double right = box.x + box.width;
    const double bottom = box.y + box.height;
    return {{box.x, box.y}, {right, box.y}, {right, bottom}, {box.x, bottom}};
}

Result<void> checkShape(const Shape& shape)
{
    return std::visit(Check{}, shape);
}

} // namespace trainyard
