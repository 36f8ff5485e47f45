// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/views/canvas_scene.h"

#include <QPointF>
#include <QSize>
#include <optional>
#include <vector>

namespace trainyard::widgets {

/// Lines across the whole picture that a person laid down to draw along. Part of the view, never of the
/// project.
struct CanvasGuides
{
    std::vector<double> columns; ///< x of upright lines
    std::vector<double> rows;    ///< y of level lines

    bool operator==(const CanvasGuides&) const = default;
};

/// The nearest vertex within reach; else the nearest place on an edge; else none.
std::optional<QPointF> snappedToShape(const QPointF& at, double reach, const CanvasScene& scene,
                                      const CanvasScene::Accepts& accepts);
/// The place drawn, each direction for itself, to a guide or the picture's border; else as it is.
QPointF snappedToLines(const QPointF& at, double guideReach, double borderReach, const CanvasGuides& guides,
                       const QSize& picture);

} // namespace trainyard::widgets
