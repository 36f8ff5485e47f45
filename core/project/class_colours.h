// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/item.h"

#include <cstdint>
#include <span>

namespace trainyard {

/// The one table of colours for classes that nobody gave one. Themes show them lighter or darker.

/// The colour of the n-th class: 20 colours that people tell apart, then others around the circle.
std::uint32_t classColour(std::size_t index);
/// The first of these that none of the classes has.
std::uint32_t freshClassColour(std::span<const ItemClass> classes);

} // namespace trainyard
