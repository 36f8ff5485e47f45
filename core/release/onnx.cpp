// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/release/onnx.h"

#include "core/release/onnx_emitters.h"

namespace trainyard {

namespace {

constexpr std::int64_t kMostBytes = (std::int64_t{1} << 31) - (1 << 20); // protobuf's limit, less the graph

/// H and W become the numbers of the preprocessing, because SAME padding was written for them.
std::vector<ValueSpec> withPictureSize(std::vector<ValueSpec> values, const Preprocess& preprocess)
{
    for (ValueSpec& value : values) {
        for (Dimension& dimension : value.shape) {
            if (dimension.value >= 0)
                continue;
            if (dimension.symbol == "H" && preprocess.height > 0)
                dimension = {preprocess.height, {}};
            else if (dimension.symbol == "W" && preprocess.width > 0)
                dimension = {preprocess.width, {}};
        }
    }
    return values;
}

Result<std::map<std::string, Shape>> concreteShapes(const NetworkSpec& spec,
                                                    const std::vector<ValueSpec>& inputs)
{
    std::map<std::string, Shape> shapes;
    for (const ValueSpec& input : inputs) {
        for (const Dimension& dimension : input.shape)
            shapes[input.name].push_back(dimension.value >= 0 ? dimension.value : 1);
    }
    return inferShapes(spec, shapes);
}

Result<std::vector<float>> parameterValues(const ParameterSpec& parameter, const TensorFile& weights)
{
    const NamedTensor* tensor = weights.find(parameter.name);
    if (tensor == nullptr)
        return fail(ErrorCode::CorruptFile, "parameter '" + parameter.name + "' is missing in the weights");
    if (tensor->shape != parameter.shape)
        return fail(ErrorCode::CorruptFile, "parameter '" + parameter.name + "' has the shape " +
                                                shapeText(tensor->shape) + " in the weights, expected " +
                                                shapeText(parameter.shape));
    std::vector<float> values = tensor->toFloats();
    if (static_cast<std::int64_t>(values.size()) != elementCount(parameter.shape))
        return fail(ErrorCode::CorruptFile, "parameter '" + parameter.name + "' has the type " +
                                                std::string(tensorTypeName(tensor->type)) +
                                                ", expected floating point numbers");
    return values;
}

Result<std::map<std::string, std::string>> writeParameters(OnnxGraphWriter& graph, const NetworkSpec& spec,
                                                           const TensorFile& weights)
{
    std::map<std::string, std::string> names;
    std::int64_t bytes = 0;
    for (const ParameterSpec& parameter : spec.parameters) {
        TRAINYARD_TRY(std::vector<float> values, parameterValues(parameter, weights));
        bytes += static_cast<std::int64_t>(values.size()) * 4;
        if (bytes > kMostBytes)
            return fail(ErrorCode::Unsupported, "the network is too large for one ONNX file (2 GiB)");
        names[parameter.name] = graph.constant(parameter.name, parameter.shape, std::move(values));
    }
    return names;
}

OnnxEmission emissionOf(const Operation& operation, const OnnxGraphWriter& graph,
                        const std::map<std::string, std::string>& parameterNames,
                        const std::map<std::string, Shape>& parameterShapes,
                        const std::map<std::string, Shape>& shapes)
{
    OnnxEmission emission{operation, {}, {}, {}, {}, shapes.at(operation.outputs[0]), operation.outputs[0]};
    for (const std::string& input : operation.inputs) {
        emission.inputs.push_back(graph.resolved(input));
        emission.inputShapes.push_back(shapes.at(input));
    }
    for (const auto& [role, name] : operation.parameters) {
        emission.parameters[role] = parameterNames.at(name);
        emission.parameterShapes[role] = parameterShapes.at(name);
    }
    return emission;
}

} // namespace

Result<std::string> onnxBytes(const NetworkSpec& spec, const TensorFile& weights)
{
    TRAINYARD_CHECK(validateNetwork(spec));
    OnnxModel model;
    model.producer = "Trainyard";
    model.producerVersion = TRAINYARD_VERSION;
    model.graphName = spec.name;
    model.inputs = withPictureSize(spec.inputs, spec.preprocess);
    model.outputs = withPictureSize(spec.outputs, spec.preprocess);
    model.metadata = {{"labels", jsonLine(Json(spec.labels))},
                      {"postprocess", jsonLine(Json(spec.postprocess))},
                      {"preprocess", jsonLine(preprocessToJson(spec.preprocess))},
                      {"trainyard_version", TRAINYARD_VERSION}};
    TRAINYARD_TRY(const auto shapes, concreteShapes(spec, model.inputs));
    std::set<std::string> values;
    for (const auto& [name, shape] : shapes)
        values.insert(name);
    std::map<std::string, Shape> parameterShapes;
    for (const ParameterSpec& parameter : spec.parameters)
        parameterShapes[parameter.name] = parameter.shape;

    OnnxGraphWriter graph(model, values);
    TRAINYARD_TRY(const auto parameterNames, writeParameters(graph, spec, weights));
    for (const Operation& operation : spec.operations) {
        const OnnxEmitter emitter = onnxEmitter(operation.type);
        if (emitter == nullptr)
            return fail(ErrorCode::Unsupported,
                        "operation '" + operation.type + "' cannot be written as ONNX");
        emitter(graph, emissionOf(operation, graph, parameterNames, parameterShapes, shapes));
    }
    for (const ValueSpec& output : spec.outputs) {
        // An output that no node makes: an input, or what a train-only operation passes through.
        const bool isInput = std::any_of(spec.inputs.begin(), spec.inputs.end(),
                                         [&](const ValueSpec& input) { return input.name == output.name; });
        if (isInput)
            return fail(ErrorCode::Unsupported,
                        "output '" + output.name + "' is an input; ONNX has no such graph");
        if (graph.resolved(output.name) != output.name)
            graph.node("Identity", graph.temporary(output.name + "/identity"), {graph.resolved(output.name)},
                       output.name);
    }
    return encodeOnnx(model);
}

} // namespace trainyard
