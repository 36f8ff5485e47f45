// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/network/catalogue.h"
#include "core/network/initialise.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace trainyard {

namespace {

constexpr std::size_t kMostOperations = 100000;
constexpr std::size_t kMostParameters = 100000;
constexpr std::size_t kMostLabels = 100000;
constexpr std::size_t kLongestName = 256;

tl::unexpected<Error> invalid(const std::string& message)
{
    return fail(ErrorCode::InvalidArgument, message);
}

Result<void> checkName(const std::string& name, const char* what)
{
    const bool hasControl =
        std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
    if (name.empty() || name.size() > kLongestName || hasControl || !isUtf8(name))
        return invalid(std::string(what) + " name '" + displayText(name.substr(0, kLongestName)) +
                       "' must be 1 to 256 bytes of UTF-8 without control characters");
    return {};
}

Result<void> checkParameters(const NetworkSpec& spec)
{
    std::set<std::string> names;
    if (spec.parameters.size() > kMostParameters)
        return invalid("more than 100,000 parameters");
    for (const ParameterSpec& parameter : spec.parameters) {
        TRAINYARD_CHECK(checkName(parameter.name, "parameter"));
        if (!names.insert(parameter.name).second)
            return invalid("parameter '" + parameter.name + "' is there twice");
        if (parameter.shape.size() > 8 || elementCount(parameter.shape) < 1)
            return invalid("parameter '" + parameter.name + "' has the shape " + shapeText(parameter.shape));
        if (!isInitialiser(parameter.initialiser))
            return invalid("parameter '" + parameter.name + "': initialiser '" +
                           displayText(parameter.initialiser) + "' is not known");
    }
    return {};
}

bool isInteger(const Json& value, const AttributeRule& rule)
{
    return value.is_number_integer() &&
           !(value.is_number_unsigned() && value.get<std::uint64_t>() > (1ULL << 62)) &&
           static_cast<double>(value.get<std::int64_t>()) >= rule.minimum &&
           static_cast<double>(value.get<std::int64_t>()) <= rule.maximum;
}

bool fitsRule(const Json& value, const AttributeRule& rule)
{
    const auto integer = [&](const Json& one) { return isInteger(one, rule); };
    switch (rule.type) {
    case AttributeType::Integer:
        return integer(value);
    case AttributeType::Real:
        return value.is_number() && std::isfinite(value.get<double>()) &&
               value.get<double>() >= rule.minimum && value.get<double>() <= rule.maximum;
    case AttributeType::Integers:
        return value.is_array() && value.size() <= 8 && std::all_of(value.begin(), value.end(), integer);
    case AttributeType::Padding:
        return value == "same" ||
               (value.is_array() && value.size() == 4 && std::all_of(value.begin(), value.end(), integer));
    }
    return false;
}

Result<void> checkAttributes(const Operation& operation, const OperationKind& kind)
{
    const std::string where = "operation '" + operation.name + "' (" + operation.type + "): ";
    if (!operation.attributes.is_object())
        return invalid(where + "attributes must be an object");
    for (const auto& [key, value] : operation.attributes.items()) {
        const auto rule = std::find_if(kind.attributes.begin(), kind.attributes.end(),
                                       [&](const AttributeRule& one) { return one.name == key; });
        if (rule == kind.attributes.end())
            return invalid(where + "attribute '" + displayText(key) + "' is not known");
        if (!fitsRule(value, *rule))
            return invalid(where + "attribute '" + key + "' has a wrong type or is out of range");
    }
    for (const AttributeRule& rule : kind.attributes) {
        if (rule.fallback == nullptr && !operation.attributes.contains(rule.name))
            return invalid(where + "attribute '" + rule.name + "' is missing");
    }
    return {};
}

Result<void> checkRoles(const Operation& operation, const OperationKind& kind,
                        const std::map<std::string, const ParameterSpec*>& parameters,
                        std::set<std::string>& used)
{
    const std::string where = "operation '" + operation.name + "' (" + operation.type + "): ";
    for (const auto& [role, name] : operation.parameters) {
        const auto rule = std::find_if(kind.roles.begin(), kind.roles.end(),
                                       [&key = role](const ParameterRole& one) { return one.name == key; });
        if (rule == kind.roles.end())
            return invalid(where + "parameter role '" + displayText(role) + "' is not known");
        const auto parameter = parameters.find(name);
        if (parameter == parameters.end())
            return invalid(where + "parameter '" + displayText(name) + "' does not exist");
        if (rule->isStatistic && parameter->second->isTrainable)
            return invalid(where + "parameter '" + name + "' is a running statistic and cannot be trainable");
        used.insert(name);
    }
    for (const ParameterRole& role : kind.roles) {
        if (!role.isOptional && !operation.parameters.contains(role.name))
            return invalid(where + "parameter role '" + role.name + "' is missing");
    }
    return {};
}

Result<void> checkOperation(const Operation& operation,
                            const std::map<std::string, const ParameterSpec*>& parameters,
                            std::set<std::string>& used)
{
    TRAINYARD_CHECK(checkName(operation.name, "operation"));
    const OperationKind* kind = operationKind(operation.type);
    if (kind == nullptr)
        return fail(ErrorCode::Unsupported, "operation '" + operation.name + "': type '" +
                                                displayText(operation.type) +
                                                "' is not known to this program");
    const std::string where = "operation '" + operation.name + "' (" + operation.type + "): ";
    if (operation.inputs.size() != kind->inputs)
        return invalid(where + "needs " + std::to_string(kind->inputs) + " inputs");
    if (operation.outputs.size() != 1)
        return invalid(where + "has one output");
    if (operation.isTrainOnly != kind->isTrainOnly)
        return invalid(where + (kind->isTrainOnly ? "must" : "cannot") + " be train-only");
    if (!operation.block.empty())
        TRAINYARD_CHECK(checkName(operation.block, "block"));
    TRAINYARD_CHECK(checkAttributes(operation, *kind));
    return checkRoles(operation, *kind, parameters, used);
}

Result<void> checkOperations(const NetworkSpec& spec)
{
    if (spec.operations.empty() || spec.operations.size() > kMostOperations)
        return invalid("a network has 1 to 100,000 operations");
    std::map<std::string, const ParameterSpec*> parameters;
    for (const ParameterSpec& parameter : spec.parameters)
        parameters[parameter.name] = &parameter;
    std::set<std::string> names;
    std::set<std::string> used;
    for (const Operation& operation : spec.operations) {
        TRAINYARD_CHECK(checkOperation(operation, parameters, used));
        if (!names.insert(operation.name).second)
            return invalid("operation '" + operation.name + "' is there twice");
    }
    for (const ParameterSpec& parameter : spec.parameters) {
        if (!used.contains(parameter.name))
            return invalid("parameter '" + parameter.name + "' is used by no operation");
    }
    return {};
}

/// Every value is made once and before it is used; outputs exist.
Result<void> checkValues(const NetworkSpec& spec)
{
    std::set<std::string> made;
    const auto make = [&made](const std::string& name) -> Result<void> {
        TRAINYARD_CHECK(checkName(name, "value"));
        if (!made.insert(name).second)
            return invalid("value '" + name + "' is made twice");
        return {};
    };
    if (spec.inputs.empty() || spec.outputs.empty())
        return invalid("a network has at least one input and one output");
    for (const ValueSpec& input : spec.inputs)
        TRAINYARD_CHECK(make(input.name));
    for (const Operation& operation : spec.operations) {
        for (const std::string& input : operation.inputs) {
            if (!made.contains(input))
                return invalid("operation '" + operation.name + "': value '" + displayText(input) +
                               "' is not made before it");
        }
        TRAINYARD_CHECK(make(operation.outputs[0]));
    }
    std::set<std::string> outputs;
    for (const ValueSpec& output : spec.outputs) {
        if (!made.contains(output.name))
            return invalid("output '" + displayText(output.name) + "' is not a value of the network");
        if (!outputs.insert(output.name).second)
            return invalid("output '" + output.name + "' is there twice");
    }
    return {};
}

Result<void> checkLabels(const NetworkSpec& spec)
{
    std::set<std::string> seen;
    if (spec.labels.size() > kMostLabels)
        return invalid("more than 100,000 labels");
    for (const std::string& label : spec.labels) {
        TRAINYARD_CHECK(checkName(label, "label"));
        if (!seen.insert(label).second)
            return invalid("label '" + label + "' is there twice");
    }
    for (const std::string& step : spec.postprocess) {
        if (step != "softmax" && step != "sigmoid")
            return fail(ErrorCode::Unsupported, "postprocess step '" + displayText(step) + "' is not known");
    }
    return {};
}

/// Shapes with every symbol bound to a number; outputs must be what they are declared to be.
Result<void> checkShapes(const NetworkSpec& spec, std::int64_t first)
{
    std::map<std::string, std::int64_t> symbols{{"H", std::max(spec.preprocess.height, 1)},
                                                {"W", std::max(spec.preprocess.width, 1)}};
    std::map<std::string, Shape> inputs;
    for (const ValueSpec& input : spec.inputs) {
        Shape& shape = inputs[input.name];
        for (const Dimension& dimension : input.shape) {
            if (dimension.value < 0)
                TRAINYARD_CHECK(checkName(dimension.symbol, "dimension"));
            shape.push_back(dimension.value >= 0
                                ? dimension.value
                                : symbols.try_emplace(dimension.symbol, first).first->second);
        }
        if (shape.size() > 8 || elementCount(shape) < 1)
            return invalid("input '" + input.name + "' has the shape " + shapeText(shape));
    }
    TRAINYARD_TRY(const auto values, inferShapes(spec, inputs));
    for (const ValueSpec& output : spec.outputs) {
        Shape declared;
        for (const Dimension& dimension : output.shape) {
            const auto symbol = symbols.find(dimension.symbol);
            if (dimension.value < 0 && symbol == symbols.end())
                return invalid("output '" + output.name + "': dimension '" + displayText(dimension.symbol) +
                               "' is not one of an input");
            declared.push_back(dimension.value >= 0 ? dimension.value : symbol->second);
        }
        const Shape& actual = values.at(output.name);
        if (actual != declared)
            return invalid("output '" + output.name + "' is declared as " + shapeText(declared) + " but is " +
                           shapeText(actual));
        if (output.name == "logits" && !spec.labels.empty() &&
            (actual.empty() || actual.back() != static_cast<std::int64_t>(spec.labels.size())))
            return invalid("output 'logits' is " + shapeText(actual) + " for " +
                           std::to_string(spec.labels.size()) + " labels");
    }
    return {};
}

} // namespace

Result<void> validateNetwork(const NetworkSpec& spec)
{
    if (spec.version != 1)
        return fail(ErrorCode::Unsupported,
                    "network version " + std::to_string(spec.version) + " is not known");
    TRAINYARD_CHECK(checkName(spec.name, "network"));
    TRAINYARD_CHECK(checkParameters(spec));
    TRAINYARD_CHECK(checkOperations(spec));
    TRAINYARD_CHECK(checkValues(spec));
    TRAINYARD_CHECK(checkLabels(spec));
    TRAINYARD_CHECK(checkShapes(spec, 2));
    return checkShapes(spec, 3);
}

} // namespace trainyard
