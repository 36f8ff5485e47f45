// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/graph_writer.h"

#include "core/network/catalogue.h"

namespace trainyard {

void GraphWriter::addParameter(const std::string& name, std::vector<std::int64_t> shape,
                               const char* initialiser, bool isTrainable)
{
    m_spec.parameters.push_back({name, std::move(shape), initialiser, isTrainable});
}

Operation& GraphWriter::addOperation(const std::string& name, const std::string& type,
                                     std::vector<std::string> inputs)
{
    Operation operation;
    operation.name = name;
    operation.type = type;
    operation.inputs = std::move(inputs);
    operation.outputs = {name};
    operation.block = m_block;
    operation.isTrainOnly = operationKind(type)->isTrainOnly;
    m_spec.operations.push_back(std::move(operation));
    return m_spec.operations.back();
}

std::string GraphWriter::convolution(const std::string& name, const std::string& input,
                                     const ConvolutionShape& shape)
{
    addParameter(name + ".weight", {shape.out, shape.in / shape.groups, shape.kernel, shape.kernel},
                 "kaiming-normal");
    Operation& operation = addOperation(name, "conv2d", {input});
    const std::int64_t half = shape.kernel / 2;
    operation.parameters = {{"weight", name + ".weight"}};
    operation.attributes = {{"stride", shape.stride},
                            {"padding", m_usesSamePadding ? Json("same") : Json({half, half, half, half})},
                            {"groups", shape.groups}};
    return name;
}

std::string GraphWriter::batchNorm(const std::string& name, const std::string& input, std::int64_t channels)
{
    addParameter(name + ".weight", {channels}, "ones");
    addParameter(name + ".bias", {channels}, "zeros");
    addParameter(name + ".running_mean", {channels}, "zeros", false);
    addParameter(name + ".running_var", {channels}, "ones", false);
    Operation& operation = addOperation(name, "batch-norm", {input});
    operation.parameters = {{"weight", name + ".weight"},
                            {"bias", name + ".bias"},
                            {"mean", name + ".running_mean"},
                            {"variance", name + ".running_var"}};
    operation.attributes = {{"epsilon", m_batchNorm.epsilon}, {"momentum", m_batchNorm.momentum}};
    return name;
}

std::string GraphWriter::linear(const std::string& name, const std::string& input, std::int64_t in,
                                std::int64_t out, const std::string& output)
{
    addParameter(name + ".weight", {out, in}, "uniform-fan-in");
    addParameter(name + ".bias", {out}, "zeros");
    Operation& operation = addOperation(name, "linear", {input});
    operation.parameters = {{"weight", name + ".weight"}, {"bias", name + ".bias"}};
    operation.outputs = {output};
    return output;
}

std::string GraphWriter::apply(const std::string& name, const std::string& type,
                               std::vector<std::string> inputs, Json attributes, const std::string& output)
{
    Operation& operation = addOperation(name, type, std::move(inputs));
    operation.attributes = std::move(attributes);
    if (!output.empty())
        operation.outputs = {output};
    return operation.outputs[0];
}

NetworkSpec classifierFrame(std::string_view name, const std::vector<std::string>& labels, int edge,
                            std::int64_t embeddingSize)
{
    const Dimension batch{-1, "N"};
    NetworkSpec spec;
    spec.name = name;
    spec.inputs = {{"input", {batch, {3, {}}, {edge, {}}, {edge, {}}}}};
    spec.outputs = {{"logits", {batch, {static_cast<std::int64_t>(labels.size()), {}}}},
                    {"embedding", {batch, {embeddingSize, {}}}}};
    spec.preprocess.width = edge;
    spec.preprocess.height = edge;
    spec.postprocess = {"softmax"};
    spec.labels = labels;
    return spec;
}

void writeClassifierHead(GraphWriter& writer, const std::string& input, std::int64_t embeddingSize,
                         std::int64_t classes, const std::string& linearName, double dropoutRate)
{
    writer.setBlock("head");
    std::string value = writer.apply("pool", "global-average-pool", {input});
    value = writer.apply("flatten", "flatten", {value}, Json::object(), "embedding");
    if (dropoutRate > 0.0)
        value = writer.apply("dropout", "dropout", {value}, {{"rate", dropoutRate}});
    writer.linear(linearName, value, embeddingSize, classes, "logits");
}

} // namespace trainyard
