// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/project/project.h"

namespace trainyard::test {

/// XXH3 of everything that a person said of an item: its class, its review state, its annotations as JSON.
std::uint64_t labelDigest(Project& project, ItemId item);

/// A random gesture at the item: a new shape of any kind, a moved, changed or deleted one, another class for
/// a shape, or a class for the item.
Result<Edit> labelGesture(Project& project, ItemId item, CounterRandom& random);

/// A random good shape of the kind within 100 x 100 pixels.
Shape randomShape(ShapeKind kind, CounterRandom& random);

} // namespace trainyard::test
