// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/reference.h"

#include "core/network/catalogue.h"

namespace trainyard {

namespace {

using Tensors = std::map<std::string, ReferenceTensor>;

Result<void> checkTensor(const std::string& name, const ReferenceTensor& tensor)
{
    if (elementCount(tensor.shape) != static_cast<std::int64_t>(tensor.values.size()))
        return fail(ErrorCode::InvalidArgument, "'" + name + "' has " + std::to_string(tensor.values.size()) +
                                                    " numbers for the shape " + shapeText(tensor.shape));
    return {};
}

Result<void> checkParameters(const NetworkSpec& spec, const Tensors& parameters)
{
    for (const ParameterSpec& parameter : spec.parameters) {
        const auto found = parameters.find(parameter.name);
        if (found == parameters.end())
            return fail(ErrorCode::NotFound, "parameter '" + parameter.name + "' has no values");
        if (found->second.shape != parameter.shape)
            return fail(ErrorCode::InvalidArgument, "parameter '" + parameter.name + "' has the shape " +
                                                        shapeText(found->second.shape) + ", expected " +
                                                        shapeText(parameter.shape));
        TRAINYARD_CHECK(checkTensor(parameter.name, found->second));
    }
    return {};
}

} // namespace

Result<std::map<std::string, ReferenceTensor>>
runReference(const NetworkSpec& spec, const std::map<std::string, ReferenceTensor>& parameters,
             const std::map<std::string, ReferenceTensor>& inputs)
{
    TRAINYARD_CHECK(validateNetwork(spec));
    TRAINYARD_CHECK(checkParameters(spec, parameters));
    std::map<std::string, Shape> inputShapes;
    Tensors values;
    for (const auto& [name, tensor] : inputs) {
        TRAINYARD_CHECK(checkTensor(name, tensor));
        inputShapes[name] = tensor.shape;
        values[name] = tensor;
    }
    TRAINYARD_TRY(const auto shapes, inferShapes(spec, inputShapes));
    for (const Operation& operation : spec.operations) {
        ReferenceCall call{operation, {}, {}, shapes.at(operation.outputs[0])};
        for (const std::string& input : operation.inputs)
            call.inputs.push_back(&values.at(input));
        for (const auto& [role, name] : operation.parameters)
            call.parameters[role] = &parameters.at(name);
        values[operation.outputs[0]] = operationKind(operation.type)->reference(call);
    }
    return values;
}

} // namespace trainyard
