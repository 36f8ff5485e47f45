// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/network_spec.h"

#include <span>

namespace trainyard {

/// A network of the catalogue that a recipe can name.
struct NetworkKind
{
    const char* name; ///< "resnet-small"
    const char* description;
    int defaultEdge;     ///< input width and height in pixels
    const char* weights; ///< file in resources/backbones with starter weights, or nullptr
};
std::span<const NetworkKind> networkKinds(); ///< resnet-small, resnet18, efficientnet-lite0
const NetworkKind* networkKind(std::string_view name);

/// Builds the description for these labels and input size (InvalidArgument for an unknown name). Parameter
/// names of efficientnet-lite0 are those of the starter weights; of resnet18 those of torchvision.
Result<NetworkSpec> buildNetwork(std::string_view name, const std::vector<std::string>& labels, int edge);

} // namespace trainyard
