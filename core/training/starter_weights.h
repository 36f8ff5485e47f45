// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <string>

namespace trainyard {

/// The file with a network's starter weights: in ../share/trainyard/backbones or
/// ../../share/trainyard/backbones from the running program (as installed; a build tree has the same layout).
/// Unsupported for a network without such weights, NotFound names the places looked at.
Result<std::filesystem::path> starterWeightsFile(const std::string& network);

} // namespace trainyard
