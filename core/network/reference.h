// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/network_spec.h"

#include <map>
#include <string>
#include <vector>

namespace trainyard {

/// Values in double, row-major.
struct ReferenceTensor
{
    std::vector<std::int64_t> shape;
    std::vector<double> values;
};

/// Runs the network with the plain references: obvious and slow. Every value by name (train-only operations
/// pass through).
Result<std::map<std::string, ReferenceTensor>>
runReference(const NetworkSpec& spec, const std::map<std::string, ReferenceTensor>& parameters,
             const std::map<std::string, ReferenceTensor>& inputs);

} // namespace trainyard
