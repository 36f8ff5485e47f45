// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/project.h"

#include <span>
#include <vector>

namespace trainyard::widgets {

/// Annotations on the system's clipboard, as JSON with the names of their classes, so that they can be pasted
/// into another project. GUI thread.

void copyShapes(std::span<const Annotation> annotations, const Project& project);
/// Empty where the clipboard holds no shapes. A class is found by its name; a shape of a class that the
/// project does not have comes without one.
std::vector<Annotation> copiedShapes(const Project& project);

} // namespace trainyard::widgets
