// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/canvas_snap.h"

#include "core/labels/geometry.h"

#include <cmath>

namespace trainyard::widgets {

namespace {

double nearestLine(double value, double guideReach, double borderReach, const std::vector<double>& guides,
                   double end)
{
    std::optional<double> best;
    const auto take = [&](double line, double reach) {
        const double distance = std::abs(line - value);
        if (distance <= reach && (!best || distance <= std::abs(*best - value)))
            best = line;
    };
    take(0, borderReach);
    take(end, borderReach);
    for (const double line : guides)
        take(line, guideReach);
    return best.value_or(value);
}

} // namespace

std::optional<QPointF> snappedToShape(const QPointF& at, double reach, const CanvasScene& scene,
                                      const CanvasScene::Accepts& accepts)
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
    return vertex ? vertex : edge;
}

QPointF snappedToLines(const QPointF& at, double guideReach, double borderReach, const CanvasGuides& guides,
                       const QSize& picture)
{
    return {nearestLine(at.x(), guideReach, borderReach, guides.columns, picture.width()),
            nearestLine(at.y(), guideReach, borderReach, guides.rows, picture.height())};
}

} // namespace trainyard::widgets
