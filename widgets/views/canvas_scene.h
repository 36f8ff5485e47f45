// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/annotation.h"
#include "core/project/item.h"
#include "widgets/views/canvas_index.h"

#include <QColor>
#include <QString>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace trainyard::widgets {

/// How a class looks on the canvas.
struct CanvasClass
{
    ItemClass itemClass;
    QColor colour; ///< from the theme
};
using CanvasClasses = std::map<ClassId, CanvasClass>;

/// Colour for shapes without a class or of one that is gone.
QColor colourOf(const CanvasClasses& classes, ClassId id);
/// "RBC 87 %  occluded  stain: pale": what stands beside a shape.
QString shapeLabel(const CanvasClasses& classes, const Annotation& annotation);

/// The annotations of one picture as the canvas draws and finds them: back to front, with their bounds.
///
/// Never changed once made, and shared with the thread that draws: another state is another scene.
class CanvasScene
{
public:
    using Accepts = std::function<bool(const Annotation&)>;

    CanvasScene() = default;
    explicit CanvasScene(std::vector<Annotation> annotations);

    [[nodiscard]] std::span<const Annotation> shapes() const { return m_shapes; } ///< by rising z-order, id
    [[nodiscard]] const QRectF& bounds(std::size_t place) const { return m_bounds[place]; }
    [[nodiscard]] const CanvasIndex& index() const { return m_index; }
    [[nodiscard]] const Annotation* find(AnnotationId id) const;
    [[nodiscard]] std::int64_t highestOrder() const;

    /// What a click at a place means, of what `accepts` lets through: the front shape whose line lies within
    /// `reach`, else the smallest whose area covers the place, so that a large shape in front hides none.
    [[nodiscard]] std::optional<AnnotationId> hit(const QPointF& at, double reach,
                                                  const Accepts& accepts) const;

private:
    std::vector<Annotation> m_shapes;
    std::vector<QRectF> m_bounds;
    std::unordered_map<AnnotationId, std::size_t> m_places;
    CanvasIndex m_index;
};

} // namespace trainyard::widgets
