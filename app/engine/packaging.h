// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/evaluation.h"

#include <filesystem>

namespace trainyard::engine {

/// Writes the package of a run: best weights, golden samples from its test items (else validation, else
/// training), lineage with the figures of the newest evaluation.
Result<ParityResult> packageRun(const RunStatus& run, const std::filesystem::path& folder,
                                VerbContext& context);

} // namespace trainyard::engine
