// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/formats.h"

namespace trainyard {

/// One file for each split, annotations/instances_SPLIT.json (instances.json without splits), and the
/// pictures in images/. Ids of categories and images are kept where the label set knows them; `group`,
/// `z_order` and `attributes` (with `occluded` and `truncated`) are written as keys of their own, which other
/// programs skip.
Result<LossReport> writeCoco(const LabelSet& labels, LabelTarget& target);

} // namespace trainyard
