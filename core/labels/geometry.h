// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/shape.h"

#include <optional>

namespace trainyard {

/// Measures and small changes of shapes. Pure functions without a window; lengths in pixels, areas in square
/// pixels. Rings are read by the even-odd rule, part by part; a ring that crosses itself is measured by the
/// shoelace formula all the same.

/// One vertex of a shape, or the edge from it to the next one. Boxes and rotated boxes have the four corners
/// of cornersOf(); a point has one; keypoints count by their place in the skeleton. `ring` is 0 for the
/// outline of a part and n for its n-th hole. `part` and `ring` are 0 for all but polygons.
struct VertexRef
{
    int part = 0;
    int ring = 0;
    int index = 0;

    bool operator==(const VertexRef&) const = default;
};

/// Where the outline comes closest to a place.
struct OutlineHit
{
    double distance = 0;       ///< to the nearest edge
    Vertex at;                 ///< the nearest place on it
    VertexRef edge;            ///< by the vertex that it begins at
    double vertexDistance = 0; ///< to the nearest vertex
    VertexRef vertex;
};

/// 0 for what covers no area: class tags, lines, points and keypoints. Masks count their pixels.
double area(const Shape& shape);

/// The length of all outlines, of a polyline's edges, of the pixel edges around a mask; 0 for the others.
double perimeter(const Shape& shape);

/// Whether a place lies in the area of a shape. A place on an edge counts as the pixel to its right and
/// below. Never for class tags, lines, points and keypoints.
bool contains(const Shape& shape, const Vertex& place);

/// Nothing for class tags and for shapes without a vertex. Points and keypoints that are not absent count as
/// edges of length 0. The references into a mask are those of polygonFromMask().
std::optional<OutlineHit> nearestOnOutline(const Shape& shape, const Vertex& place);

/// The vertex that a reference names; nothing where the shape has none there.
std::optional<Vertex> vertexAt(const Shape& shape, const VertexRef& vertex);

/// All vertices in the order of their references; none for class tags and masks.
Ring verticesOf(const Shape& shape);

/// Masks move by whole pixels, rounded to the nearest.
Shape moved(const Shape& shape, double right, double down);

/// Stretched so that what lay in `from` lies in `to`; both need a width and a height above 0. A rotated box
/// stays one: its sides take the lengths and its width the direction that the stretch gives them. Masks are
/// read at the nearest pixel and land on whole pixels.
Shape resized(const Shape& shape, const Box& from, const Box& to);

/// One vertex elsewhere. The opposite corner of a box stays, and may be crossed; a rotated box keeps its
/// angle. InvalidArgument: no such vertex, a mask, a box without width or height.
Result<Shape> withVertex(const Shape& shape, const VertexRef& vertex, const Vertex& at);

/// A vertex more on an edge of a polygon or polyline, after `edge.index`. -1 goes before the first of a
/// polyline, its last index behind it. InvalidArgument for other kinds and places.
Result<Shape> withInsertedVertex(const Shape& shape, const VertexRef& edge, const Vertex& at);

/// A vertex less. A hole of three vertices goes with one of them, and so does a part beside others; a
/// keypoint becomes absent. InvalidArgument where too little would be left: the only outline with three
/// vertices, a polyline with two, the last keypoint, and kinds that have no vertices of their own.
Result<Shape> withoutVertex(const Shape& shape, const VertexRef& vertex);

/// Polygons and polylines with fewer vertices: none of those left out lies further than `tolerance` from the
/// new outline (Douglas and Peucker 1973). Rings keep three vertices; holes smaller than the tolerance in
/// both directions go. Other kinds stay as they are.
Shape simplified(const Shape& shape, double tolerance);

/// What lies in a picture of this size; nothing where no part of it does. A rotated box that reaches into the
/// picture stays whole; of a polyline the longest piece stays; keypoints outside become absent.
std::optional<Shape> clippedTo(const Shape& shape, int width, int height);

/// The area that two shapes share: exact for boxes, to 2^-16 pixels for polygons and rotated boxes. Where one
/// is a mask, the other counts by its pixels (mask_ops.h).
double intersectionArea(const Shape& left, const Shape& right);

/// Intersection over union, 0 to 1; 0 where a shape covers no area.
double intersectionOverUnion(const Shape& left, const Shape& right);

} // namespace trainyard
