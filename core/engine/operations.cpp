// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/engine/detail/graph.h"
#include "core/engine/detail/relu6.h"
#include "core/network/network_spec.h"

#include <array>
#include <limits>

namespace trainyard::detail {

namespace {

at::Tensor parameter(const OperationCall& call, int number)
{
    return number < 0 ? at::Tensor() : call.parameters[static_cast<std::size_t>(number)];
}

struct Border
{
    std::int64_t top = 0;
    std::int64_t left = 0;
    std::int64_t bottom = 0;
    std::int64_t right = 0;

    [[nodiscard]] bool isSymmetric() const { return top == bottom && left == right; }
};

Border borderOf(const GraphOperation& operation, const at::Tensor& input, std::int64_t kernelHeight,
                std::int64_t kernelWidth)
{
    if (!operation.isSamePadding)
        return {operation.padding[0], operation.padding[1], operation.padding[2], operation.padding[3]};
    const auto [top, bottom] = samePadding(input.size(2), kernelHeight, operation.stride);
    const auto [left, right] = samePadding(input.size(3), kernelWidth, operation.stride);
    return {top, left, bottom, right};
}

at::Tensor padded(const at::Tensor& input, const Border& border, double value)
{
    return at::constant_pad_nd(input, {border.left, border.right, border.top, border.bottom}, value);
}

at::Tensor conv2d(const OperationCall& call)
{
    const GraphOperation& operation = call.operation;
    const at::Tensor weight = parameter(call, operation.weight);
    const at::Tensor bias = parameter(call, operation.bias);
    const std::array<std::int64_t, 2> stride{operation.stride, operation.stride};
    const std::array<std::int64_t, 2> dilation{1, 1};
    const Border border = borderOf(operation, call.inputs[0], weight.size(2), weight.size(3));
    const std::array<std::int64_t, 2> padding{border.top, border.left};
    if (border.isSymmetric())
        return at::conv2d(call.inputs[0], weight, bias, stride, padding, dilation, operation.groups);
    const std::array<std::int64_t, 2> none{0, 0};
    return at::conv2d(padded(call.inputs[0], border, 0.0), weight, bias, stride, none, dilation,
                      operation.groups);
}

at::Tensor batchNorm(const OperationCall& call)
{
    const GraphOperation& operation = call.operation;
    const bool usesBatch = call.mode.isTraining && !call.mode.keepsStatistics;
    return at::batch_norm(call.inputs[0], parameter(call, operation.weight), parameter(call, operation.bias),
                          parameter(call, operation.mean), parameter(call, operation.variance), usesBatch,
                          operation.momentum, operation.epsilon, true);
}

at::Tensor relu(const OperationCall& call)
{
    at::Tensor value = call.inputs[0];
    return call.mayOverwrite ? at::relu_(value) : at::relu(value);
}

at::Tensor relu6(const OperationCall& call)
{
    return clampToSix(call.inputs[0], call.mayOverwrite);
}

at::Tensor gelu(const OperationCall& call)
{
    return at::gelu(call.inputs[0]);
}

at::Tensor add(const OperationCall& call)
{
    return at::add(call.inputs[0], call.inputs[1]);
}

at::Tensor multiply(const OperationCall& call)
{
    return at::mul(call.inputs[0], call.inputs[1]);
}

at::Tensor maxPool(const OperationCall& call)
{
    const GraphOperation& operation = call.operation;
    const std::array<std::int64_t, 2> kernel{operation.kernel, operation.kernel};
    const std::array<std::int64_t, 2> stride{operation.stride, operation.stride};
    const Border border = borderOf(operation, call.inputs[0], operation.kernel, operation.kernel);
    if (border.isSymmetric() && border.top <= operation.kernel / 2 && border.left <= operation.kernel / 2)
        return at::max_pool2d(call.inputs[0], kernel, stride, {border.top, border.left});
    return at::max_pool2d(padded(call.inputs[0], border, -std::numeric_limits<double>::infinity()), kernel,
                          stride);
}

at::Tensor globalAveragePool(const OperationCall& call)
{
    return at::mean(call.inputs[0], at::IntArrayRef{2, 3}, true, at::kFloat);
}

at::Tensor flatten(const OperationCall& call)
{
    return at::flatten(call.inputs[0], 1);
}

/// The layer that makes an output stays in float32: bfloat16 logits would be rounded to three digits.
at::Tensor linear(const OperationCall& call)
{
    const at::Tensor weight = parameter(call, call.operation.weight);
    const at::Tensor bias = parameter(call, call.operation.bias);
    if (!call.operation.isOutput || !call.mode.usesBfloat16)
        return at::linear(call.inputs[0], weight, bias);
    const AutocastScope off(call.inputs[0].device(), false);
    return at::linear(call.inputs[0].to(at::kFloat), weight, bias);
}

/// 1 / (1 - rate) with probability 1 - rate, else 0; a number depends on seed, step, operation and place
/// alone.
at::Tensor keepMask(const OperationCall& call, at::IntArrayRef shape)
{
    at::Tensor mask = at::empty(shape, at::kFloat);
    CounterRandom random(call.mode.seed, RandomPurpose::Dropout, call.mode.step,
                         static_cast<std::uint64_t>(call.operation.index));
    const auto kept = static_cast<float>(1.0 / (1.0 - call.operation.rate));
    float* values = mask.data_ptr<float>();
    for (std::int64_t i = 0; i < mask.numel(); ++i)
        values[i] = random.uniform() < call.operation.rate ? 0.0F : kept;
    return mask.to(call.inputs[0].device(), call.inputs[0].scalar_type());
}

at::Tensor dropout(const OperationCall& call)
{
    if (!call.mode.isTraining || call.operation.rate <= 0.0)
        return call.inputs[0];
    return at::mul(call.inputs[0], keepMask(call, call.inputs[0].sizes()));
}

at::Tensor dropPath(const OperationCall& call)
{
    if (!call.mode.isTraining || call.operation.rate <= 0.0)
        return call.inputs[0];
    std::vector<std::int64_t> shape(static_cast<std::size_t>(call.inputs[0].dim()), 1);
    shape[0] = call.inputs[0].size(0);
    return at::mul(call.inputs[0], keepMask(call, shape));
}

at::Tensor softmax(const OperationCall& call)
{
    return at::softmax(call.inputs[0], call.operation.axis);
}

at::Tensor layerNorm(const OperationCall& call)
{
    const at::Tensor weight = parameter(call, call.operation.weight);
    return at::layer_norm(call.inputs[0], weight.sizes(), weight, parameter(call, call.operation.bias),
                          call.operation.epsilon);
}

at::Tensor matmul(const OperationCall& call)
{
    return at::matmul(call.inputs[0], call.inputs[1]);
}

at::Tensor transpose(const OperationCall& call)
{
    return call.inputs[0].permute(call.operation.sizes);
}

at::Tensor reshape(const OperationCall& call)
{
    std::vector<std::int64_t> shape = call.operation.sizes;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (shape[i] == 0)
            shape[i] = call.inputs[0].size(static_cast<std::int64_t>(i));
    }
    return at::reshape(call.inputs[0], shape);
}

at::Tensor scale(const OperationCall& call)
{
    return at::mul(call.inputs[0], call.operation.factor);
}

constexpr std::array<OperationRow, 19> kOperations{{
    {"add", add, true},
    {"batch-norm", batchNorm, true},
    {"conv2d", conv2d, true},
    {"drop-path", dropPath, false},
    {"dropout", dropout, false},
    {"flatten", flatten, false},
    {"gelu", gelu, false},
    {"global-average-pool", globalAveragePool, false},
    {"layer-norm", layerNorm, false},
    {"linear", linear, true},
    {"matmul", matmul, false},
    {"max-pool", maxPool, false},
    {"multiply", multiply, false},
    {"relu", relu, false},
    {"relu6", relu6, false},
    {"reshape", reshape, false},
    {"scale", scale, false},
    {"softmax", softmax, false},
    {"transpose", transpose, false},
}};

} // namespace

const OperationRow* operationRow(std::string_view type)
{
    for (const OperationRow& row : kOperations) {
        if (row.type == type)
            return &row;
    }
    return nullptr;
}

} // namespace trainyard::detail
