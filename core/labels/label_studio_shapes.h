// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/labels/format_parts.h"
#include "core/labels/shape.h"

namespace trainyard {

/// The shape of one of Label Studio's results, whose places are percent of a picture of this size.
/// InvalidArgument says what is wrong with it.
Result<Shape> labelStudioShape(const Json& result, int width, int height, LossBook& losses);

} // namespace trainyard
