// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/detail/plain_values.h"

#include "core/engine/detail/graph.h"
#include "core/engine/detail/machine.h"
#include "core/engine/detail/optimizer.h"
#include "core/engine/detail/weights.h"

#include <algorithm>

namespace trainyard::detail {

namespace {

at::Tensor tensorOf(const ReferenceTensor& plain)
{
    at::Tensor tensor = at::empty(plain.shape, at::kDouble);
    std::copy(plain.values.begin(), plain.values.end(), tensor.data_ptr<double>());
    return tensor.to(at::kFloat);
}

ReferenceTensor plainOf(const at::Tensor& tensor)
{
    const at::Tensor plain = tensor.to(at::kDouble).contiguous();
    const double* begin = plain.data_ptr<double>();
    return {plain.sizes().vec(), std::vector<double>(begin, begin + plain.numel())};
}

at::Tensor tensorOf(const std::vector<float>& values)
{
    return at::tensor(values).unsqueeze(0);
}

NetworkSpec linearNetwork(std::int64_t size)
{
    NetworkSpec spec;
    spec.name = "linear";
    const Dimension batch{-1, "N"};
    spec.inputs = {{"input", {batch, {size, {}}}}};
    spec.outputs = {{"logits", {batch, {1, {}}}}};
    spec.parameters = {{"weight", {1, size}, "zeros", true}};
    Operation operation;
    operation.name = "linear";
    operation.type = "linear";
    operation.inputs = {"input"};
    operation.outputs = {"logits"};
    operation.parameters = {{"weight", "weight"}};
    spec.operations = {operation};
    return spec;
}

} // namespace

bool isKnownOperation(std::string_view type)
{
    return operationRow(type) != nullptr;
}

Result<std::map<std::string, ReferenceTensor>>
graphValues(const NetworkSpec& spec, const std::map<std::string, ReferenceTensor>& parameters,
            const std::map<std::string, ReferenceTensor>& inputs, const std::vector<std::string>& wanted)
{
    using Values = Result<std::map<std::string, ReferenceTensor>>;
    TRAINYARD_TRY(Graph graph, Graph::create(spec, at::Device(at::kCPU)));
    return guarded([&]() -> Values {
        const c10::AutoGradMode noGradients(false);
        for (std::size_t i = 0; i < spec.parameters.size(); ++i)
            setParameter(graph, i, tensorOf(parameters.at(spec.parameters[i].name)));
        std::vector<std::string> names;
        std::vector<at::Tensor> given;
        for (const auto& [name, value] : inputs) {
            names.push_back(name);
            given.push_back(tensorOf(value));
        }
        TRAINYARD_TRY(const Graph::Plan plan, graph.plan(names, wanted));
        const std::vector<at::Tensor> results = graph.run(plan, given, {});
        std::map<std::string, ReferenceTensor> values;
        for (std::size_t i = 0; i < wanted.size(); ++i)
            values.emplace(wanted[i], plainOf(results[i]));
        return values;
    });
}

Result<std::vector<float>> updatedWeights(const Recipe& recipe, const std::vector<float>& weights,
                                          const std::vector<std::vector<float>>& gradients, bool isFused)
{
    TRAINYARD_TRY(Graph graph, Graph::create(linearNetwork(static_cast<std::int64_t>(weights.size())),
                                             at::Device(at::kCPU)));
    return guarded([&]() -> Result<std::vector<float>> {
        setParameter(graph, 0, tensorOf(weights));
        Optimizer optimizer(graph, {0}, recipe);
        if (!isFused)
            optimizer.useOperations();
        for (std::size_t i = 0; i < gradients.size(); ++i) {
            graph.parameters()[0].mutable_grad() = tensorOf(gradients[i]);
            optimizer.update(learningRateAt(recipe, static_cast<std::int64_t>(i),
                                            static_cast<std::int64_t>(gradients.size())));
        }
        const at::Tensor result = graph.parameters()[0].detach().contiguous();
        return std::vector<float>(result.data_ptr<float>(), result.data_ptr<float>() + result.numel());
    });
}

} // namespace trainyard::detail
