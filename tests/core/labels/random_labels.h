// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/label_set.h"

#include <cstdint>

namespace trainyard::test {

/// Labels of every kind with everything that an annotation can say, the same for the same seed. Each picture
/// has a path of its own below a folder, a size and an upright frame.
LabelSet randomLabels(std::uint64_t seed, int annotations);

} // namespace trainyard::test
