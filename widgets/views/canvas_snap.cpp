// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/canvas_snap.h"

#include "core/labels/geometry.h"

#include <cmath>

namespace trainyard::widgets {

namespace {

double nearestLine(double value, double reach, const std::vector<double>& lines, double end)
{
    double best = value;
    double distance = reach;
    const auto take = [&](double line) {
        if (std::abs(line - value) <= distance) {
            distance = std::abs(line - value);
            best = line;
        }
    };
    take(0);
    take(end);
    for (const double line : lines)
        take(line);
    return best;
}

} // namespace

QPointF snappedPlace(const QPointF& at, double reach, const CanvasScene& scene,
                     const CanvasScene::Accepts& accepts, const CanvasGuides& guides, const QSize& picture)
{
    double vertexDistance = reach;
    double edgeDistance = reach;
    std::optional<QPointF> vertex;
    std::optional<QPointF> edge;
    const QRectF area(at - QPointF(reach, reach), QSizeF(2 * reach, 2 * reach));
    for (const std::uint32_t place : scene.index().touching(area)) {
        const Annotation& shape = scene.shapes()[place];
        if (shape.kind() == ShapeKind::Mask || !accepts(shape))
            continue;
        const auto found = nearestOnOutline(shape.shape, {at.x(), at.y()});
        if (!found)
            continue;
        if (found->vertexDistance <= vertexDistance) {
            vertexDistance = found->vertexDistance;
            if (const auto corner = vertexAt(shape.shape, found->vertex))
                vertex = QPointF(corner->x, corner->y);
        }
        if (found->distance <= edgeDistance) {
            edgeDistance = found->distance;
            edge = QPointF(found->at.x, found->at.y);
        }
    }
    if (vertex)
        return *vertex;
    if (edge)
        return *edge;
    return {nearestLine(at.x(), reach, guides.columns, picture.width()),
            nearestLine(at.y(), reach, guides.rows, picture.height())};
}

} // namespace trainyard::widgets
