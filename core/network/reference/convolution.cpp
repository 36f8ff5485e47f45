// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/reference/operations.h"

#include <algorithm>
#include <limits>

namespace trainyard::reference_operations {

namespace {

struct Picture
{
    std::int64_t height = 0;
    std::int64_t width = 0;
};

/// The outputs along one axis whose input position (output * stride + offset) lies inside: [first, last).
struct Span
{
    std::int64_t first = 0;
    std::int64_t last = 0;
};

Span insideSpan(std::int64_t offset, std::int64_t stride, std::int64_t inputSize, std::int64_t outputSize)
{
    const std::int64_t first = offset >= 0 ? 0 : (-offset + stride - 1) / stride;
    const std::int64_t last = inputSize - 1 - offset < 0 ? 0 : (inputSize - 1 - offset) / stride + 1;
    return {std::min(first, outputSize), std::clamp(last, first, std::max(first, outputSize))};
}

/// output += weight * input shifted by (dy, dx), where the input exists: one tap of one filter.
void addTap(double weight, const double* input, Picture in, double* output, Picture out, std::int64_t stride,
            std::int64_t dy, std::int64_t dx)
{
    const Span rows = insideSpan(dy, stride, in.height, out.height);
    const Span columns = insideSpan(dx, stride, in.width, out.width);
    for (std::int64_t y = rows.first; y < rows.last; ++y) {
        const double* from = input + (y * stride + dy) * in.width + dx;
        double* to = output + y * out.width;
        for (std::int64_t x = columns.first; x < columns.last; ++x)
            to[x] += weight * from[x * stride];
    }
}

} // namespace

ReferenceTensor conv2d(const ReferenceCall& call)
{
    const ReferenceTensor& input = *call.inputs[0];
    const ReferenceTensor& weight = *call.parameters.at("weight");
    const auto bias = call.parameters.find("bias");
    const std::int64_t stride = integerAttribute(call.operation, "stride");
    const std::int64_t groups = integerAttribute(call.operation, "groups");
    const Picture in{input.shape[2], input.shape[3]};
    const Picture out{call.outputShape[2], call.outputShape[3]};
    const std::int64_t inChannels = input.shape[1];
    const std::int64_t outChannels = weight.shape[0];
    const std::int64_t groupIn = weight.shape[1];
    const std::int64_t kernelHeight = weight.shape[2];
    const std::int64_t kernelWidth = weight.shape[3];
    const WindowPadding pad = windowPadding(call.operation, in.height, in.width, kernelHeight, kernelWidth);
    ReferenceTensor result{call.outputShape,
                           std::vector<double>(static_cast<std::size_t>(elementCount(call.outputShape)))};
    for (std::int64_t n = 0; n < input.shape[0]; ++n) {
        for (std::int64_t o = 0; o < outChannels; ++o) {
            double* output = result.values.data() + (n * outChannels + o) * out.height * out.width;
            if (bias != call.parameters.end())
                std::fill(output, output + out.height * out.width,
                          bias->second->values[static_cast<std::size_t>(o)]);
            const std::int64_t firstChannel = o / (outChannels / groups) * groupIn;
            for (std::int64_t c = 0; c < groupIn; ++c) {
                const double* plane =
                    input.values.data() + (n * inChannels + firstChannel + c) * in.height * in.width;
                const double* taps = weight.values.data() + (o * groupIn + c) * kernelHeight * kernelWidth;
                for (std::int64_t ky = 0; ky < kernelHeight; ++ky) {
                    for (std::int64_t kx = 0; kx < kernelWidth; ++kx)
                        addTap(taps[ky * kernelWidth + kx], plane, in, output, out, stride, ky - pad.top,
                               kx - pad.left);
                }
            }
        }
    }
    return result;
}

ReferenceTensor maxPool(const ReferenceCall& call)
{
    const ReferenceTensor& input = *call.inputs[0];
    const std::int64_t kernel = integerAttribute(call.operation, "kernel");
    const std::int64_t stride = integerAttribute(call.operation, "stride");
    const std::int64_t height = input.shape[2];
    const std::int64_t width = input.shape[3];
    const WindowPadding pad = windowPadding(call.operation, height, width, kernel, kernel);
    ReferenceTensor result{call.outputShape, {}};
    for (std::int64_t plane = 0; plane < input.shape[0] * input.shape[1]; ++plane) {
        const double* values = input.values.data() + plane * height * width;
        for (std::int64_t y = 0; y < call.outputShape[2]; ++y) {
            for (std::int64_t x = 0; x < call.outputShape[3]; ++x) {
                double largest = -std::numeric_limits<double>::infinity();
                const std::int64_t top = y * stride - pad.top;
                const std::int64_t left = x * stride - pad.left;
                for (std::int64_t row = std::max<std::int64_t>(top, 0); row < std::min(top + kernel, height);
                     ++row) {
                    for (std::int64_t column = std::max<std::int64_t>(left, 0);
                         column < std::min(left + kernel, width); ++column)
                        largest = std::max(largest, values[row * width + column]);
                }
                result.values.push_back(largest);
            }
        }
    }
    return result;
}

ReferenceTensor globalAveragePool(const ReferenceCall& call)
{
    const ReferenceTensor& input = *call.inputs[0];
    const std::int64_t area = input.shape[2] * input.shape[3];
    ReferenceTensor result{call.outputShape, {}};
    for (std::int64_t plane = 0; plane < input.shape[0] * input.shape[1]; ++plane) {
        double sum = 0;
        for (std::int64_t i = 0; i < area; ++i)
            sum += input.values[static_cast<std::size_t>(plane * area + i)];
        result.values.push_back(sum / static_cast<double>(area));
    }
    return result;
}

} // namespace trainyard::reference_operations
