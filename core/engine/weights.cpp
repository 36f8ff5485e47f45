// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/detail/weights.h"

#include "core/network/catalogue.h"
#include "core/network/initialise.h"

#include <algorithm>
#include <cstring>
#include <set>

namespace trainyard::detail {

namespace {

constexpr std::size_t kMostDifferences = 8;

/// What keeps a parameter from being taken out of a file; empty where nothing does.
std::string difference(const ParameterSpec& parameter, const NamedTensor* tensor)
{
    if (tensor == nullptr)
        return parameter.name + " is missing";
    if (tensor->shape != parameter.shape)
        return parameter.name + " has the shape " + shapeText(tensor->shape) + ", expected " +
               shapeText(parameter.shape);
    if (tensor->type == TensorType::U8 || tensor->type == TensorType::I32 || tensor->type == TensorType::I64)
        return parameter.name + " holds whole numbers";
    return {};
}

Result<void> differencesAsError(const std::vector<std::string>& differences)
{
    if (differences.empty())
        return {};
    std::string text = "the weights do not fit the network: ";
    for (std::size_t i = 0; i < std::min(differences.size(), kMostDifferences); ++i)
        text += (i == 0 ? "" : "; ") + differences[i];
    if (differences.size() > kMostDifferences)
        text += "; and " + std::to_string(differences.size() - kMostDifferences) + " more";
    return fail(ErrorCode::CorruptFile, text);
}

/// The parameters of the operations that make the network's outputs.
std::set<std::string> headParameters(const NetworkSpec& spec)
{
    std::set<std::string> names;
    for (const Operation& operation : spec.operations) {
        const bool makesLogits =
            !operation.outputs.empty() && operation.outputs.front() == spec.outputs.front().name;
        if (!makesLogits)
            continue;
        for (const auto& [role, name] : operation.parameters)
            names.insert(name);
    }
    return names;
}

at::Tensor initialTensor(const ParameterSpec& parameter, std::uint64_t seed)
{
    const std::vector<float> values = initialValues(parameter, seed);
    at::Tensor tensor = at::empty(parameter.shape, at::kFloat);
    std::memcpy(tensor.data_ptr<float>(), values.data(), values.size() * sizeof(float));
    return tensor;
}

} // namespace

at::Tensor tensorFrom(const NamedTensor& named)
{
    at::Tensor tensor = at::empty(named.shape, at::kFloat);
    if (named.type == TensorType::F32) {
        std::memcpy(tensor.data_ptr<float>(), named.bytes.data(), named.bytes.size());
        return tensor;
    }
    const std::vector<float> values = named.toFloats();
    std::memcpy(tensor.data_ptr<float>(), values.data(), values.size() * sizeof(float));
    return tensor;
}

NamedTensor namedFrom(const std::string& name, const at::Tensor& tensor)
{
    const at::Tensor plain = tensor.detach().to(at::kCPU, at::kFloat).contiguous();
    NamedTensor named{name, TensorType::F32, plain.sizes().vec(), {}};
    named.bytes.assign(static_cast<const char*>(plain.data_ptr()), static_cast<std::size_t>(plain.nbytes()));
    return named;
}

void setParameter(Graph& graph, std::size_t number, const at::Tensor& values)
{
    const bool isTrainable = graph.spec().parameters[number].isTrainable;
    at::Tensor tensor = values.to(graph.device());
    if (tensor.dim() == 4)
        tensor = tensor.contiguous(at::MemoryFormat::ChannelsLast);
    tensor.set_requires_grad(isTrainable);
    graph.parameters()[number] = tensor;
}

void initialiseWeights(Graph& graph, std::uint64_t seed)
{
    for (std::size_t i = 0; i < graph.spec().parameters.size(); ++i)
        setParameter(graph, i, initialTensor(graph.spec().parameters[i], seed));
}

Result<void> startFromWeights(Graph& graph, const TensorFile& starter, std::uint64_t seed)
{
    const std::set<std::string> head = headParameters(graph.spec());
    std::vector<std::string> differences;
    for (std::size_t i = 0; i < graph.spec().parameters.size(); ++i) {
        const ParameterSpec& parameter = graph.spec().parameters[i];
        const NamedTensor* tensor = starter.find(parameter.name);
        const std::string problem = difference(parameter, tensor);
        if (head.contains(parameter.name))
            setParameter(graph, i, initialTensor(parameter, seed));
        else if (problem.empty())
            setParameter(graph, i, tensorFrom(*tensor));
        else
            differences.push_back(problem);
    }
    return differencesAsError(differences);
}

Result<void> loadWeights(Graph& graph, const TensorFile& weights)
{
    std::vector<std::string> differences;
    std::set<std::string> known;
    for (std::size_t i = 0; i < graph.spec().parameters.size(); ++i) {
        const ParameterSpec& parameter = graph.spec().parameters[i];
        const NamedTensor* tensor = weights.find(parameter.name);
        const std::string problem = difference(parameter, tensor);
        known.insert(parameter.name);
        if (problem.empty())
            setParameter(graph, i, tensorFrom(*tensor));
        else
            differences.push_back(problem);
    }
    for (const NamedTensor& tensor : weights.tensors) {
        if (!known.contains(tensor.name))
            differences.push_back(tensor.name + " is not part of the network");
    }
    return differencesAsError(differences);
}

TensorFile weightsOf(const Graph& graph)
{
    TensorFile file;
    file.metadata["format"] = "pt";
    for (std::size_t i = 0; i < graph.spec().parameters.size(); ++i)
        file.tensors.push_back(namedFrom(graph.spec().parameters[i].name, graph.parameters()[i]));
    return file;
}

} // namespace trainyard::detail
