// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/network_spec.h"
#include "core/network/reference.h"
#include "core/training/recipe.h"

#include <map>
#include <string>
#include <vector>

namespace trainyard::detail {

// Parts of the engine with plain numbers in and out, to compare them with other implementations.

/// Named values of a network for named inputs, in evaluation, computed in float32.
Result<std::map<std::string, ReferenceTensor>>
graphValues(const NetworkSpec& spec, const std::map<std::string, ReferenceTensor>& parameters,
            const std::map<std::string, ReferenceTensor>& inputs, const std::vector<std::string>& wanted);

/// Whether the engine computes this operation of the catalogue.
bool isKnownOperation(std::string_view type);

/// A linear layer's weight [1, n] after one update of the recipe's optimizer for each list of n gradients.
/// `isFused` false takes the way of devices other than the CPU.
Result<std::vector<float>> updatedWeights(const Recipe& recipe, const std::vector<float>& weights,
                                          const std::vector<std::vector<float>>& gradients, bool isFused);

} // namespace trainyard::detail
