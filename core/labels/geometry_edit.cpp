// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/geometry.h"
#include "core/labels/mask_ops.h"
#include "core/labels/segments.h"
#include "core/labels/shape_boolean.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace trainyard {

namespace {

/// Each vertex through a function; boxes and masks are the caller's.
template <typename Map>
struct Mapped
{
    Map map;

    Ring operator()(Ring ring) const
    {
        for (Vertex& vertex : ring)
            vertex = map(vertex);
        return ring;
    }
    Shape operator()(Polygon polygon) const
    {
        for (PolygonPart& part : polygon.parts) {
            part.outline = (*this)(std::move(part.outline));
            for (Ring& hole : part.holes)
                hole = (*this)(std::move(hole));
        }
        return polygon;
    }
    Shape operator()(Polyline line) const { return Polyline{(*this)(std::move(line.vertices))}; }
    Shape operator()(const Vertex& point) const { return map(point); }
    Shape operator()(Keypoints keypoints) const
    {
        for (Keypoint& point : keypoints.points)
            if (point.state != KeypointState::Absent)
                point.at = map(point.at);
        return keypoints;
    }
    template <typename Other>
    Shape operator()(const Other& other) const
    {
        return other;
    }
};

template <typename Map>
Shape mapped(const Shape& shape, Map map)
{
    return std::visit(Mapped<Map>{map}, shape);
}

/// Nearest neighbour between two rectangles of whole pixels.
Mask resizedMask(const Mask& mask, const Box& from, const Box& to)
{
    const double scaleX = to.width / from.width;
    const double scaleY = to.height / from.height;
    const auto side = [](double start, double end) {
        const int first = static_cast<int>(std::lround(start));
        return std::pair(first, std::max(1, static_cast<int>(std::lround(end)) - first));
    };
    const double left = to.x + (mask.x - from.x) * scaleX;
    const double top = to.y + (mask.y - from.y) * scaleY;
    const auto [x, width] = side(left, left + mask.width * scaleX);
    const auto [y, height] = side(top, top + mask.height * scaleY);
    const Bitmap source = bitmapFromMask(mask);
    Bitmap result{
        x, y, width, height,
        std::vector<std::uint8_t>(static_cast<std::size_t>(width) * static_cast<std::size_t>(height))};
    const auto nearest = [](int pixel, int size, int sourceSize) {
        return std::min(sourceSize - 1, static_cast<int>((pixel + 0.5) * sourceSize / size));
    };
    for (int row = 0; row < height; ++row)
        for (int column = 0; column < width; ++column)
            result.row(row)[column] =
                source.row(nearest(row, height, mask.height))[nearest(column, width, mask.width)];
    return maskFromBitmap(result);
}

double distanceToLine(const Vertex& place, const Vertex& from, const Vertex& to)
{
    return distanceBetween(place, nearestOnSegment(place, from, to));
}

/// Marks what Douglas and Peucker keep between two vertices; without recursion, because rings may be long.
void keepBetween(const Ring& vertices, std::size_t first, std::size_t last, double tolerance,
                 std::vector<bool>& isKept)
{
    std::vector<std::pair<std::size_t, std::size_t>> open = {{first, last}};
    while (!open.empty()) {
        const auto [from, to] = open.back();
        open.pop_back();
        double farthest = tolerance;
        std::size_t at = from;
        for (std::size_t i = from + 1; i < to; ++i) {
            const double distance =
                distanceToLine(vertices[i], vertices[from], vertices[to % vertices.size()]);
            if (distance > farthest) {
                farthest = distance;
                at = i;
            }
        }
        if (at != from) {
            isKept[at] = true;
            open.emplace_back(from, at);
            open.emplace_back(at, to);
        }
    }
}

Ring kept(const Ring& vertices, const std::vector<bool>& isKept)
{
    Ring result;
    for (std::size_t i = 0; i < vertices.size(); ++i)
        if (isKept[i])
            result.push_back(vertices[i]);
    return result;
}

template <typename Distance>
std::size_t farthestOf(const Ring& ring, Distance distance)
{
    std::size_t best = 0;
    for (std::size_t i = 1; i < ring.size(); ++i)
        if (distance(ring[i]) > distance(ring[best]))
            best = i;
    return best;
}

Ring simplifiedRing(const Ring& ring, double tolerance)
{
    if (ring.size() <= 3)
        return ring;
    const std::size_t opposite =
        farthestOf(ring, [&](const Vertex& v) { return distanceBetween(v, ring.front()); });
    if (opposite == 0)
        return ring;
    std::vector<bool> isKept(ring.size(), false);
    isKept[0] = true;
    isKept[opposite] = true;
    keepBetween(ring, 0, opposite, tolerance, isKept);
    keepBetween(ring, opposite, ring.size(), tolerance, isKept);
    if (std::count(isKept.begin(), isKept.end(), true) < 3) {
        const std::size_t third = farthestOf(
            ring, [&](const Vertex& v) { return distanceToLine(v, ring.front(), ring[opposite]); });
        isKept[third == 0 || third == opposite ? (opposite == 1 ? 2 : 1) : third] = true;
    }
    return kept(ring, isKept);
}

/// The piece of a segment inside a rectangle from the origin, as shares of its length (Liang and Barsky
/// 1984).
std::optional<std::pair<double, double>> insidePiece(const Vertex& from, const Vertex& to, double width,
                                                     double height)
{
    double start = 0;
    double end = 1;
    const double dx = to.x - from.x;
    const double dy = to.y - from.y;
    for (const auto& [step, room] :
         {std::pair(-dx, from.x), {dx, width - from.x}, {-dy, from.y}, {dy, height - from.y}}) {
        if (step == 0 && room < 0)
            return std::nullopt;
        if (step < 0)
            start = std::max(start, room / step);
        else if (step > 0)
            end = std::min(end, room / step);
    }
    if (start > end)
        return std::nullopt;
    return std::pair(start, end);
}

std::optional<Shape> clippedLine(const Polyline& line, double width, double height)
{
    Polyline best;
    Polyline piece;
    double bestLength = 0;
    const auto finishPiece = [&] {
        const double pieceLength = perimeter(piece);
        if (piece.vertices.size() >= 2 && pieceLength > bestLength) {
            best = piece;
            bestLength = pieceLength;
        }
        piece.vertices.clear();
    };
    for (std::size_t i = 1; i < line.vertices.size(); ++i) {
        const Vertex& from = line.vertices[i - 1];
        const Vertex& to = line.vertices[i];
        const auto inside = insidePiece(from, to, width, height);
        if (!inside) {
            finishPiece();
            continue;
        }
        const auto at = [&](double share) { return placeAlong(from, to, share); };
        if (inside->first > 0 || piece.vertices.empty()) {
            finishPiece();
            piece.vertices.push_back(inside->first > 0 ? at(inside->first) : from);
        }
        piece.vertices.push_back(inside->second < 1 ? at(inside->second) : to);
        if (inside->second < 1)
            finishPiece();
    }
    finishPiece();
    if (best.vertices.empty())
        return std::nullopt;
    return best;
}

} // namespace

Shape moved(const Shape& shape, double right, double down)
{
    if (const Box* box = std::get_if<Box>(&shape))
        return Box{box->x + right, box->y + down, box->width, box->height};
    if (const RotatedBox* box = std::get_if<RotatedBox>(&shape))
        return RotatedBox{box->centreX + right, box->centreY + down, box->width, box->height, box->angle};
    if (const Mask* mask = std::get_if<Mask>(&shape))
        return Mask{mask->x + static_cast<int>(std::lround(right)),
                    mask->y + static_cast<int>(std::lround(down)), mask->width, mask->height, mask->counts};
    return mapped(shape, [=](const Vertex& v) { return Vertex{v.x + right, v.y + down}; });
}

Shape resized(const Shape& shape, const Box& from, const Box& to)
{
    const double scaleX = to.width / from.width;
    const double scaleY = to.height / from.height;
    const auto map = [&](const Vertex& v) {
        return Vertex{to.x + (v.x - from.x) * scaleX, to.y + (v.y - from.y) * scaleY};
    };
    if (const Box* box = std::get_if<Box>(&shape)) {
        const Vertex corner = map({box->x, box->y});
        return Box{corner.x, corner.y, box->width * scaleX, box->height * scaleY};
    }
    if (const RotatedBox* box = std::get_if<RotatedBox>(&shape)) {
        const double radians = box->angle * std::numbers::pi / 180;
        const double cosine = std::cos(radians);
        const double sine = std::sin(radians);
        const Vertex centre = map({box->centreX, box->centreY});
        const double angle = scaleX == scaleY
                                 ? box->angle
                                 : std::atan2(sine * scaleY, cosine * scaleX) * 180 / std::numbers::pi;
        return RotatedBox{centre.x, centre.y, box->width * std::hypot(cosine * scaleX, sine * scaleY),
                          box->height * std::hypot(sine * scaleX, cosine * scaleY), angle};
    }
    if (const Mask* mask = std::get_if<Mask>(&shape))
        return resizedMask(*mask, from, to);
    return mapped(shape, map);
}

Shape simplified(const Shape& shape, double tolerance)
{
    if (const Polyline* line = std::get_if<Polyline>(&shape); line != nullptr && line->vertices.size() > 2) {
        std::vector<bool> isKept(line->vertices.size(), false);
        isKept.front() = true;
        isKept.back() = true;
        keepBetween(line->vertices, 0, line->vertices.size() - 1, tolerance, isKept);
        return Polyline{kept(line->vertices, isKept)};
    }
    const Polygon* polygon = std::get_if<Polygon>(&shape);
    if (polygon == nullptr)
        return shape;
    Polygon result = *polygon;
    for (PolygonPart& part : result.parts) {
        part.outline = simplifiedRing(part.outline, tolerance);
        std::erase_if(part.holes, [&](const Ring& hole) {
            const auto bounds = boundingBox(Polyline{hole});
            return bounds && bounds->width < tolerance && bounds->height < tolerance;
        });
        for (Ring& hole : part.holes)
            hole = simplifiedRing(hole, tolerance);
    }
    return result;
}

std::optional<Shape> clippedTo(const Shape& shape, int width, int height)
{
    const Box picture{0, 0, static_cast<double>(width), static_cast<double>(height)};
    const auto isIn = [&](const Vertex& v) {
        return v.x >= 0 && v.y >= 0 && v.x <= picture.width && v.y <= picture.height;
    };
    switch (shapeKind(shape)) {
    case ShapeKind::ClassTag:
        return shape;
    case ShapeKind::Box: {
        const Box& box = std::get<Box>(shape);
        const double x = std::max(0.0, box.x);
        const double y = std::max(0.0, box.y);
        const Box cut{x, y, std::min(picture.width, box.x + box.width) - x,
                      std::min(picture.height, box.y + box.height) - y};
        return cut.width > 0 && cut.height > 0 ? std::optional<Shape>(cut) : std::nullopt;
    }
    case ShapeKind::RotatedBox:
        return intersectionArea(shape, picture) > 0 ? std::optional<Shape>(shape) : std::nullopt;
    case ShapeKind::Polygon: {
        const Ring vertices = verticesOf(shape);
        if (std::all_of(vertices.begin(), vertices.end(), isIn))
            return shape;
        auto cut = intersected(shape, picture);
        return cut ? *std::move(cut) : std::nullopt;
    }
    case ShapeKind::Polyline:
        return clippedLine(std::get<Polyline>(shape), picture.width, picture.height);
    case ShapeKind::Point:
        return isIn(std::get<Vertex>(shape)) ? std::optional<Shape>(shape) : std::nullopt;
    case ShapeKind::Keypoints: {
        Keypoints keypoints = std::get<Keypoints>(shape);
        for (Keypoint& point : keypoints.points)
            if (!isIn(point.at))
                point = {};
        return checkShape(keypoints) ? std::optional<Shape>(keypoints) : std::nullopt;
    }
    case ShapeKind::Mask: {
        Mask cut = croppedMask(std::get<Mask>(shape), width, height);
        return maskArea(cut) > 0 ? std::optional<Shape>(std::move(cut)) : std::nullopt;
    }
    }
    return std::nullopt;
}

} // namespace trainyard
