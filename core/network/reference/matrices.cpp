// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/reference/operations.h"

namespace trainyard::reference_operations {

ReferenceTensor linear(const ReferenceCall& call)
{
    const ReferenceTensor& input = *call.inputs[0];
    const ReferenceTensor& weight = *call.parameters.at("weight");
    const auto bias = call.parameters.find("bias");
    const auto out = static_cast<std::size_t>(weight.shape[0]);
    const auto in = static_cast<std::size_t>(weight.shape[1]);
    ReferenceTensor result{call.outputShape, {}};
    for (std::size_t row = 0; row < input.values.size() / in; ++row) {
        for (std::size_t o = 0; o < out; ++o) {
            double sum = bias == call.parameters.end() ? 0.0 : bias->second->values[o];
            for (std::size_t i = 0; i < in; ++i)
                sum += input.values[row * in + i] * weight.values[o * in + i];
            result.values.push_back(sum);
        }
    }
    return result;
}

ReferenceTensor matmul(const ReferenceCall& call)
{
    const ReferenceTensor& a = *call.inputs[0];
    const ReferenceTensor& b = *call.inputs[1];
    const std::size_t rank = a.shape.size();
    const auto rows = static_cast<std::size_t>(a.shape[rank - 2]);
    const auto inner = static_cast<std::size_t>(a.shape[rank - 1]);
    const auto columns = static_cast<std::size_t>(b.shape[rank - 1]);
    ReferenceTensor result{call.outputShape, {}};
    for (std::size_t matrix = 0; matrix < a.values.size() / (rows * inner); ++matrix) {
        const double* left = a.values.data() + matrix * rows * inner;
        const double* right = b.values.data() + matrix * inner * columns;
        for (std::size_t row = 0; row < rows; ++row) {
            for (std::size_t column = 0; column < columns; ++column) {
                double sum = 0;
                for (std::size_t i = 0; i < inner; ++i)
                    sum += left[row * inner + i] * right[i * columns + column];
                result.values.push_back(sum);
            }
        }
    }
    return result;
}

ReferenceTensor transpose(const ReferenceCall& call)
{
    const ReferenceTensor& input = *call.inputs[0];
    const std::vector<std::int64_t> order = integersAttribute(call.operation, "order");
    const std::size_t rank = order.size();
    std::vector<std::size_t> steps(rank, 1); // of the input's axes
    for (std::size_t axis = rank; axis-- > 1;)
        steps[axis - 1] = steps[axis] * static_cast<std::size_t>(input.shape[axis]);
    ReferenceTensor result{call.outputShape, {}};
    for (std::size_t i = 0; i < input.values.size(); ++i) {
        std::size_t rest = i;
        std::size_t source = 0;
        for (std::size_t axis = rank; axis-- > 0;) {
            const auto size = static_cast<std::size_t>(call.outputShape[axis]);
            source += rest % size * steps[static_cast<std::size_t>(order[axis])];
            rest /= size;
        }
        result.values.push_back(input.values[source]);
    }
    return result;
}

} // namespace trainyard::reference_operations
