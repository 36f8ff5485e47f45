// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cleaning/duplicates.h"

#include <span>
#include <vector>

namespace trainyard {

/// Leaks between splits: pairs of duplicates in two splits, and groups (pictures of one source) in two
/// splits. The issue names the item on the training side (train before val before test) and one item on the
/// other; each item at most once.
std::vector<Issue> findLeaks(std::span<const Item> items, std::span<const DuplicatePair> exact,
                             std::span<const DuplicatePair> near);

} // namespace trainyard
