// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/graph_writer.h"

#include <array>

namespace trainyard {

namespace {

struct Stage
{
    int repeat;
    std::int64_t kernel;
    std::int64_t firstStride;
    std::int64_t expansion;
    std::int64_t in;
    std::int64_t out;
};

/// EfficientNet-Lite0 (TensorFlow TPU models, efficientnet/lite): B0 without squeeze-excite, ReLU6 for swish.
constexpr std::array<Stage, 7> kStages{{
    {1, 3, 1, 1, 32, 16},
    {2, 3, 2, 6, 16, 24},
    {2, 5, 2, 6, 24, 40},
    {3, 3, 2, 6, 40, 80},
    {3, 5, 1, 6, 80, 112},
    {4, 5, 2, 6, 112, 192},
    {1, 3, 1, 6, 192, 320},
}};
constexpr std::int64_t kStemChannels = 32;
constexpr std::int64_t kHeadChannels = 1280;
constexpr double kDropPathRate = 0.2;
constexpr double kDropoutRate = 0.2;

struct Block
{
    ConvolutionShape depthwise;
    std::int64_t in = 0;
    std::int64_t out = 0;
    double dropPathRate = 0;
};

std::string activated(GraphWriter& writer, const std::string& prefix, const char* convolution,
                      const char* norm, const std::string& input, const ConvolutionShape& shape)
{
    std::string value = writer.convolution(prefix + convolution, input, shape);
    value = writer.batchNorm(prefix + norm, value, shape.out);
    return writer.apply(prefix + norm + std::string(".relu6"), "relu6", {value});
}

/// Inverted residual: expand, depthwise, project; the identity is added where stride is 1 and the channels
/// stay.
std::string writeBlock(GraphWriter& writer, const std::string& name, const std::string& input,
                       const Block& block)
{
    const std::string prefix = name + ".";
    const std::int64_t wide = block.depthwise.in;
    std::string value = input;
    writer.setBlock(name);
    if (wide != block.in)
        value = activated(writer, prefix, "_expand_conv", "_bn0", value, {block.in, wide, 1, 1, 1});
    value = activated(writer, prefix, "_depthwise_conv", "_bn1", value, block.depthwise);
    value = writer.convolution(prefix + "_project_conv", value, {wide, block.out, 1, 1, 1});
    value = writer.batchNorm(prefix + "_bn2", value, block.out);
    if (block.depthwise.stride != 1 || block.in != block.out)
        return value;
    if (block.dropPathRate > 0.0)
        value = writer.apply(prefix + "drop_path", "drop-path", {value}, {{"rate", block.dropPathRate}});
    return writer.apply(prefix + "add", "add", {value, input});
}

int blockCount()
{
    int count = 0;
    for (const Stage& stage : kStages)
        count += stage.repeat;
    return count;
}

} // namespace

NetworkSpec efficientNetLite0(const std::vector<std::string>& labels, int edge)
{
    NetworkSpec spec = classifierFrame("efficientnet-lite0", labels, edge, kHeadChannels);
    spec.preprocess.mean = {127, 127, 127};
    spec.preprocess.scale = {128, 128, 128};
    GraphWriter writer(spec, true, {1e-3, 0.01});
    writer.setBlock("stem");
    std::string value = activated(writer, "", "_conv_stem", "_bn0", "input", {3, kStemChannels, 3, 2, 1});
    int index = 0;
    for (const Stage& stage : kStages) {
        for (int i = 0; i < stage.repeat; ++i, ++index) {
            const std::int64_t in = i == 0 ? stage.in : stage.out;
            const std::int64_t wide = in * stage.expansion;
            const std::int64_t stride = i == 0 ? stage.firstStride : 1;
            const Block block{{wide, wide, stage.kernel, stride, wide},
                              in,
                              stage.out,
                              kDropPathRate * index / blockCount()};
            value = writeBlock(writer, "_blocks." + std::to_string(index), value, block);
        }
    }
    writer.setBlock("head");
    value = activated(writer, "", "_conv_head", "_bn1", value, {kStages.back().out, kHeadChannels, 1, 1, 1});
    writeClassifierHead(writer, value, kHeadChannels, static_cast<std::int64_t>(labels.size()), "_fc",
                        kDropoutRate);
    return spec;
}

} // namespace trainyard
