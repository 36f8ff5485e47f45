// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/builders.h"

#include "core/base/path_text.h"
#include "core/network/graph_writer.h"

#include <array>

namespace trainyard {

namespace {

using Builder = NetworkSpec (*)(const std::vector<std::string>& labels, int edge);

constexpr std::array<NetworkKind, 3> kKinds{{
    {"resnet-small", "Small residual network for small pictures, trained from scratch", 32, nullptr},
    {"resnet18", "ResNet-18 (He et al. 2015) with torchvision's names, trained from scratch", 224, nullptr},
    {"efficientnet-lite0", "EfficientNet-Lite0, starts from ImageNet weights", 224,
     "efficientnet-lite0.fp16.safetensors"},
}};
constexpr std::array<Builder, 3> kBuilders{resnetSmall, resnet18, efficientNetLite0};

constexpr int kSmallestEdge = 8;
constexpr int kLargestEdge = 4096;

} // namespace

std::span<const NetworkKind> networkKinds()
{
    return kKinds;
}

const NetworkKind* networkKind(std::string_view name)
{
    for (const NetworkKind& kind : kKinds) {
        if (kind.name == name)
            return &kind;
    }
    return nullptr;
}

Result<NetworkSpec> buildNetwork(std::string_view name, const std::vector<std::string>& labels, int edge)
{
    const NetworkKind* kind = networkKind(name);
    if (kind == nullptr) {
        std::string known;
        for (const NetworkKind& one : kKinds)
            known += (known.empty() ? "" : ", ") + std::string(one.name);
        return fail(ErrorCode::InvalidArgument,
                    "network '" + displayText(name) + "' is not known; there are " + known);
    }
    if (edge < kSmallestEdge || edge > kLargestEdge)
        return fail(ErrorCode::InvalidArgument,
                    "an input of " + std::to_string(edge) + " pixels is not between " +
                        std::to_string(kSmallestEdge) + " and " + std::to_string(kLargestEdge));
    if (labels.empty())
        return fail(ErrorCode::InvalidArgument, "a classifier needs at least one label");
    NetworkSpec spec = kBuilders[static_cast<std::size_t>(kind - kKinds.data())](labels, edge);
    TRAINYARD_CHECK(validateNetwork(spec));
    return spec;
}

} // namespace trainyard
