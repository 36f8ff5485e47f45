// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/geometry.h"
#include "core/labels/mask_columns.h"
#include "core/labels/mask_ops.h"

#include <algorithm>
#include <cmath>

namespace trainyard {

namespace {

constexpr double kFarthest = 1 << 30; ///< pixels from the origin that masks are counted to

/// The first of the centres 0.5, 1.5, ... that is not before `edge`, kept within 0..limit.
int firstCentre(double edge, int limit)
{
    return static_cast<int>(std::clamp(std::ceil(edge - 0.5), 0.0, static_cast<double>(limit)));
}

/// Where the edges of rings cross the middle of each column of the picture.
class Crossings
{
public:
    Crossings(int width, int height) : m_rows(static_cast<std::size_t>(width)), m_height(height) {}
    void add(const Ring& ring)
    {
        for (std::size_t i = 0; i < ring.size(); ++i)
            addEdge(ring[i], ring[(i + 1) % ring.size()]);
    }
    /// By the even-odd rule; the crossings are used up.
    MaskColumns spans()
    {
        MaskColumns columns;
        columns.beginColumns(0);
        for (std::vector<double>& rows : m_rows) {
            std::sort(rows.begin(), rows.end());
            for (std::size_t i = 0; i + 1 < rows.size(); i += 2)
                columns.append({firstCentre(rows[i], m_height), firstCentre(rows[i + 1], m_height)});
            columns.endColumn();
        }
        return columns;
    }

private:
    void addEdge(const Vertex& from, const Vertex& to)
    {
        // From left to right whichever way it was drawn, so that shapes that share an edge share its
        // crossings.
        const bool isForward = from.x < to.x || (from.x == to.x && from.y < to.y);
        const Vertex& left = isForward ? from : to;
        const Vertex& right = isForward ? to : from;
        const int width = static_cast<int>(m_rows.size());
        const int end = firstCentre(right.x, width);
        for (int column = firstCentre(left.x, width); column < end; ++column) {
            // The product first: exact where the crossing is a centre, which the rule then decides.
            const double down = (column + 0.5 - left.x) * (right.y - left.y) / (right.x - left.x);
            m_rows[static_cast<std::size_t>(column)].push_back(left.y + down);
        }
    }

    std::vector<std::vector<double>> m_rows;
    int m_height;
};

Mask rasterisedPart(const PolygonPart& part, int width, int height)
{
    Crossings crossings(width, height);
    crossings.add(part.outline);
    for (const Ring& hole : part.holes)
        crossings.add(hole);
    return maskOf(crossings.spans());
}

struct Rasterised
{
    int width;
    int height;

    Mask operator()(const Box& box) const { return rasterisedPart({cornersOf(box), {}}, width, height); }
    Mask operator()(const RotatedBox& box) const
    {
        return rasterisedPart({cornersOf(box), {}}, width, height);
    }
    Mask operator()(const Polygon& polygon) const
    {
        Mask all;
        for (const PolygonPart& part : polygon.parts)
            all = unitedMasks(all, rasterisedPart(part, width, height));
        return all;
    }
    Mask operator()(const Mask& mask) const { return croppedMask(mask, width, height); }
    template <typename WithoutArea>
    Mask operator()(const WithoutArea&) const
    {
        return {};
    }
};

} // namespace

Mask rasterised(const Shape& shape, int pictureWidth, int pictureHeight)
{
    if (pictureWidth <= 0 || pictureHeight <= 0)
        return {};
    return std::visit(Rasterised{pictureWidth, pictureHeight}, shape);
}

Mask pixelsOf(const Shape& shape)
{
    if (const auto* mask = std::get_if<Mask>(&shape))
        return tightMask(*mask);
    const auto bounds = boundingBox(shape);
    if (!bounds || bounds->x < -kFarthest || bounds->y < -kFarthest ||
        bounds->x + bounds->width > kFarthest || bounds->y + bounds->height > kFarthest)
        return {};
    // Moved by whole pixels to the origin, so that rasterised() has the smallest picture.
    const double left = std::floor(bounds->x);
    const double top = std::floor(bounds->y);
    Mask mask = rasterised(moved(shape, -left, -top), static_cast<int>(bounds->x + bounds->width - left) + 1,
                           static_cast<int>(bounds->y + bounds->height - top) + 1);
    mask.x += static_cast<int>(left);
    mask.y += static_cast<int>(top);
    return maskArea(mask) > 0 ? mask : Mask();
}

} // namespace trainyard
