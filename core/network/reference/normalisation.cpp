// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/reference/operations.h"

#include <algorithm>
#include <cmath>

namespace trainyard::reference_operations {

ReferenceTensor batchNorm(const ReferenceCall& call)
{
    const ReferenceTensor& input = *call.inputs[0];
    const std::vector<double>& weight = call.parameters.at("weight")->values;
    const std::vector<double>& bias = call.parameters.at("bias")->values;
    const std::vector<double>& mean = call.parameters.at("mean")->values;
    const std::vector<double>& variance = call.parameters.at("variance")->values;
    const double epsilon = realAttribute(call.operation, "epsilon");
    const std::size_t channels = weight.size();
    const std::size_t inner = input.values.size() / static_cast<std::size_t>(input.shape[0]) / channels;
    ReferenceTensor result = input;
    for (std::size_t i = 0; i < result.values.size(); ++i) {
        const std::size_t c = i / inner % channels;
        result.values[i] =
            (input.values[i] - mean[c]) / std::sqrt(variance[c] + epsilon) * weight[c] + bias[c];
    }
    return result;
}

ReferenceTensor layerNorm(const ReferenceCall& call)
{
    const std::vector<double>& weight = call.parameters.at("weight")->values;
    const std::vector<double>& bias = call.parameters.at("bias")->values;
    const double epsilon = realAttribute(call.operation, "epsilon");
    const std::size_t size = weight.size();
    ReferenceTensor result = *call.inputs[0];
    for (std::size_t start = 0; start < result.values.size(); start += size) {
        double mean = 0;
        for (std::size_t i = 0; i < size; ++i)
            mean += result.values[start + i] / static_cast<double>(size);
        double variance = 0;
        for (std::size_t i = 0; i < size; ++i)
            variance += std::pow(result.values[start + i] - mean, 2) / static_cast<double>(size);
        for (std::size_t i = 0; i < size; ++i)
            result.values[start + i] =
                (result.values[start + i] - mean) / std::sqrt(variance + epsilon) * weight[i] + bias[i];
    }
    return result;
}

ReferenceTensor softmax(const ReferenceCall& call)
{
    ReferenceTensor result = *call.inputs[0];
    const auto rank = static_cast<std::int64_t>(result.shape.size());
    const std::int64_t written = integerAttribute(call.operation, "axis");
    const auto axis = static_cast<std::size_t>(written < 0 ? written + rank : written);
    const auto length = static_cast<std::size_t>(result.shape[axis]);
    std::size_t inner = 1;
    for (std::size_t i = axis + 1; i < result.shape.size(); ++i)
        inner *= static_cast<std::size_t>(result.shape[i]);
    for (std::size_t line = 0; line < result.values.size() / length; ++line) {
        double* first = result.values.data() + line / inner * inner * length + line % inner;
        double largest = first[0];
        for (std::size_t i = 0; i < length; ++i)
            largest = std::max(largest, first[i * inner]);
        double sum = 0;
        for (std::size_t i = 0; i < length; ++i)
            sum += first[i * inner] = std::exp(first[i * inner] - largest);
        for (std::size_t i = 0; i < length; ++i)
            first[i * inner] /= sum;
    }
    return result;
}

} // namespace trainyard::reference_operations
