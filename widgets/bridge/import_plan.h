// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/collection/import.h"

namespace trainyard::widgets {

/// The plan as a planning job's result carries it; InvalidFile where a field is missing.
Result<ImportPlan> importPlanFromJson(const Json& json);

} // namespace trainyard::widgets
