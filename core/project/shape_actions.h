// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/selection_actions.h"

namespace trainyard {

/// Rows of the table of selection actions that make other shapes of the chosen ones. Where several become
/// one, the front one keeps its class and what else is said of it; where one becomes several, each says the
/// same.

Result<AnnotationChanges> joinShapes(const SelectedShapes& shapes); ///< one shape with all their areas
/// The front one is taken away from the others, and is gone then.
Result<AnnotationChanges> subtractShapes(const SelectedShapes& shapes);
Result<AnnotationChanges> splitShapes(const SelectedShapes& shapes); ///< a shape for each separate part
Result<AnnotationChanges> convertToPolygons(const SelectedShapes& shapes);
Result<AnnotationChanges> convertToMasks(const SelectedShapes& shapes);
Result<AnnotationChanges> convertToBoxes(const SelectedShapes& shapes);
Result<AnnotationChanges> convertToRotatedBoxes(const SelectedShapes& shapes);

/// Each chosen shape without the area of `what`: deleted where nothing is left. Boxes and rotated boxes
/// become polygons where they change. Shapes that `what` does not touch stay as they are.
Result<AnnotationChanges> withoutArea(std::span<const Annotation> chosen, const Shape& what, int pictureWidth,
                                      int pictureHeight);
/// Each chosen shape that the line crosses from side to side in pieces; InvalidArgument where it cuts none.
Result<AnnotationChanges> cutAlong(std::span<const Annotation> chosen, const Polyline& line);

} // namespace trainyard
