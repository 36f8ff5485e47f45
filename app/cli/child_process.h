// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancellation.h"
#include "core/base/json.h"

#include <string>
#include <vector>

namespace trainyard::cli {

/// Runs `trainyard ARGUMENTS --json` as a child and gives the line of JSON that it printed last. The child's
/// progress goes to this process's stderr. A cancelled parent asks the child to stop and waits for it. The
/// child's own error comes back.
Result<Json> runTrainyard(std::vector<std::string> arguments, const Cancellation& cancellation);

} // namespace trainyard::cli
