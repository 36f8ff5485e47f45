// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/dataset.h"

namespace trainyard {

/// SHA-256 over labels and rows as FORMAT.md says; paths and revision are not part of it.
std::string datasetHash(const Dataset& dataset);

} // namespace trainyard
