// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/clipper_polygons.h"

#include "core/labels/geometry.h"
#include "core/labels/segments.h"

#include <algorithm>
#include <clipper.hpp>
#include <cmath>

namespace trainyard {

namespace {

using ClipperLib::cInt;
using ClipperLib::ClipType;
using ClipperLib::Path;
using ClipperLib::Paths;

constexpr double kScale = 65536;
constexpr double kFarthest = 1e12;        ///< pixels: what Clipper's 64 bits hold with room to spare
constexpr double kSlit = 1.0 / 1024;      ///< half the width of the slit that divides a polygon
constexpr double kOvershoot = 16 * kSlit; ///< how far it reaches beyond the outline
constexpr double kSnap = 4 * kSlit;       ///< what lies so near to the line is drawn onto it again

cInt toInteger(double value)
{
    return std::llround(std::clamp(value, -kFarthest, kFarthest) * kScale);
}

Path toPath(const Ring& ring)
{
    Path path;
    path.reserve(ring.size());
    for (const Vertex& vertex : ring)
        path.emplace_back(toInteger(vertex.x), toInteger(vertex.y));
    return path;
}

Ring toRing(const Path& path)
{
    Ring ring;
    ring.reserve(path.size());
    for (const ClipperLib::IntPoint& point : path)
        ring.push_back({static_cast<double>(point.X) / kScale, static_cast<double>(point.Y) / kScale});
    return ring;
}

/// Paths that the non-zero rule reads as the even-odd rule reads each part.
Paths toPaths(const Polygon& polygon)
{
    Paths all;
    for (const PolygonPart& part : polygon.parts) {
        Paths paths = {toPath(part.outline)};
        for (const Ring& hole : part.holes)
            paths.push_back(toPath(hole));
        ClipperLib::SimplifyPolygons(paths, ClipperLib::pftEvenOdd);
        all.insert(all.end(), paths.begin(), paths.end());
    }
    return all;
}

void addParts(const ClipperLib::PolyNode& parent, Polygon& polygon)
{
    for (const ClipperLib::PolyNode* node : parent.Childs) {
        PolygonPart part{toRing(node->Contour), {}};
        for (const ClipperLib::PolyNode* hole : node->Childs)
            part.holes.push_back(toRing(hole->Contour));
        polygon.parts.push_back(std::move(part));
        for (const ClipperLib::PolyNode* hole : node->Childs)
            addParts(*hole, polygon);
    }
}

Polygon clipped(const Paths& left, const Paths& right, ClipType type)
{
    ClipperLib::Clipper clipper;
    clipper.StrictlySimple(true);
    clipper.AddPaths(left, ClipperLib::ptSubject, true);
    clipper.AddPaths(right, ClipperLib::ptClip, true);
    ClipperLib::PolyTree tree;
    clipper.Execute(type, tree, ClipperLib::pftNonZero, ClipperLib::pftNonZero);
    Polygon polygon;
    addParts(tree, polygon);
    return polygon;
}

/// The shares of a-b at which it meets the outlines, with both ends, in order.
std::vector<double> meetings(const Vertex& a, const Vertex& b, const Polygon& polygon)
{
    std::vector<double> shares = {0, 1};
    const auto add = [&](const Ring& ring) {
        for (std::size_t i = 0; i < ring.size(); ++i)
            if (const auto share = meetingOf(a, b, ring[i], ring[(i + 1) % ring.size()]))
                shares.push_back(*share);
    };
    for (const PolygonPart& part : polygon.parts) {
        add(part.outline);
        for (const Ring& hole : part.holes)
            add(hole);
    }
    std::sort(shares.begin(), shares.end());
    return shares;
}

/// The stretches of a line within a polygon that lead from outline to outline.
std::vector<Ring> chords(const Ring& line, const Polygon& polygon)
{
    std::vector<Ring> chords;
    Ring chord;
    bool beginsInside = !line.empty() && contains(polygon, line.front());
    const auto end = [&] {
        if (chord.size() >= 2 && !beginsInside)
            chords.push_back(chord);
        chord.clear();
        beginsInside = false;
    };
    for (std::size_t i = 1; i < line.size(); ++i) {
        const Vertex& a = line[i - 1];
        const Vertex& b = line[i];
        const auto at = [&](double share) { return placeAlong(a, b, share); };
        const std::vector<double> shares = meetings(a, b, polygon);
        for (std::size_t s = 1; s < shares.size(); ++s) {
            if (shares[s] - shares[s - 1] < 1e-12)
                continue;
            if (!contains(polygon, at((shares[s - 1] + shares[s]) / 2))) {
                end();
                continue;
            }
            if (chord.empty())
                chord.push_back(at(shares[s - 1]));
            chord.push_back(at(shares[s]));
        }
    }
    // A chord that is still open ends inside the polygon, or on its outline.
    if (!chord.empty()) {
        const auto hit = nearestOnOutline(polygon, chord.back());
        if (hit && hit->distance < kSlit)
            end();
    }
    return chords;
}

/// Both ends drawn out beyond the outline.
Ring overshot(Ring chord)
{
    const auto beyond = [](const Vertex& end, const Vertex& before) {
        const double length = distanceBetween(end, before);
        const double factor = length > 0 ? kOvershoot / length : 0;
        return Vertex{end.x + (end.x - before.x) * factor, end.y + (end.y - before.y) * factor};
    };
    const Vertex first = beyond(chord[0], chord[1]);
    chord.back() = beyond(chord[chord.size() - 1], chord[chord.size() - 2]);
    chord.front() = first;
    return chord;
}

Paths slitsAlong(const std::vector<Ring>& chords)
{
    ClipperLib::ClipperOffset offset;
    for (const Ring& chord : chords)
        offset.AddPath(toPath(overshot(chord)), ClipperLib::jtMiter, ClipperLib::etOpenButt);
    Paths slits;
    offset.Execute(slits, kSlit * kScale);
    return slits;
}

/// Draws what lies beside the slit back onto the line, so that neighbours share their edge. Says whether
/// anything did.
bool closeSlit(Ring& ring, const std::vector<Ring>& chords)
{
    bool isTouched = false;
    for (Vertex& vertex : ring) {
        double nearestVertex = kSnap;
        double nearestEdge = kSnap;
        Vertex place = vertex;
        for (const Ring& chord : chords) {
            const auto hit = nearestOnOutline(Polyline{chord}, vertex);
            if (hit->vertexDistance < nearestVertex) {
                nearestVertex = hit->vertexDistance;
                place = chord[static_cast<std::size_t>(hit->vertex.index)];
            } else if (nearestVertex == kSnap && hit->distance < nearestEdge) {
                nearestEdge = hit->distance;
                place = hit->at;
            }
        }
        isTouched = isTouched || nearestVertex < kSnap || nearestEdge < kSnap;
        vertex = place;
    }
    // Without repeated vertices and without needles that lead out and back.
    for (std::size_t i = 0; ring.size() >= 3 && i < ring.size();) {
        const Vertex& next = ring[(i + 1) % ring.size()];
        const Vertex& afterNext = ring[(i + 2) % ring.size()];
        if (ring[i] == next || ring[i] == afterNext) {
            ring.erase(ring.begin() + static_cast<std::ptrdiff_t>((i + 1) % ring.size()));
            i = i > 1 ? i - 2 : 0;
        } else {
            ++i;
        }
    }
    return isTouched;
}

} // namespace

Polygon combinedPolygons(const Polygon& left, const Polygon& right, PolygonOperation operation)
{
    const ClipType type = operation == PolygonOperation::Unite      ? ClipperLib::ctUnion
                          : operation == PolygonOperation::Subtract ? ClipperLib::ctDifference
                                                                    : ClipperLib::ctIntersection;
    return clipped(toPaths(left), toPaths(right), type);
}

std::vector<Polygon> dividedPolygon(const Polygon& polygon, const Ring& line)
{
    const Paths paths = toPaths(polygon);
    const Polygon whole = clipped(paths, {}, ClipperLib::ctUnion);
    const std::vector<Ring> cuts = chords(line, whole);
    if (cuts.empty())
        return {polygon};
    Polygon divided = clipped(paths, slitsAlong(cuts), ClipperLib::ctDifference);
    std::vector<Polygon> pieces;
    Polygon untouched;
    for (PolygonPart& part : divided.parts) {
        bool isTouched = closeSlit(part.outline, cuts);
        for (Ring& hole : part.holes)
            isTouched = closeSlit(hole, cuts) || isTouched;
        if (part.outline.size() < 3)
            continue;
        std::erase_if(part.holes, [](const Ring& hole) { return hole.size() < 3; });
        if (isTouched)
            pieces.push_back({{std::move(part)}});
        else
            untouched.parts.push_back(std::move(part));
    }
    if (pieces.size() < 2 || pieces.size() + untouched.parts.size() <= whole.parts.size())
        return {polygon};
    const auto largest = std::max_element(
        pieces.begin(), pieces.end(), [](const Polygon& a, const Polygon& b) { return area(a) < area(b); });
    largest->parts.insert(largest->parts.end(), untouched.parts.begin(), untouched.parts.end());
    return pieces;
}

} // namespace trainyard
