// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/catalogue.h"

namespace trainyard {

namespace {

using Shapes = std::map<std::string, Shape>;

Result<void> bindInput(const ValueSpec& input, const Shape& given,
                       std::map<std::string, std::int64_t>& symbols)
{
    const std::string what = "input '" + input.name + "' of the shape " + shapeText(given);
    if (given.size() != input.shape.size())
        return fail(ErrorCode::InvalidArgument,
                    what + ": expected " + std::to_string(input.shape.size()) + " dimensions");
    for (std::size_t i = 0; i < given.size(); ++i) {
        const Dimension& dimension = input.shape[i];
        const std::int64_t expected = dimension.value >= 0
                                          ? dimension.value
                                          : symbols.try_emplace(dimension.symbol, given[i]).first->second;
        if (given[i] != expected || given[i] < 1)
            return fail(ErrorCode::InvalidArgument,
                        what + ": dimension " + std::to_string(i) + " should be " + std::to_string(expected));
    }
    return {};
}

std::map<std::string, Shape> parameterShapes(const NetworkSpec& spec)
{
    std::map<std::string, Shape> shapes;
    for (const ParameterSpec& parameter : spec.parameters)
        shapes[parameter.name] = parameter.shape;
    return shapes;
}

Result<ShapeQuery> queryFor(const Operation& operation, const Shapes& values, const Shapes& parameters)
{
    ShapeQuery query{operation, {}, {}};
    for (const std::string& input : operation.inputs) {
        const auto found = values.find(input);
        if (found == values.end())
            return fail(ErrorCode::InvalidArgument,
                        "operation '" + operation.name + "': value '" + input + "' is not made before it");
        query.inputs.push_back(found->second);
    }
    for (const auto& [role, name] : operation.parameters) {
        const auto found = parameters.find(name);
        if (found == parameters.end())
            return fail(ErrorCode::InvalidArgument,
                        "operation '" + operation.name + "': parameter '" + name + "' does not exist");
        query.parameters[role] = found->second;
    }
    return query;
}

/// One picture: N and every unknown symbol is 1, H and W are those of the preprocessing.
Shapes shapesOfOnePicture(const NetworkSpec& spec)
{
    Shapes inputs;
    for (const ValueSpec& input : spec.inputs) {
        Shape& shape = inputs[input.name];
        for (const Dimension& dimension : input.shape) {
            if (dimension.value >= 0)
                shape.push_back(dimension.value);
            else if (dimension.symbol == "H" && spec.preprocess.height > 0)
                shape.push_back(spec.preprocess.height);
            else if (dimension.symbol == "W" && spec.preprocess.width > 0)
                shape.push_back(spec.preprocess.width);
            else
                shape.push_back(1);
        }
    }
    return inputs;
}

} // namespace

Result<std::map<std::string, std::vector<std::int64_t>>>
inferShapes(const NetworkSpec& spec, const std::map<std::string, std::vector<std::int64_t>>& inputs)
{
    Shapes values;
    std::map<std::string, std::int64_t> symbols;
    for (const ValueSpec& input : spec.inputs) {
        const auto given = inputs.find(input.name);
        if (given == inputs.end())
            return fail(ErrorCode::InvalidArgument, "no shape for input '" + input.name + "'");
        TRAINYARD_CHECK(bindInput(input, given->second, symbols));
        values[input.name] = given->second;
    }
    const Shapes parameters = parameterShapes(spec);
    for (const Operation& operation : spec.operations) {
        const OperationKind* kind = operationKind(operation.type);
        if (kind == nullptr)
            return fail(ErrorCode::Unsupported, "operation type '" + operation.type + "' is not known");
        TRAINYARD_TRY(const ShapeQuery query, queryFor(operation, values, parameters));
        TRAINYARD_TRY(Shape shape, kind->shape(query));
        if (elementCount(shape) < 1)
            return fail(ErrorCode::InvalidArgument, "operation '" + operation.name +
                                                        "': a value of the shape " + shapeText(shape) +
                                                        " is empty or too large");
        values[operation.outputs[0]] = std::move(shape);
    }
    return values;
}

Result<NetworkCounts> countNetwork(const NetworkSpec& spec)
{
    TRAINYARD_TRY(const Shapes values, inferShapes(spec, shapesOfOnePicture(spec)));
    NetworkCounts counts;
    for (const ParameterSpec& parameter : spec.parameters) {
        if (parameter.isTrainable)
            counts.parameters += elementCount(parameter.shape);
    }
    const Shapes parameters = parameterShapes(spec);
    for (const Operation& operation : spec.operations) {
        const OperationKind* kind = operationKind(operation.type);
        TRAINYARD_TRY(const ShapeQuery query, queryFor(operation, values, parameters));
        if (kind->multiplyAdds != nullptr)
            counts.multiplyAdds += kind->multiplyAdds(query, values.at(operation.outputs[0]));
    }
    for (const auto& [name, shape] : values)
        counts.activationBytes += elementCount(shape) * 4;
    return counts;
}

} // namespace trainyard
