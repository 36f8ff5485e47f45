// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/geometry.h"
#include "core/labels/mask_columns.h"
#include "core/labels/mask_ops.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace trainyard {

namespace {

/// Which spans are joined by their sides.
class Components
{
public:
    explicit Components(const MaskColumns& columns) : m_parents(columns.spans.size())
    {
        std::iota(m_parents.begin(), m_parents.end(), std::size_t(0));
        for (int column = 1; column < columns.width(); ++column) {
            const auto at = static_cast<std::size_t>(column);
            std::size_t left = columns.starts[at - 1];
            std::size_t right = columns.starts[at];
            while (left < columns.starts[at] && right < columns.starts[at + 1]) {
                const RowSpan& a = columns.spans[left];
                const RowSpan& b = columns.spans[right];
                if (std::max(a.top, b.top) < std::min(a.end, b.end))
                    join(left, right);
                a.end < b.end ? ++left : ++right;
            }
        }
    }
    /// The first span of the component that a span belongs to.
    std::size_t of(std::size_t span)
    {
        while (m_parents[span] != span) {
            m_parents[span] = m_parents[m_parents[span]];
            span = m_parents[span];
        }
        return span;
    }

private:
    void join(std::size_t left, std::size_t right)
    {
        left = of(left);
        right = of(right);
        m_parents[std::max(left, right)] = std::min(left, right);
    }

    std::vector<std::size_t> m_parents;
};

/// A vertical piece of the outline. It has the set pixels on its right hand, seen in its direction: upwards
/// where they lie to the right, downwards where they lie to the left.
struct Side
{
    int x;
    int top;
    int end;
    bool isUpwards;
    std::size_t span; ///< one of the spans that it bounds
};

class Sides
{
public:
    explicit Sides(const MaskColumns& columns) : m_columns(columns)
    {
        for (int x = columns.x; x <= columns.x + columns.width(); ++x) {
            addBareSides(columns.column(x - 1), columns.column(x), x, false);
            addBareSides(columns.column(x), columns.column(x - 1), x, true);
        }
    }
    [[nodiscard]] const std::vector<Side>& list() const { return m_sides; }

private:
    /// The rows of `spans` that have no neighbour in `others`.
    void addBareSides(std::span<const RowSpan> spans, std::span<const RowSpan> others, int x, bool isUpwards)
    {
        std::size_t other = 0;
        for (const RowSpan& span : spans) {
            const auto index = static_cast<std::size_t>(&span - m_columns.spans.data());
            int top = span.top;
            for (; other < others.size() && others[other].end <= top; ++other) {
            }
            for (std::size_t next = other; next < others.size() && others[next].top < span.end; ++next) {
                if (top < others[next].top)
                    m_sides.push_back({x, top, others[next].top, isUpwards, index});
                top = others[next].end;
            }
            if (top < span.end)
                m_sides.push_back({x, top, span.end, isUpwards, index});
        }
    }

    const MaskColumns& m_columns;
    std::vector<Side> m_sides;
};

/// One end of a side.
struct SideEnd
{
    int y;
    int x;
    bool isUpwards; ///< where two pixels touch by a corner alone, the downward side joins the one to its left
    bool isStart;   ///< of the side in its direction
    std::size_t side;
};

/// The side that follows each one: horizontal pieces join the ends of a row in pairs from left to right.
std::vector<std::size_t> followers(const std::vector<Side>& sides)
{
    std::vector<SideEnd> ends;
    ends.reserve(sides.size() * 2);
    for (std::size_t i = 0; i < sides.size(); ++i) {
        const Side& side = sides[i];
        ends.push_back({side.top, side.x, side.isUpwards, !side.isUpwards, i});
        ends.push_back({side.end, side.x, side.isUpwards, side.isUpwards, i});
    }
    std::sort(ends.begin(), ends.end(), [](const SideEnd& a, const SideEnd& b) {
        return std::tie(a.y, a.x, a.isUpwards) < std::tie(b.y, b.x, b.isUpwards);
    });
    std::vector<std::size_t> next(sides.size());
    for (std::size_t i = 0; i + 1 < ends.size(); i += 2) {
        const bool isLeftStart = ends[i].isStart;
        next[ends[isLeftStart ? i + 1 : i].side] = ends[isLeftStart ? i : i + 1].side;
    }
    return next;
}

/// Above 0 where the ring runs clockwise on the screen.
double signedArea(const Ring& ring)
{
    double sum = 0;
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const Vertex& from = ring[i];
        const Vertex& to = ring[(i + 1) % ring.size()];
        sum += from.x * to.y - to.x * from.y;
    }
    return sum / 2;
}

} // namespace

Polygon polygonFromMask(const Mask& mask, double tolerance)
{
    const MaskColumns columns = columnsOf(mask);
    Components components(columns);
    const std::vector<Side> sides = Sides(columns).list();
    const std::vector<std::size_t> next = followers(sides);
    constexpr std::size_t kNone = static_cast<std::size_t>(-1);
    std::vector<std::size_t> partOf(columns.spans.size(), kNone); // by component
    std::vector<bool> isDone(sides.size(), false);
    Polygon polygon;
    for (std::size_t first = 0; first < sides.size(); ++first) {
        if (isDone[first])
            continue;
        Ring ring;
        for (std::size_t at = first; !isDone[at]; at = next[at]) {
            isDone[at] = true;
            const Side& side = sides[at];
            const double x = side.x;
            ring.push_back({x, static_cast<double>(side.isUpwards ? side.end : side.top)});
            ring.push_back({x, static_cast<double>(side.isUpwards ? side.top : side.end)});
        }
        std::size_t& part = partOf[components.of(sides[first].span)];
        if (part == kNone) {
            part = polygon.parts.size();
            polygon.parts.emplace_back();
        }
        if (signedArea(ring) > 0)
            polygon.parts[part].outline = std::move(ring);
        else
            polygon.parts[part].holes.push_back(std::move(ring));
    }
    return tolerance > 0 ? std::get<Polygon>(simplified(polygon, tolerance)) : polygon;
}

std::vector<Mask> separatedMasks(const Mask& mask)
{
    const MaskColumns columns = columnsOf(mask);
    Components components(columns);
    struct Piece
    {
        std::size_t component;
        int column; ///< of the mask
        RowSpan span;
    };
    std::vector<Piece> pieces;
    pieces.reserve(columns.spans.size());
    for (int column = 0; column < columns.width(); ++column)
        for (std::size_t i = columns.starts[static_cast<std::size_t>(column)];
             i < columns.starts[static_cast<std::size_t>(column) + 1]; ++i)
            pieces.push_back({components.of(i), column, columns.spans[i]});
    std::stable_sort(pieces.begin(), pieces.end(),
                     [](const Piece& a, const Piece& b) { return a.component < b.component; });
    std::vector<Mask> masks;
    for (std::size_t i = 0; i < pieces.size();) {
        MaskColumns own;
        own.beginColumns(columns.x + pieces[i].column);
        for (const std::size_t component = pieces[i].component;
             i < pieces.size() && pieces[i].component == component; ++i) {
            while (own.x + own.width() < columns.x + pieces[i].column)
                own.endColumn();
            own.append(pieces[i].span);
        }
        own.endColumn();
        masks.push_back(maskOf(own));
    }
    std::stable_sort(masks.begin(), masks.end(),
                     [](const Mask& a, const Mask& b) { return maskArea(a) > maskArea(b); });
    return masks;
}

Mask withoutSpecks(const Mask& mask, std::int64_t minimumPixels)
{
    const auto isSpeck = [&](double pixels) { return pixels < static_cast<double>(minimumPixels); };
    Polygon polygon = polygonFromMask(mask);
    for (PolygonPart& part : polygon.parts)
        std::erase_if(part.holes, [&](const Ring& hole) { return isSpeck(-signedArea(hole)); });
    std::erase_if(polygon.parts, [&](const PolygonPart& part) { return isSpeck(area(Polygon{{part}})); });
    return rasterised(polygon, mask.x + mask.width, mask.y + mask.height);
}

} // namespace trainyard
