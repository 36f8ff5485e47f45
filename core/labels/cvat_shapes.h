// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/format_parts.h"
#include "core/labels/shape.h"

namespace pugi {
class xml_node;
} // namespace pugi

namespace trainyard {

/// The elements of CVAT's XML that are shapes. InvalidArgument says what is wrong with one.

/// Where the points of an element lie: "x,y;x,y".
Result<Ring> cvatPlaces(const pugi::xml_node& node);
/// Nothing for a <tag>. Skeletons are not among them: their points go by names.
Result<Shape> cvatShape(const pugi::xml_node& node, LossBook& losses);

} // namespace trainyard
