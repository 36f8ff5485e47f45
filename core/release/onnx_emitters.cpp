// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/release/onnx_emitters.h"

#include <array>
#include <numbers>

namespace trainyard {

namespace {

using Integers = std::vector<std::int64_t>;

Integers padsOf(const OnnxEmission& emission, std::int64_t kernelHeight, std::int64_t kernelWidth)
{
    const Shape& in = emission.inputShapes[0];
    const WindowPadding pad = windowPadding(emission.operation, in[2], in[3], kernelHeight, kernelWidth);
    return {pad.top, pad.left, pad.bottom, pad.right};
}

/// The inputs, then the parameters of these roles; roles that are left out at the end vanish.
std::vector<std::string> withParameters(const OnnxEmission& emission,
                                        std::initializer_list<const char*> roles)
{
    std::vector<std::string> names = emission.inputs;
    for (const char* role : roles) {
        const auto found = emission.parameters.find(role);
        if (found != emission.parameters.end())
            names.push_back(found->second);
    }
    return names;
}

/// One node with the same inputs and output as the operation.
template <const char* const& Type>
void single(OnnxGraphWriter& graph, const OnnxEmission& emission)
{
    graph.node(Type, emission.operation.name, emission.inputs, emission.output);
}

void conv2d(OnnxGraphWriter& graph, const OnnxEmission& emission)
{
    const Shape& weight = emission.parameterShapes.at("weight");
    const std::int64_t stride = integerAttribute(emission.operation, "stride");
    graph.node("Conv", emission.operation.name, withParameters(emission, {"weight", "bias"}), emission.output,
               {{"kernel_shape", Integers{weight[2], weight[3]}},
                {"strides", Integers{stride, stride}},
                {"pads", padsOf(emission, weight[2], weight[3])},
                {"dilations", Integers{1, 1}},
                {"group", integerAttribute(emission.operation, "groups")}});
}

void batchNorm(OnnxGraphWriter& graph, const OnnxEmission& emission)
{
    graph.node("BatchNormalization", emission.operation.name,
               withParameters(emission, {"weight", "bias", "mean", "variance"}), emission.output,
               {{"epsilon", static_cast<float>(realAttribute(emission.operation, "epsilon"))}});
}

std::string scalar(OnnxGraphWriter& graph, const OnnxEmission& emission, const char* name, double value)
{
    return graph.constant(emission.operation.name + "/" + name, {},
                          std::vector<float>{static_cast<float>(value)});
}

void relu6(OnnxGraphWriter& graph, const OnnxEmission& emission)
{
    graph.node("Clip", emission.operation.name,
               {emission.inputs[0], scalar(graph, emission, "min", 0), scalar(graph, emission, "max", 6)},
               emission.output);
}

/// x (1 + erf(x / sqrt 2)) / 2, because Gelu exists only from operator set 20.
void gelu(OnnxGraphWriter& graph, const OnnxEmission& emission)
{
    const std::string& name = emission.operation.name;
    const std::string scaled = graph.temporary(name + "/scaled");
    const std::string erf = graph.temporary(name + "/erf");
    const std::string plusOne = graph.temporary(name + "/plus_one");
    const std::string product = graph.temporary(name + "/product");
    graph.node("Mul", name + "/scale",
               {emission.inputs[0], scalar(graph, emission, "factor", 1 / std::numbers::sqrt2)}, scaled);
    graph.node("Erf", name + "/erf", {scaled}, erf);
    graph.node("Add", name + "/add", {erf, scalar(graph, emission, "one", 1)}, plusOne);
    graph.node("Mul", name + "/multiply", {emission.inputs[0], plusOne}, product);
    graph.node("Mul", name, {product, scalar(graph, emission, "half", 0.5)}, emission.output);
}

void maxPool(OnnxGraphWriter& graph, const OnnxEmission& emission)
{
    const std::int64_t kernel = integerAttribute(emission.operation, "kernel");
    const std::int64_t stride = integerAttribute(emission.operation, "stride");
    graph.node("MaxPool", emission.operation.name, emission.inputs, emission.output,
               {{"kernel_shape", Integers{kernel, kernel}},
                {"strides", Integers{stride, stride}},
                {"pads", padsOf(emission, kernel, kernel)}});
}

void flatten(OnnxGraphWriter& graph, const OnnxEmission& emission)
{
    graph.node("Flatten", emission.operation.name, emission.inputs, emission.output,
               {{"axis", std::int64_t{1}}});
}

/// Gemm takes matrices only; a value with more dimensions goes through MatMul with the transposed weight.
void linear(OnnxGraphWriter& graph, const OnnxEmission& emission)
{
    const std::string& name = emission.operation.name;
    if (emission.inputShapes[0].size() == 2) {
        graph.node("Gemm", name, withParameters(emission, {"weight", "bias"}), emission.output,
                   {{"transB", std::int64_t{1}}});
        return;
    }
    const bool hasBias = emission.parameters.contains("bias");
    const std::string transposed = graph.temporary(name + "/weight_transposed");
    const std::string product = hasBias ? graph.temporary(name + "/product") : emission.output;
    graph.node("Transpose", name + "/transpose", {emission.parameters.at("weight")}, transposed,
               {{"perm", Integers{1, 0}}});
    graph.node("MatMul", name + "/multiply", {emission.inputs[0], transposed}, product);
    if (hasBias)
        graph.node("Add", name, {product, emission.parameters.at("bias")}, emission.output);
}

/// Training alone knows these; in the exported graph the value goes through.
void passThrough(OnnxGraphWriter& graph, const OnnxEmission& emission)
{
    graph.alias(emission.output, emission.inputs[0]);
}

void softmax(OnnxGraphWriter& graph, const OnnxEmission& emission)
{
    graph.node("Softmax", emission.operation.name, emission.inputs, emission.output,
               {{"axis", integerAttribute(emission.operation, "axis")}});
}

void layerNorm(OnnxGraphWriter& graph, const OnnxEmission& emission)
{
    graph.node("LayerNormalization", emission.operation.name, withParameters(emission, {"weight", "bias"}),
               emission.output,
               {{"axis", std::int64_t{-1}},
                {"epsilon", static_cast<float>(realAttribute(emission.operation, "epsilon"))}});
}

void transpose(OnnxGraphWriter& graph, const OnnxEmission& emission)
{
    graph.node("Transpose", emission.operation.name, emission.inputs, emission.output,
               {{"perm", integersAttribute(emission.operation, "order")}});
}

void reshape(OnnxGraphWriter& graph, const OnnxEmission& emission)
{
    const Integers shape = integersAttribute(emission.operation, "shape");
    const std::string constant =
        graph.constant(emission.operation.name + "/shape", {static_cast<std::int64_t>(shape.size())}, shape);
    graph.node("Reshape", emission.operation.name, {emission.inputs[0], constant}, emission.output);
}

void scale(OnnxGraphWriter& graph, const OnnxEmission& emission)
{
    const double factor = realAttribute(emission.operation, "factor");
    graph.node("Mul", emission.operation.name,
               {emission.inputs[0], scalar(graph, emission, "factor", factor)}, emission.output);
}

constexpr const char* kRelu = "Relu";
constexpr const char* kAdd = "Add";
constexpr const char* kMul = "Mul";
constexpr const char* kMatMul = "MatMul";
constexpr const char* kGlobalAveragePool = "GlobalAveragePool";

struct EmitterRow
{
    std::string_view type;
    OnnxEmitter emitter;
};

constexpr std::array<EmitterRow, 19> kEmitters{{
    {"add", single<kAdd>},
    {"batch-norm", batchNorm},
    {"conv2d", conv2d},
    {"drop-path", passThrough},
    {"dropout", passThrough},
    {"flatten", flatten},
    {"gelu", gelu},
    {"global-average-pool", single<kGlobalAveragePool>},
    {"layer-norm", layerNorm},
    {"linear", linear},
    {"matmul", single<kMatMul>},
    {"max-pool", maxPool},
    {"multiply", single<kMul>},
    {"relu", single<kRelu>},
    {"relu6", relu6},
    {"reshape", reshape},
    {"scale", scale},
    {"softmax", softmax},
    {"transpose", transpose},
}};

} // namespace

OnnxEmitter onnxEmitter(std::string_view operationType)
{
    for (const EmitterRow& row : kEmitters) {
        if (row.type == operationType)
            return row.emitter;
    }
    return nullptr;
}

void OnnxGraphWriter::node(const std::string& type, const std::string& name, std::vector<std::string> inputs,
                           const std::string& output, std::map<std::string, OnnxAttribute> attributes)
{
    m_model.nodes.push_back({type, name, std::move(inputs), {output}, std::move(attributes)});
}

std::string OnnxGraphWriter::constant(const std::string& name, std::vector<std::int64_t> shape,
                                      std::variant<std::vector<float>, std::vector<std::int64_t>> values)
{
    m_model.constants.push_back({freeName(name), std::move(shape), std::move(values)});
    return m_model.constants.back().name;
}

std::string OnnxGraphWriter::resolved(const std::string& value) const
{
    const auto found = m_aliases.find(value);
    return found == m_aliases.end() ? value : found->second;
}

std::string OnnxGraphWriter::freeName(const std::string& wish)
{
    std::string name = wish;
    while (!m_taken.insert(name).second)
        name += "_";
    return name;
}

} // namespace trainyard
