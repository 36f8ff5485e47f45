// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/detail/graph.h"

#include "core/base/assert.h"
#include "core/network/catalogue.h"

#include <algorithm>

namespace trainyard::detail {

namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

std::size_t positionOf(const std::vector<std::string>& names, const std::string& name)
{
    const auto it = std::find(names.begin(), names.end(), name);
    return it == names.end() ? kNone : static_cast<std::size_t>(it - names.begin());
}

bool hasAttribute(const OperationKind& kind, std::string_view name)
{
    return std::any_of(kind.attributes.begin(), kind.attributes.end(),
                       [&](const AttributeRule& rule) { return rule.name == name; });
}

void readPadding(const Operation& operation, GraphOperation& compiled)
{
    const Json padding = operation.attributes.contains("padding") ? operation.attributes["padding"] : Json();
    compiled.isSamePadding = padding.is_string();
    compiled.padding = {0, 0, 0, 0};
    if (padding.is_array())
        compiled.padding = integersAttribute(operation, "padding");
}

void readAttributes(const Operation& operation, const OperationKind& kind, GraphOperation& compiled)
{
    const auto integer = [&](const char* name, std::int64_t& value) {
        if (hasAttribute(kind, name))
            value = integerAttribute(operation, name);
    };
    const auto real = [&](const char* name, double& value) {
        if (hasAttribute(kind, name))
            value = realAttribute(operation, name);
    };
    integer("stride", compiled.stride);
    integer("kernel", compiled.kernel);
    integer("groups", compiled.groups);
    integer("axis", compiled.axis);
    real("epsilon", compiled.epsilon);
    real("momentum", compiled.momentum);
    real("rate", compiled.rate);
    real("factor", compiled.factor);
    for (const char* name : {"shape", "order"}) {
        if (hasAttribute(kind, name))
            compiled.sizes = integersAttribute(operation, name);
    }
    if (hasAttribute(kind, "padding"))
        readPadding(operation, compiled);
}

void readRoles(const Operation& operation, const std::vector<std::string>& parameterNames,
               GraphOperation& compiled)
{
    const auto role = [&](const char* name, int& number) {
        if (const auto it = operation.parameters.find(name); it != operation.parameters.end())
            number = static_cast<int>(positionOf(parameterNames, it->second));
    };
    role("weight", compiled.weight);
    role("bias", compiled.bias);
    role("mean", compiled.mean);
    role("variance", compiled.variance);
}

} // namespace

Result<Graph> Graph::create(const NetworkSpec& spec, const at::Device& device)
{
    TRAINYARD_CHECK(validateNetwork(spec));
    Graph graph(spec, device);
    TRAINYARD_CHECK(graph.compile());
    return graph;
}

Result<void> Graph::compile()
{
    std::vector<std::string> parameterNames;
    for (const ParameterSpec& parameter : m_spec.parameters)
        parameterNames.push_back(parameter.name);
    m_parameters.resize(parameterNames.size());
    for (const ValueSpec& input : m_spec.inputs)
        m_values.push_back(input.name);
    m_isOverwritable.assign(m_values.size(), false);
    for (std::size_t i = 0; i < m_spec.operations.size(); ++i) {
        const Operation& operation = m_spec.operations[i];
        const OperationKind* kind = operationKind(operation.type);
        const OperationRow* row = operationRow(operation.type);
        if (kind == nullptr || row == nullptr)
            return fail(ErrorCode::Unsupported,
                        "operation '" + operation.name + "' has the unknown type '" + operation.type + "'");
        GraphOperation compiled;
        compiled.function = row->function;
        compiled.index = static_cast<std::int64_t>(i);
        for (const std::string& input : operation.inputs)
            compiled.inputs.push_back(positionOf(m_values, input));
        compiled.output = m_values.size();
        m_values.push_back(operation.outputs.front());
        m_isOverwritable.push_back(row->isOverwritable);
        compiled.isOutput =
            std::any_of(m_spec.outputs.begin(), m_spec.outputs.end(),
                        [&](const ValueSpec& output) { return output.name == operation.outputs.front(); });
        readAttributes(operation, *kind, compiled);
        readRoles(operation, parameterNames, compiled);
        m_operations.push_back(std::move(compiled));
    }
    return {};
}

Result<Graph::Plan> Graph::plan(const std::vector<std::string>& given,
                                const std::vector<std::string>& wanted) const
{
    Plan plan;
    std::vector<bool> isGiven(m_values.size());
    std::vector<bool> isNeeded(m_values.size());
    for (const auto& [names, numbers, marks] :
         {std::tuple{&given, &plan.given, &isGiven}, std::tuple{&wanted, &plan.wanted, &isNeeded}}) {
        for (const std::string& name : *names) {
            const std::size_t number = positionOf(m_values, name);
            if (number == kNone)
                return fail(ErrorCode::NotFound,
                            "the network '" + m_spec.name + "' has no value '" + name + "'");
            numbers->push_back(number);
            (*marks)[number] = true;
        }
    }
    for (std::size_t i = m_operations.size(); i-- > 0;) {
        const GraphOperation& operation = m_operations[i];
        if (!isNeeded[operation.output] || isGiven[operation.output])
            continue;
        plan.operations.push_back(i);
        for (const std::size_t input : operation.inputs)
            isNeeded[input] = true;
    }
    std::reverse(plan.operations.begin(), plan.operations.end());
    for (std::size_t i = 0; i < m_spec.inputs.size(); ++i) {
        if (isNeeded[i] && !isGiven[i])
            return fail(ErrorCode::Refused, "the wanted values need the input '" + m_values[i] + "', too");
    }
    plan.readers.assign(m_values.size(), 0);
    std::vector<std::size_t> lastReader(m_values.size(), kNone);
    for (std::size_t i = 0; i < plan.operations.size(); ++i) {
        for (const std::size_t input : m_operations[plan.operations[i]].inputs) {
            ++plan.readers[input];
            lastReader[input] = i;
        }
    }
    for (const auto* kept : {&plan.given, &plan.wanted}) {
        for (const std::size_t value : *kept)
            ++plan.readers[value]; // the caller reads it, too
    }
    plan.lastUses.resize(plan.operations.size());
    for (std::size_t value = 0; value < m_values.size(); ++value) {
        const bool isKept = std::find(plan.wanted.begin(), plan.wanted.end(), value) != plan.wanted.end();
        if (lastReader[value] != kNone && !isKept)
            plan.lastUses[lastReader[value]].push_back(value);
    }
    return plan;
}

std::vector<at::Tensor> Graph::run(const Plan& plan, const std::vector<at::Tensor>& given,
                                   const GraphMode& mode) const
{
    TRAINYARD_ASSERT(given.size() == plan.given.size());
    std::vector<at::Tensor> values(m_values.size());
    for (std::size_t i = 0; i < given.size(); ++i)
        values[plan.given[i]] = given[i];
    const AutocastScope autocast(m_device, mode.usesBfloat16);
    std::vector<at::Tensor> inputs;
    for (std::size_t i = 0; i < plan.operations.size(); ++i) {
        const GraphOperation& operation = m_operations[plan.operations[i]];
        inputs.clear();
        for (const std::size_t input : operation.inputs)
            inputs.push_back(values[input]);
        const std::size_t first = operation.inputs.front();
        const bool mayOverwrite = plan.readers[first] == 1 && m_isOverwritable[first];
        values[operation.output] = operation.function({operation, inputs, m_parameters, mode, mayOverwrite});
        for (const std::size_t value : plan.lastUses[i])
            values[value] = at::Tensor();
    }
    std::vector<at::Tensor> wanted;
    for (const std::size_t value : plan.wanted)
        wanted.push_back(values[value]);
    return wanted;
}

std::vector<std::size_t> Graph::usedParameters(const Plan& plan) const
{
    std::vector<bool> isUsed(m_parameters.size());
    for (const std::size_t i : plan.operations) {
        const GraphOperation& operation = m_operations[i];
        for (const int number : {operation.weight, operation.bias, operation.mean, operation.variance}) {
            if (number >= 0)
                isUsed[static_cast<std::size_t>(number)] = true;
        }
    }
    std::vector<std::size_t> used;
    for (std::size_t i = 0; i < isUsed.size(); ++i) {
        if (isUsed[i])
            used.push_back(i);
    }
    return used;
}

} // namespace trainyard::detail
