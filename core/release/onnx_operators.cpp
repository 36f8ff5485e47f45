// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/release/onnx_operators.h"

#include "core/network/catalogue.h"
#include "core/release/onnx_kernels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace trainyard {

namespace {

tl::unexpected<Error> wrong(const OnnxCall& call, const std::string& what)
{
    return fail(ErrorCode::CorruptFile,
                "ONNX: node '" + call.node.name + "' (" + call.node.type + "): " + what);
}

std::int64_t integer(const OnnxNode& node, const char* name, std::int64_t fallback)
{
    const auto found = node.attributes.find(name);
    const auto* value = found == node.attributes.end() ? nullptr : std::get_if<std::int64_t>(&found->second);
    return value == nullptr ? fallback : *value;
}

double real(const OnnxNode& node, const char* name, double fallback)
{
    const auto found = node.attributes.find(name);
    const auto* value = found == node.attributes.end() ? nullptr : std::get_if<float>(&found->second);
    return value == nullptr ? fallback : static_cast<double>(*value);
}

Shape integers(const OnnxNode& node, const char* name, Shape fallback)
{
    const auto found = node.attributes.find(name);
    const auto* value = found == node.attributes.end() ? nullptr : std::get_if<Shape>(&found->second);
    return value == nullptr ? std::move(fallback) : *value;
}

/// Input `index`, which must be there.
Result<const OnnxTensor*> needInput(const OnnxCall& call, std::size_t index)
{
    if (index >= call.inputs.size() || call.inputs[index] == nullptr)
        return wrong(call, "input " + std::to_string(index) + " is missing");
    return call.inputs[index];
}

Result<OnnxTensor> emptyTensor(const OnnxCall& call, Shape shape)
{
    const std::int64_t count = elementCount(shape);
    if (count < 1 || count > (std::int64_t{1} << 31))
        return wrong(call, "a value of the shape " + shapeText(shape));
    return OnnxTensor{std::move(shape), std::vector<float>(static_cast<std::size_t>(count))};
}

template <typename Function>
Result<OnnxTensor> forEach(const OnnxCall& call, Function function)
{
    TRAINYARD_TRY(const OnnxTensor* input, needInput(call, 0));
    OnnxTensor result = *input;
    for (float& value : result.values)
        value = function(value);
    return result;
}

/// Element by element with numpy's broadcasting.
template <typename Function>
Result<OnnxTensor> forPairs(const OnnxCall& call, Function function)
{
    TRAINYARD_TRY(const OnnxTensor* a, needInput(call, 0));
    TRAINYARD_TRY(const OnnxTensor* b, needInput(call, 1));
    const std::size_t rank = std::max(a->shape.size(), b->shape.size());
    Shape left(rank - a->shape.size(), 1);
    Shape right(rank - b->shape.size(), 1);
    left.insert(left.end(), a->shape.begin(), a->shape.end());
    right.insert(right.end(), b->shape.begin(), b->shape.end());
    Shape out(rank);
    for (std::size_t i = 0; i < rank; ++i) {
        if (left[i] != right[i] && left[i] != 1 && right[i] != 1)
            return wrong(call,
                         "values " + shapeText(a->shape) + " and " + shapeText(b->shape) + " do not fit");
        out[i] = std::max(left[i], right[i]);
    }
    TRAINYARD_TRY(OnnxTensor result, emptyTensor(call, out));
    for (std::size_t i = 0; i < result.values.size(); ++i) {
        std::size_t rest = i;
        std::size_t leftIndex = 0;
        std::size_t rightIndex = 0;
        std::size_t leftStep = 1;
        std::size_t rightStep = 1;
        for (std::size_t axis = rank; axis-- > 0;) {
            const std::size_t place = rest % static_cast<std::size_t>(out[axis]);
            rest /= static_cast<std::size_t>(out[axis]);
            leftIndex += left[axis] == 1 ? 0 : place * leftStep;
            rightIndex += right[axis] == 1 ? 0 : place * rightStep;
            leftStep *= static_cast<std::size_t>(left[axis]);
            rightStep *= static_cast<std::size_t>(right[axis]);
        }
        result.values[i] = function(a->values[leftIndex], b->values[rightIndex]);
    }
    return result;
}

Result<OnnxTensor> add(const OnnxCall& call)
{
    return forPairs(call, [](float a, float b) { return a + b; });
}

Result<OnnxTensor> multiply(const OnnxCall& call)
{
    return forPairs(call, [](float a, float b) { return a * b; });
}

Result<OnnxTensor> relu(const OnnxCall& call)
{
    return forEach(call, [](float x) { return std::max(x, 0.0F); });
}

Result<OnnxTensor> erf(const OnnxCall& call)
{
    return forEach(call, [](float x) { return std::erf(x); });
}

Result<OnnxTensor> identity(const OnnxCall& call)
{
    return forEach(call, [](float x) { return x; });
}

Result<OnnxTensor> clip(const OnnxCall& call)
{
    TRAINYARD_TRY(const OnnxTensor* low, needInput(call, 1));
    TRAINYARD_TRY(const OnnxTensor* high, needInput(call, 2));
    if (low->values.size() != 1 || high->values.size() != 1)
        return wrong(call, "limits must be single numbers");
    return forEach(call, [&](float x) { return std::min(std::max(x, low->values[0]), high->values[0]); });
}

/// Rank 4, and the window attributes of Conv and MaxPool.
struct Window
{
    Shape strides;
    Shape pads;
    std::int64_t outHeight = 0;
    std::int64_t outWidth = 0;
};

Result<Window> windowOf(const OnnxCall& call, const Shape& input, std::int64_t kernelHeight,
                        std::int64_t kernelWidth)
{
    Window window{integers(call.node, "strides", {1, 1}), integers(call.node, "pads", {0, 0, 0, 0}), 0, 0};
    const auto isSmall = [](std::int64_t value) { return value >= 0 && value <= 65536; };
    if (input.size() != 4 || window.strides.size() != 2 || window.pads.size() != 4 ||
        integers(call.node, "dilations", {1, 1}) != Shape{1, 1} || kernelHeight < 1 || kernelWidth < 1 ||
        window.strides[0] < 1 || window.strides[1] < 1 ||
        !std::all_of(window.pads.begin(), window.pads.end(), isSmall))
        return wrong(call, "window attributes that Trainyard does not write");
    const std::int64_t height = input[2] + window.pads[0] + window.pads[2] - kernelHeight;
    const std::int64_t width = input[3] + window.pads[1] + window.pads[3] - kernelWidth;
    if (height < 0 || width < 0)
        return wrong(call, "the window is larger than the value " + shapeText(input));
    window.outHeight = height / window.strides[0] + 1;
    window.outWidth = width / window.strides[1] + 1;
    return window;
}

Result<OnnxTensor> convolution(const OnnxCall& call)
{
    TRAINYARD_TRY(const OnnxTensor* input, needInput(call, 0));
    TRAINYARD_TRY(const OnnxTensor* weight, needInput(call, 1));
    const OnnxTensor* bias = call.inputs.size() > 2 ? call.inputs[2] : nullptr;
    const std::int64_t groups = integer(call.node, "group", 1);
    const Shape& w = weight->shape;
    if (input->shape.size() != 4 || w.size() != 4 || groups < 1 || w[0] % groups != 0 ||
        w[1] * groups != input->shape[1] || (bias != nullptr && bias->shape != Shape{w[0]}))
        return wrong(call, "weight " + shapeText(w) + " does not fit the value " + shapeText(input->shape));
    TRAINYARD_TRY(const Window window, windowOf(call, input->shape, w[2], w[3]));
    const Shape out{input->shape[0], w[0], window.outHeight, window.outWidth};
    TRAINYARD_TRY(OnnxTensor result, emptyTensor(call, out));
    const onnx_kernels::Convolution shape{input->shape[0],
                                          groups,
                                          input->shape[1],
                                          input->shape[2],
                                          input->shape[3],
                                          w[0],
                                          window.outHeight,
                                          window.outWidth,
                                          w[2],
                                          w[3],
                                          window.strides[0],
                                          window.strides[1],
                                          window.pads[0],
                                          window.pads[1]};
    result.values = onnx_kernels::convolve(shape, input->values.data(), weight->values.data(),
                                           bias == nullptr ? nullptr : bias->values.data());
    return result;
}

Result<OnnxTensor> maxPool(const OnnxCall& call)
{
    TRAINYARD_TRY(const OnnxTensor* input, needInput(call, 0));
    const Shape kernel = integers(call.node, "kernel_shape", {});
    if (kernel.size() != 2)
        return wrong(call, "kernel_shape must be two numbers");
    TRAINYARD_TRY(const Window window, windowOf(call, input->shape, kernel[0], kernel[1]));
    TRAINYARD_TRY(OnnxTensor result,
                  emptyTensor(call, {input->shape[0], input->shape[1], window.outHeight, window.outWidth}));
    const std::int64_t height = input->shape[2];
    const std::int64_t width = input->shape[3];
    float* to = result.values.data();
    for (std::int64_t plane = 0; plane < input->shape[0] * input->shape[1]; ++plane) {
        const float* values = input->values.data() + plane * height * width;
        for (std::int64_t y = 0; y < window.outHeight; ++y) {
            for (std::int64_t x = 0; x < window.outWidth; ++x) {
                const std::int64_t top = y * window.strides[0] - window.pads[0];
                const std::int64_t left = x * window.strides[1] - window.pads[1];
                float largest = -std::numeric_limits<float>::infinity();
                for (std::int64_t row = std::max<std::int64_t>(top, 0);
                     row < std::min(top + kernel[0], height); ++row)
                    for (std::int64_t column = std::max<std::int64_t>(left, 0);
                         column < std::min(left + kernel[1], width); ++column)
                        largest = std::max(largest, values[row * width + column]);
                *to++ = largest;
            }
        }
    }
    return result;
}

Result<OnnxTensor> globalAveragePool(const OnnxCall& call)
{
    TRAINYARD_TRY(const OnnxTensor* input, needInput(call, 0));
    if (input->shape.size() != 4)
        return wrong(call, "needs four dimensions");
    TRAINYARD_TRY(OnnxTensor result, emptyTensor(call, {input->shape[0], input->shape[1], 1, 1}));
    const std::size_t area = input->values.size() / result.values.size();
    for (std::size_t plane = 0; plane < result.values.size(); ++plane) {
        double sum = 0;
        for (std::size_t i = 0; i < area; ++i)
            sum += input->values[plane * area + i];
        result.values[plane] = static_cast<float>(sum / static_cast<double>(area));
    }
    return result;
}

Result<OnnxTensor> batchNormalization(const OnnxCall& call)
{
    TRAINYARD_TRY(const OnnxTensor* input, needInput(call, 0));
    std::array<const OnnxTensor*, 4> parameters{}; // scale, bias, mean, variance
    for (std::size_t i = 0; i < 4; ++i) {
        TRAINYARD_TRY(parameters[i], needInput(call, i + 1));
        if (input->shape.size() < 2 || parameters[i]->shape != Shape{input->shape[1]})
            return wrong(call, "parameters do not fit the value " + shapeText(input->shape));
    }
    const double epsilon = real(call.node, "epsilon", 1e-5);
    const std::size_t channels = parameters[0]->values.size();
    const std::size_t inner = input->values.size() / static_cast<std::size_t>(input->shape[0]) / channels;
    OnnxTensor result = *input;
    for (std::size_t start = 0; start < result.values.size(); start += inner) {
        const std::size_t c = start / inner % channels;
        const double scale = parameters[0]->values[c] / std::sqrt(parameters[3]->values[c] + epsilon);
        const double shift = parameters[1]->values[c] - parameters[2]->values[c] * scale;
        for (std::size_t i = start; i < start + inner; ++i)
            result.values[i] = static_cast<float>(result.values[i] * scale + shift);
    }
    return result;
}

Result<OnnxTensor> layerNormalization(const OnnxCall& call)
{
    TRAINYARD_TRY(const OnnxTensor* input, needInput(call, 0));
    TRAINYARD_TRY(const OnnxTensor* weight, needInput(call, 1));
    TRAINYARD_TRY(const OnnxTensor* bias, needInput(call, 2));
    if (integer(call.node, "axis", -1) != -1 || input->shape.empty() ||
        weight->shape != Shape{input->shape.back()} || bias->shape != weight->shape)
        return wrong(call, "parameters do not fit the value " + shapeText(input->shape));
    const double epsilon = real(call.node, "epsilon", 1e-5);
    const std::size_t size = weight->values.size();
    OnnxTensor result = *input;
    for (std::size_t start = 0; start < result.values.size(); start += size) {
        float* row = result.values.data() + start;
        double mean = 0;
        double squares = 0;
        for (std::size_t i = 0; i < size; ++i)
            mean += row[i] / static_cast<double>(size);
        for (std::size_t i = 0; i < size; ++i)
            squares += (row[i] - mean) * (row[i] - mean);
        const double factor = 1 / std::sqrt(squares / static_cast<double>(size) + epsilon);
        for (std::size_t i = 0; i < size; ++i)
            row[i] = static_cast<float>((row[i] - mean) * factor * weight->values[i] + bias->values[i]);
    }
    return result;
}

Result<OnnxTensor> softmax(const OnnxCall& call)
{
    TRAINYARD_TRY(const OnnxTensor* input, needInput(call, 0));
    const auto rank = static_cast<std::int64_t>(input->shape.size());
    const std::int64_t written = integer(call.node, "axis", -1);
    if (written < -rank || written >= rank)
        return wrong(call, "axis " + std::to_string(written));
    const auto axis = static_cast<std::size_t>(written < 0 ? written + rank : written);
    const auto length = static_cast<std::size_t>(input->shape[axis]);
    std::size_t inner = 1;
    for (std::size_t i = axis + 1; i < input->shape.size(); ++i)
        inner *= static_cast<std::size_t>(input->shape[i]);
    OnnxTensor result = *input;
    for (std::size_t line = 0; line < result.values.size() / length; ++line) {
        float* first = result.values.data() + line / inner * inner * length + line % inner;
        float largest = first[0];
        for (std::size_t i = 0; i < length; ++i)
            largest = std::max(largest, first[i * inner]);
        double sum = 0;
        for (std::size_t i = 0; i < length; ++i)
            sum += first[i * inner] = std::exp(first[i * inner] - largest);
        for (std::size_t i = 0; i < length; ++i)
            first[i * inner] = static_cast<float>(first[i * inner] / sum);
    }
    return result;
}

Result<OnnxTensor> matMul(const OnnxCall& call)
{
    TRAINYARD_TRY(const OnnxTensor* a, needInput(call, 0));
    TRAINYARD_TRY(const OnnxTensor* b, needInput(call, 1));
    const std::size_t rank = a->shape.size();
    const std::size_t bRank = b->shape.size();
    // Either the same leading dimensions, or one matrix for all.
    const bool isShared = bRank == 2;
    if (rank < 2 || bRank < 2 || a->shape[rank - 1] != b->shape[bRank - 2] ||
        (!isShared &&
         !std::equal(a->shape.begin(), a->shape.end() - 2, b->shape.begin(), b->shape.end() - 2)))
        return wrong(call, "values " + shapeText(a->shape) + " and " + shapeText(b->shape) + " do not fit");
    Shape out = a->shape;
    out.back() = b->shape.back();
    const std::int64_t rows = a->shape[rank - 2];
    const std::int64_t inner = a->shape[rank - 1];
    const std::int64_t columns = b->shape.back();
    TRAINYARD_TRY(OnnxTensor result, emptyTensor(call, out));
    const auto matrices = static_cast<std::int64_t>(a->values.size()) / (rows * inner);
    for (std::int64_t i = 0; i < matrices; ++i)
        onnx_kernels::multiplyAdd(a->values.data() + i * rows * inner,
                                  b->values.data() + (isShared ? 0 : i * inner * columns),
                                  result.values.data() + i * rows * columns, rows, inner, columns);
    return result;
}

Result<OnnxTensor> transpose(const OnnxCall& call)
{
    TRAINYARD_TRY(const OnnxTensor* input, needInput(call, 0));
    const Shape order = integers(call.node, "perm", {});
    Shape sorted = order;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        if (sorted[i] != static_cast<std::int64_t>(i))
            return wrong(call, "perm is no permutation");
    }
    const std::size_t rank = order.size();
    if (rank == 0 || rank != input->shape.size())
        return wrong(call, "perm does not fit the value " + shapeText(input->shape));
    std::vector<std::size_t> steps(rank, 1);
    for (std::size_t axis = rank; axis-- > 1;)
        steps[axis - 1] = steps[axis] * static_cast<std::size_t>(input->shape[axis]);
    Shape out;
    for (const std::int64_t axis : order)
        out.push_back(input->shape[static_cast<std::size_t>(axis)]);
    TRAINYARD_TRY(OnnxTensor result, emptyTensor(call, out));
    for (std::size_t i = 0; i < result.values.size(); ++i) {
        std::size_t rest = i;
        std::size_t source = 0;
        for (std::size_t axis = rank; axis-- > 0;) {
            source +=
                rest % static_cast<std::size_t>(out[axis]) * steps[static_cast<std::size_t>(order[axis])];
            rest /= static_cast<std::size_t>(out[axis]);
        }
        result.values[i] = input->values[source];
    }
    return result;
}

Result<OnnxTensor> gemm(const OnnxCall& call)
{
    TRAINYARD_TRY(const OnnxTensor* input, needInput(call, 0));
    TRAINYARD_TRY(const OnnxTensor* weight, needInput(call, 1));
    const OnnxTensor* bias = call.inputs.size() > 2 ? call.inputs[2] : nullptr;
    if (input->shape.size() != 2 || weight->shape.size() != 2 || input->shape[1] != weight->shape[1] ||
        integer(call.node, "transB", 0) != 1 || (bias != nullptr && bias->shape != Shape{weight->shape[0]}))
        return wrong(call, "weight " + shapeText(weight->shape) + " does not fit the value " +
                               shapeText(input->shape));
    TRAINYARD_TRY(OnnxTensor result, emptyTensor(call, {input->shape[0], weight->shape[0]}));
    const auto in = static_cast<std::size_t>(weight->shape[1]);
    const auto out = static_cast<std::size_t>(weight->shape[0]);
    for (std::size_t i = 0; i < result.values.size(); ++i) {
        const float* row = input->values.data() + i / out * in;
        const float* filter = weight->values.data() + i % out * in;
        double sum = bias == nullptr ? 0.0 : bias->values[i % out];
        for (std::size_t k = 0; k < in; ++k)
            sum += static_cast<double>(row[k]) * filter[k];
        result.values[i] = static_cast<float>(sum);
    }
    return result;
}

Result<OnnxTensor> reshaped(const OnnxCall& call, Shape shape)
{
    TRAINYARD_TRY(const OnnxTensor* input, needInput(call, 0));
    std::int64_t* rest = nullptr;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (shape[i] == 0 && i < input->shape.size()) {
            shape[i] = input->shape[i];
        } else if (shape[i] == -1 && rest == nullptr) {
            rest = &shape[i];
            shape[i] = 1;
        }
    }
    const std::int64_t known = elementCount(shape);
    const auto all = static_cast<std::int64_t>(input->values.size());
    if (known < 1 || all % known != 0 || (rest == nullptr && known != all))
        return wrong(call,
                     "shape " + shapeText(shape) + " does not fit the value " + shapeText(input->shape));
    if (rest != nullptr)
        *rest = all / known;
    return OnnxTensor{std::move(shape), input->values};
}

Result<OnnxTensor> reshape(const OnnxCall& call)
{
    if (call.integers == nullptr)
        return wrong(call, "the shape must be a constant");
    return reshaped(call, *call.integers);
}

Result<OnnxTensor> flatten(const OnnxCall& call)
{
    if (integer(call.node, "axis", 1) != 1)
        return wrong(call, "axis must be 1");
    return reshaped(call, {0, -1});
}

struct OperatorRow
{
    std::string_view type;
    OnnxOperator run;
};

constexpr std::array<OperatorRow, 17> kOperators{{
    {"Add", add},
    {"BatchNormalization", batchNormalization},
    {"Clip", clip},
    {"Conv", convolution},
    {"Erf", erf},
    {"Flatten", flatten},
    {"Gemm", gemm},
    {"GlobalAveragePool", globalAveragePool},
    {"Identity", identity},
    {"LayerNormalization", layerNormalization},
    {"MatMul", matMul},
    {"MaxPool", maxPool},
    {"Mul", multiply},
    {"Relu", relu},
    {"Reshape", reshape},
    {"Softmax", softmax},
    {"Transpose", transpose},
}};

} // namespace

OnnxOperator onnxOperator(std::string_view type)
{
    for (const OperatorRow& row : kOperators) {
        if (row.type == type)
            return row.run;
    }
    return nullptr;
}

} // namespace trainyard
