// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/network_spec.h"

#include <cstdint>
#include <vector>

namespace trainyard {

/// The first values of a parameter, row-major, by its initialiser. They depend on seed, name and shape alone,
/// so a network gets the same start whatever the order of its parameters.
///
/// "kaiming-normal": normal with deviation sqrt(2 / fan-in) (He et al. 2015), fan-in = product of the shape
/// without its first dimension. "uniform-fan-in": uniform in +-1/sqrt(fan-in). "zeros". "ones".
std::vector<float> initialValues(const ParameterSpec& parameter, std::uint64_t seed);

bool isInitialiser(std::string_view name);

} // namespace trainyard
