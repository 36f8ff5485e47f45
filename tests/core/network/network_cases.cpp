// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/network/network_cases.h"

#include "core/network/initialise.h"
#include "tests/support/test_folders.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

namespace trainyard::test {

namespace {

[[noreturn]] void stop(const std::string& what)
{
    std::fprintf(stderr, "test data: %s\n", what.c_str());
    std::abort();
}

std::vector<Dimension> fixedShape(const std::vector<std::int64_t>& shape)
{
    std::vector<Dimension> dimensions;
    for (const std::int64_t size : shape)
        dimensions.push_back({size, {}});
    return dimensions;
}

OperationCase operationCase(const Json& json, std::size_t index)
{
    OperationCase result;
    Operation operation;
    operation.name = "operation";
    operation.type = json["type"].get<std::string>();
    operation.attributes = json["attributes"];
    operation.outputs = {"out"};
    operation.isTrainOnly = operation.type.starts_with("drop");
    result.name = operation.type + "-" + std::to_string(index);
    result.spec.name = "case";
    for (const Json& input : json["inputs"]) {
        const std::string name = operation.inputs.empty() ? "a" : "b";
        operation.inputs.push_back(name);
        result.inputs[name] = tensorFromJson(input);
        result.spec.inputs.push_back({name, fixedShape(result.inputs[name].shape)});
    }
    for (const auto& [role, value] : json["parameters"].items()) {
        const bool isStatistic = role == "mean" || role == "variance";
        operation.parameters[role] = role;
        result.parameters[role] = tensorFromJson(value);
        result.spec.parameters.push_back({role, result.parameters[role].shape, "zeros", !isStatistic});
    }
    result.output = tensorFromJson(json["output"]);
    result.spec.outputs = {{"out", fixedShape(result.output.shape)}};
    result.spec.operations = {operation};
    return result;
}

} // namespace

Json goldenJson(const std::string& path)
{
    auto json = parseJson(readTestFile(sourceFolder() / "tests/data" / path), path);
    if (!json)
        stop(json.error().message);
    return *json;
}

ReferenceTensor tensorFromJson(const Json& json)
{
    return {json["shape"].get<std::vector<std::int64_t>>(), json["values"].get<std::vector<double>>()};
}

std::vector<OperationCase> operationCases()
{
    std::vector<OperationCase> cases;
    const Json json = goldenJson("network/operations.json");
    for (const Json& one : json["cases"])
        cases.push_back(operationCase(one, cases.size()));
    return cases;
}

AttentionCase attentionCase()
{
    const Json json = goldenJson("network/attention.json");
    auto spec = networkFromJson(json["spec"], "attention.json");
    if (!spec)
        stop(spec.error().message);
    AttentionCase result{*spec, {}, {}};
    for (const auto& [name, value] : json["weights"].items())
        result.parameters[name] = tensorFromJson(value);
    for (const Json& run : json["runs"])
        result.runs.push_back(
            {tensorFromJson(run["tokens"]), tensorFromJson(run["states"]), tensorFromJson(run["scores"])});
    return result;
}

std::map<std::string, ReferenceTensor> referenceTensors(const TensorFile& file)
{
    std::map<std::string, ReferenceTensor> tensors;
    for (const NamedTensor& tensor : file.tensors) {
        if (tensor.type == TensorType::I64 || tensor.type == TensorType::U8)
            continue;
        const std::vector<float> values = tensor.toFloats();
        tensors[tensor.name] = {tensor.shape, {values.begin(), values.end()}};
    }
    return tensors;
}

TensorFile tensorFile(const std::map<std::string, ReferenceTensor>& tensors)
{
    TensorFile file;
    for (const auto& [name, tensor] : tensors)
        file.tensors.push_back(
            NamedTensor::fromFloats(name, tensor.shape, {tensor.values.begin(), tensor.values.end()}));
    return file;
}

TensorFile initialTensors(const NetworkSpec& spec, std::uint64_t seed)
{
    TensorFile file;
    for (const ParameterSpec& parameter : spec.parameters)
        file.tensors.push_back(
            NamedTensor::fromFloats(parameter.name, parameter.shape, initialValues(parameter, seed)));
    return file;
}

ReferenceTensor preparedPixels(const std::string& pixels, const NetworkSpec& spec, std::int64_t count)
{
    const auto height = static_cast<std::size_t>(spec.preprocess.height);
    const auto width = static_cast<std::size_t>(spec.preprocess.width);
    const std::size_t area = height * width;
    ReferenceTensor tensor{{count, 3, spec.preprocess.height, spec.preprocess.width}, {}};
    for (std::size_t n = 0; n < static_cast<std::size_t>(count); ++n) {
        for (std::size_t c = 0; c < 3; ++c) {
            for (std::size_t i = 0; i < area; ++i) {
                const auto pixel = static_cast<unsigned char>(pixels.at((n * area + i) * 3 + c));
                tensor.values.push_back((pixel - spec.preprocess.mean[c]) / spec.preprocess.scale[c]);
            }
        }
    }
    return tensor;
}

double largestDifference(const std::vector<double>& a, const std::vector<double>& b)
{
    if (a.size() != b.size())
        return std::numeric_limits<double>::infinity();
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double difference = std::abs(a[i] - b[i]);
        if (std::isnan(difference))
            return std::numeric_limits<double>::infinity();
        largest = std::max(largest, difference);
    }
    return largest;
}

std::vector<std::string> numberedLabels(int count)
{
    std::vector<std::string> labels;
    for (int i = 0; i < count; ++i)
        labels.push_back("class " + std::to_string(i));
    return labels;
}

} // namespace trainyard::test
