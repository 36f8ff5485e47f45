// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace trainyard {

/// Rows of a project are named by 64-bit ids that are never reused; 0 means "none".
using ItemId = std::int64_t;
using AnnotationId = std::int64_t;
using ClassId = std::int64_t;
using IssueId = std::int64_t;
using RootId = std::int64_t;

/// The number that the database gives to a committed change; 0 is the empty project.
using Revision = std::int64_t;

} // namespace trainyard
