// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/reference/operations.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace trainyard::reference_operations {

namespace {

template <typename Function>
ReferenceTensor forEach(const ReferenceCall& call, Function function)
{
    ReferenceTensor result = *call.inputs[0];
    for (double& value : result.values)
        value = function(value);
    return result;
}

/// The place of an output element in an input whose dimensions of 1 repeat.
std::size_t sourceIndex(std::size_t index, const Shape& output, const Shape& input)
{
    std::size_t source = 0;
    std::size_t step = 1;
    for (std::size_t axis = output.size(); axis-- > 0;) {
        const auto size = static_cast<std::size_t>(output[axis]);
        const auto inputSize = static_cast<std::size_t>(input[axis]);
        source += (inputSize == 1 ? 0 : index % size) * step;
        step *= inputSize;
        index /= size;
    }
    return source;
}

template <typename Function>
ReferenceTensor forPairs(const ReferenceCall& call, Function function)
{
    const ReferenceTensor& a = *call.inputs[0];
    const ReferenceTensor& b = *call.inputs[1];
    ReferenceTensor result{call.outputShape, {}};
    result.values.resize(static_cast<std::size_t>(elementCount(call.outputShape)));
    for (std::size_t i = 0; i < result.values.size(); ++i)
        result.values[i] = function(a.values[sourceIndex(i, call.outputShape, a.shape)],
                                    b.values[sourceIndex(i, call.outputShape, b.shape)]);
    return result;
}

} // namespace

ReferenceTensor relu(const ReferenceCall& call)
{
    return forEach(call, [](double x) { return std::max(x, 0.0); });
}

ReferenceTensor relu6(const ReferenceCall& call)
{
    return forEach(call, [](double x) { return std::min(std::max(x, 0.0), 6.0); });
}

ReferenceTensor gelu(const ReferenceCall& call)
{
    return forEach(call, [](double x) { return x * (1.0 + std::erf(x / std::numbers::sqrt2)) / 2.0; });
}

ReferenceTensor scale(const ReferenceCall& call)
{
    const double factor = realAttribute(call.operation, "factor");
    return forEach(call, [factor](double x) { return x * factor; });
}

ReferenceTensor add(const ReferenceCall& call)
{
    return forPairs(call, [](double a, double b) { return a + b; });
}

ReferenceTensor multiply(const ReferenceCall& call)
{
    return forPairs(call, [](double a, double b) { return a * b; });
}

ReferenceTensor sameNumbers(const ReferenceCall& call)
{
    return {call.outputShape, call.inputs[0]->values};
}

} // namespace trainyard::reference_operations
