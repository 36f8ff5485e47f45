// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

/// The two loops of the ONNX evaluator that have to be fast.
namespace trainyard::onnx_kernels {

/// c[rows x columns] += a[rows x inner] b[inner x columns], row-major.
void multiplyAdd(const float* a, const float* b, float* c, std::int64_t rows, std::int64_t inner,
                 std::int64_t columns);

struct Convolution
{
    std::int64_t batch = 1;
    std::int64_t groups = 1;
    std::int64_t inChannels = 0;
    std::int64_t inHeight = 0;
    std::int64_t inWidth = 0;
    std::int64_t outChannels = 0;
    std::int64_t outHeight = 0;
    std::int64_t outWidth = 0;
    std::int64_t kernelHeight = 0;
    std::int64_t kernelWidth = 0;
    std::int64_t strideY = 1;
    std::int64_t strideX = 1;
    std::int64_t padTop = 0;
    std::int64_t padLeft = 0;
};

/// `bias` may be nullptr.
std::vector<float> convolve(const Convolution& shape, const float* input, const float* weight,
                            const float* bias);

} // namespace trainyard::onnx_kernels
