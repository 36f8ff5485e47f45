// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/views/canvas_scene.h"

#include <QPointF>
#include <QSize>
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

/// The nearest vertex within reach; else the nearest place on an edge; else the place drawn, each direction
/// for itself, to a guide or the picture's border; else the place as it is.
QPointF snappedPlace(const QPointF& at, double reach, const CanvasScene& scene,
                     const CanvasScene::Accepts& accepts, const CanvasGuides& guides, const QSize& picture);

} // namespace trainyard::widgets
