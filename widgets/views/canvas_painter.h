// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/views/canvas_scene.h"
#include "widgets/views/canvas_transform.h"

#include <QImage>
#include <memory>
#include <set>
#include <unordered_set>

class QPainter;

namespace trainyard::widgets {

/// How strongly shapes are drawn.
struct CanvasStyle
{
    double fillOpacity = 0.12;
    bool hasLabels = true;

    bool operator==(const CanvasStyle&) const = default;
};

enum class ShapeLook {
    Plain,    ///< one thin line
    Hovered,  ///< a thicker one
    Selected, ///< a thick one over a dark one, with dots on the vertices
};

/// Everything that is needed to draw all shapes but some: a value that a thread can take along.
struct CanvasDrawing
{
    std::shared_ptr<const CanvasScene> scene;
    std::shared_ptr<const CanvasClasses> classes;
    std::unordered_set<AnnotationId> leftOut; ///< hidden, or drawn elsewhere
    CanvasTransform transform;
    QSize size; ///< of the view, logical pixels
    double pixelRatio = 1;
    CanvasStyle style;
};

/// All shapes on a transparent image. Shapes under 2 screen pixels become a point, under 6 a rectangle; lines
/// are simplified to half a pixel; dots are drawn for none. Any thread.
QImage drawnShapes(const CanvasDrawing& drawing);

/// One shape; `fillOpacity` 0: its line alone.
void paintShape(QPainter& painter, const Annotation& annotation, const CanvasTransform& transform,
                const CanvasClasses& classes, double fillOpacity, ShapeLook look);
/// Its name in a dark tag above it.
void paintShapeLabel(QPainter& painter, const QString& text, const QRectF& screenBounds,
                     const QColor& colour);

/// The pixels of a mask in a colour, at no more than one sample a screen pixel.
QImage maskImage(const Mask& mask, const QColor& colour, int step);

} // namespace trainyard::widgets
