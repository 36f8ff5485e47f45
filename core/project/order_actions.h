// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/selection_actions.h"

namespace trainyard {

/// Rows of the table of selection actions that change which shape lies in front. The chosen ones keep their
/// order among themselves, and no more shapes are changed than it takes.

Result<AnnotationChanges> broughtToFront(const SelectedShapes& shapes);
Result<AnnotationChanges> sentToBack(const SelectedShapes& shapes);
Result<AnnotationChanges> broughtForward(const SelectedShapes& shapes); ///< over the next one in front
Result<AnnotationChanges> sentBackward(const SelectedShapes& shapes);   ///< under the next one behind

} // namespace trainyard
