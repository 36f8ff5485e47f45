// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/project.h"

namespace trainyard {

struct SplitRequest
{
    double train = 80;
    double validation = 10;
    double test = 10;
    std::uint64_t seed = 0;
    bool stratify = false;
    bool reassign = false; ///< give splits to groups that have one already, too
};

struct SplitResult
{
    Edit edit;
    std::int64_t perSplit[4] = {}; ///< items afterwards, by Split
    std::int64_t groups = 0;       ///< groups that got a split now
};

/// Gives a split to every group without one, in the order of XXH3(seed, group), each to the split furthest
/// below its share of items (ties: train, val, test). Groups that have a split keep it. With `stratify` the
/// shares are counted within the rarest class of each group. Excluded and damaged items are left out.
Result<SplitResult> planSplit(Project& project, const SplitRequest& request);

} // namespace trainyard
