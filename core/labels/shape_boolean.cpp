// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/shape_boolean.h"

#include "core/labels/clipper_polygons.h"
#include "core/labels/geometry.h"
#include "core/labels/mask_ops.h"
#include "core/labels/segments.h"

#include <algorithm>
#include <cmath>

namespace trainyard {

namespace {

tl::unexpected<Error> refused(const char* why)
{
    return fail(ErrorCode::InvalidArgument, why);
}

Result<std::optional<Shape>> combined(const Shape& left, const Shape& right, PolygonOperation operation,
                                      Mask (*combineMasks)(const Mask&, const Mask&))
{
    if (const Mask* mask = std::get_if<Mask>(&left)) {
        if (!std::holds_alternative<Mask>(right) && !outlineOf(right))
            return refused("only shapes that cover an area can be put together");
        Mask result = combineMasks(*mask, pixelsOf(right));
        return maskArea(result) > 0 ? std::optional<Shape>(std::move(result)) : std::nullopt;
    }
    const auto subject = outlineOf(left);
    const auto clip = outlineOf(right);
    if (!subject || !clip)
        return refused("only shapes that cover an area can be put together");
    Polygon result = combinedPolygons(*subject, *clip, operation);
    return result.parts.empty() ? std::nullopt : std::optional<Shape>(std::move(result));
}

void sortByArea(std::vector<Shape>& shapes)
{
    std::stable_sort(shapes.begin(), shapes.end(),
                     [](const Shape& a, const Shape& b) { return area(a) > area(b); });
}

Result<std::vector<Shape>> splitLine(const Polyline& line, const Polyline& cut)
{
    std::vector<Shape> pieces;
    Polyline piece;
    for (std::size_t i = 0; i < line.vertices.size(); ++i) {
        piece.vertices.push_back(line.vertices[i]);
        if (i + 1 == line.vertices.size())
            break;
        const Vertex& from = line.vertices[i];
        const Vertex& to = line.vertices[i + 1];
        std::vector<double> shares;
        for (std::size_t c = 1; c < cut.vertices.size(); ++c)
            if (const auto share = meetingOf(from, to, cut.vertices[c - 1], cut.vertices[c]);
                share && *share > 0 && *share < 1) // not at a vertex of the line
                shares.push_back(*share);
        std::sort(shares.begin(), shares.end());
        shares.erase(std::unique(shares.begin(), shares.end()), shares.end());
        for (const double share : shares) {
            const Vertex at = placeAlong(from, to, share);
            piece.vertices.push_back(at);
            pieces.emplace_back(std::move(piece));
            piece = Polyline{{at}};
        }
    }
    pieces.emplace_back(std::move(piece));
    if (pieces.size() < 2)
        return refused("the line does not cross the polyline");
    return pieces;
}

Result<Shape> joinedLines(std::span<const Shape> shapes)
{
    Polyline all = std::get<Polyline>(shapes.front());
    std::vector<Polyline> open;
    for (const Shape& shape : shapes.subspan(1)) {
        if (!std::holds_alternative<Polyline>(shape))
            return refused("a polyline can be joined with polylines only");
        open.push_back(std::get<Polyline>(shape));
    }
    while (!open.empty()) {
        // The nearest pair of ends decides which line comes next, where, and which way round.
        struct Choice
        {
            double distance = INFINITY;
            std::size_t line = 0;
            bool isAtFront = false;
            bool isTurned = false;
        } best;
        for (std::size_t i = 0; i < open.size(); ++i)
            for (const bool isAtFront : {false, true})
                for (const bool isTurned : {false, true}) {
                    const Vertex& end = isAtFront ? all.vertices.front() : all.vertices.back();
                    const bool takesFirst = isAtFront == isTurned;
                    const Vertex& own = takesFirst ? open[i].vertices.front() : open[i].vertices.back();
                    const double distance = distanceBetween(end, own);
                    if (distance < best.distance)
                        best = {distance, i, isAtFront, isTurned};
                }
        Ring next = std::move(open[best.line].vertices);
        open.erase(open.begin() + static_cast<std::ptrdiff_t>(best.line));
        if (best.isTurned)
            std::reverse(next.begin(), next.end());
        Ring& front = best.isAtFront ? next : all.vertices;
        Ring& back = best.isAtFront ? all.vertices : next;
        front.insert(front.end(), back.begin() + (best.distance == 0 ? 1 : 0), back.end());
        all.vertices = Ring(front);
    }
    return Shape(std::move(all));
}

} // namespace

std::optional<Polygon> outlineOf(const Shape& shape)
{
    if (const auto* polygon = std::get_if<Polygon>(&shape))
        return *polygon;
    if (const auto* box = std::get_if<Box>(&shape))
        return Polygon{{{cornersOf(*box), {}}}};
    if (const auto* box = std::get_if<RotatedBox>(&shape))
        return Polygon{{{cornersOf(*box), {}}}};
    if (const auto* mask = std::get_if<Mask>(&shape))
        return polygonFromMask(*mask);
    return std::nullopt;
}

Result<std::optional<Shape>> united(const Shape& left, const Shape& right)
{
    return combined(left, right, PolygonOperation::Unite, unitedMasks);
}

Result<std::optional<Shape>> subtracted(const Shape& from, const Shape& what)
{
    return combined(from, what, PolygonOperation::Subtract, subtractedMasks);
}

Result<std::optional<Shape>> intersected(const Shape& left, const Shape& right)
{
    return combined(left, right, PolygonOperation::Intersect, intersectedMasks);
}

Result<std::vector<Shape>> splitBy(const Shape& shape, const Polyline& line)
{
    if (const auto* own = std::get_if<Polyline>(&shape))
        return splitLine(*own, line);
    const auto outline = outlineOf(shape);
    if (!outline)
        return refused("only shapes that cover an area and polylines can be split");
    std::vector<Polygon> polygons = dividedPolygon(*outline, line.vertices);
    if (polygons.size() < 2)
        return refused("the line does not lead through the shape");
    std::vector<Shape> pieces;
    for (Polygon& polygon : polygons) {
        if (!std::holds_alternative<Mask>(shape)) {
            pieces.emplace_back(std::move(polygon));
        } else if (Mask mask = pixelsOf(polygon); maskArea(mask) > 0) {
            pieces.emplace_back(std::move(mask));
        }
    }
    if (pieces.size() < 2)
        return refused("the line does not lead through the shape");
    sortByArea(pieces);
    return pieces;
}

std::vector<Shape> separated(const Shape& shape)
{
    std::vector<Shape> pieces;
    if (const auto* polygon = std::get_if<Polygon>(&shape))
        for (const PolygonPart& part : polygon->parts)
            pieces.emplace_back(Polygon{{part}});
    else if (const auto* mask = std::get_if<Mask>(&shape))
        for (Mask& piece : separatedMasks(*mask))
            pieces.emplace_back(std::move(piece));
    else
        pieces.push_back(shape);
    return pieces;
}

Result<Shape> joined(std::span<const Shape> shapes)
{
    if (shapes.size() < 2)
        return refused("joining takes at least two shapes");
    if (std::holds_alternative<Polyline>(shapes.front()))
        return joinedLines(shapes);
    Shape all = shapes.front();
    for (const Shape& shape : shapes.subspan(1)) {
        TRAINYARD_TRY(auto both, united(all, shape));
        if (!both)
            return refused("the shapes cover no area");
        all = *std::move(both);
    }
    return all;
}

} // namespace trainyard
