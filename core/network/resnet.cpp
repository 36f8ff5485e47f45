// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/graph_writer.h"

#include <array>

namespace trainyard {

namespace {

std::string activated(GraphWriter& writer, const std::string& convolution, const std::string& norm,
                      const std::string& input, const ConvolutionShape& shape)
{
    const std::string value = writer.convolution(convolution, input, shape);
    return writer.apply(norm + ".relu", "relu", {writer.batchNorm(norm, value, shape.out)});
}

/// torchvision's BasicBlock: two 3x3 convolutions, and the input (through a 1x1 where its shape changes)
/// added.
std::string basicBlock(GraphWriter& writer, const std::string& name, const std::string& input,
                       std::int64_t in, std::int64_t out, std::int64_t stride)
{
    writer.setBlock(name);
    std::string value = activated(writer, name + ".conv1", name + ".bn1", input, {in, out, 3, stride, 1});
    value = writer.convolution(name + ".conv2", value, {out, out, 3, 1, 1});
    value = writer.batchNorm(name + ".bn2", value, out);
    std::string identity = input;
    if (stride != 1 || in != out) {
        identity = writer.convolution(name + ".downsample.0", input, {in, out, 1, stride, 1});
        identity = writer.batchNorm(name + ".downsample.1", identity, out);
    }
    value = writer.apply(name + ".add", "add", {value, identity});
    return writer.apply(name + ".relu", "relu", {value});
}

/// Two convolutions around which the input goes unchanged (the activation is inside, so the identity stays
/// clean).
std::string smallResidual(GraphWriter& writer, const std::string& name, const std::string& input,
                          std::int64_t channels)
{
    writer.setBlock(name);
    const ConvolutionShape shape{channels, channels, 3, 1, 1};
    std::string value = activated(writer, name + ".conv1", name + ".bn1", input, shape);
    value = activated(writer, name + ".conv2", name + ".bn2", value, shape);
    return writer.apply(name + ".add", "add", {value, input});
}

std::string halved(GraphWriter& writer, const std::string& name, const std::string& input)
{
    return writer.apply(name, "max-pool", {input}, {{"kernel", 2}, {"stride", 2}, {"padding", {0, 0, 0, 0}}});
}

constexpr std::array<double, 3> kImageNetMean{123.675, 116.28, 103.53};
constexpr std::array<double, 3> kImageNetScale{58.395, 57.12, 57.375};

} // namespace

NetworkSpec resnet18(const std::vector<std::string>& labels, int edge)
{
    NetworkSpec spec = classifierFrame("resnet18", labels, edge, 512);
    spec.preprocess.mean = kImageNetMean;
    spec.preprocess.scale = kImageNetScale;
    GraphWriter writer(spec, false, {1e-5, 0.1});
    writer.setBlock("stem");
    std::string value = activated(writer, "conv1", "bn1", "input", {3, 64, 7, 2, 1});
    value = writer.apply("maxpool", "max-pool", {value},
                         {{"kernel", 3}, {"stride", 2}, {"padding", {1, 1, 1, 1}}});
    std::int64_t in = 64;
    for (int layer = 1; layer <= 4; ++layer) {
        const std::int64_t out = std::int64_t{64} << (layer - 1);
        const std::string name = "layer" + std::to_string(layer);
        value = basicBlock(writer, name + ".0", value, in, out, layer == 1 ? 1 : 2);
        value = basicBlock(writer, name + ".1", value, out, out, 1);
        in = out;
    }
    writeClassifierHead(writer, value, 512, static_cast<std::int64_t>(labels.size()), "fc", 0.0);
    return spec;
}

NetworkSpec resnetSmall(const std::vector<std::string>& labels, int edge)
{
    NetworkSpec spec = classifierFrame("resnet-small", labels, edge, 192);
    spec.preprocess.mean = kImageNetMean;
    spec.preprocess.scale = kImageNetScale;
    GraphWriter writer(spec, false, {1e-5, 0.1});
    writer.setBlock("stem");
    std::string value = activated(writer, "stem.conv", "stem.bn", "input", {3, 32, 3, 1, 1});
    writer.setBlock("layer1");
    value = halved(writer, "layer1.pool",
                   activated(writer, "layer1.conv", "layer1.bn", value, {32, 64, 3, 1, 1}));
    value = smallResidual(writer, "layer1.residual", value, 64);
    writer.setBlock("layer2");
    value = halved(writer, "layer2.pool",
                   activated(writer, "layer2.conv", "layer2.bn", value, {64, 128, 3, 1, 1}));
    writer.setBlock("layer3");
    value = halved(writer, "layer3.pool",
                   activated(writer, "layer3.conv", "layer3.bn", value, {128, 192, 3, 1, 1}));
    value = smallResidual(writer, "layer3.residual", value, 192);
    writeClassifierHead(writer, value, 192, static_cast<std::int64_t>(labels.size()), "fc", 0.0);
    return spec;
}

} // namespace trainyard
