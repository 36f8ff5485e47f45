// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/release/onnx_kernels.h"

#include <algorithm>

namespace trainyard::onnx_kernels {

namespace {

constexpr std::int64_t kTileRows = 4;
constexpr std::int64_t kTileColumns = 16;
constexpr std::int64_t kBlockInner = 256;

/// One tile of c in registers, over a stretch of the inner dimension.
void multiplyTile(const float* a, const float* b, float* c, std::int64_t inner, std::int64_t aStep,
                  std::int64_t bStep)
{
    float sums[kTileRows][kTileColumns];
    for (std::int64_t i = 0; i < kTileRows; ++i)
        std::copy_n(c + i * bStep, kTileColumns, sums[i]);
    for (std::int64_t k = 0; k < inner; ++k) {
        const float* row = b + k * bStep;
        for (std::int64_t i = 0; i < kTileRows; ++i) {
            const float factor = a[i * aStep + k];
            for (std::int64_t j = 0; j < kTileColumns; ++j)
                sums[i][j] += factor * row[j];
        }
    }
    for (std::int64_t i = 0; i < kTileRows; ++i)
        std::copy_n(sums[i], kTileColumns, c + i * bStep);
}

/// What is left over at the edges.
void multiplyRest(const float* a, const float* b, float* c, std::int64_t rows, std::int64_t inner,
                  std::int64_t columns, std::int64_t aStep, std::int64_t bStep)
{
    for (std::int64_t i = 0; i < rows; ++i) {
        for (std::int64_t k = 0; k < inner; ++k) {
            const float factor = a[i * aStep + k];
            for (std::int64_t j = 0; j < columns; ++j)
                c[i * bStep + j] += factor * b[k * bStep + j];
        }
    }
}

/// The pixels under one window position and channel, row by row of the output: the matrix that a convolution
/// multiplies.
void gatherWindows(const Convolution& shape, const float* input, std::int64_t channels,
                   std::vector<float>& columns)
{
    const std::int64_t area = shape.outHeight * shape.outWidth;
    columns.assign(static_cast<std::size_t>(channels * shape.kernelHeight * shape.kernelWidth * area), 0.0F);
    float* target = columns.data();
    for (std::int64_t c = 0; c < channels; ++c) {
        const float* plane = input + c * shape.inHeight * shape.inWidth;
        for (std::int64_t ky = 0; ky < shape.kernelHeight; ++ky) {
            for (std::int64_t kx = 0; kx < shape.kernelWidth; ++kx, target += area) {
                for (std::int64_t y = 0; y < shape.outHeight; ++y) {
                    const std::int64_t row = y * shape.strideY + ky - shape.padTop;
                    if (row < 0 || row >= shape.inHeight)
                        continue;
                    for (std::int64_t x = 0; x < shape.outWidth; ++x) {
                        const std::int64_t column = x * shape.strideX + kx - shape.padLeft;
                        if (column >= 0 && column < shape.inWidth)
                            target[y * shape.outWidth + x] = plane[row * shape.inWidth + column];
                    }
                }
            }
        }
    }
}

bool isPointwise(const Convolution& shape)
{
    return shape.kernelHeight == 1 && shape.kernelWidth == 1 && shape.strideY == 1 && shape.strideX == 1 &&
           shape.outHeight == shape.inHeight && shape.outWidth == shape.inWidth && shape.padTop == 0 &&
           shape.padLeft == 0;
}

} // namespace

void multiplyAdd(const float* a, const float* b, float* c, std::int64_t rows, std::int64_t inner,
                 std::int64_t columns)
{
    const std::int64_t tiledRows = rows / kTileRows * kTileRows;
    const std::int64_t tiledColumns = columns / kTileColumns * kTileColumns;
    for (std::int64_t k = 0; k < inner; k += kBlockInner) {
        const std::int64_t part = std::min(kBlockInner, inner - k);
        const float* left = a + k;
        const float* right = b + k * columns;
        for (std::int64_t j = 0; j < tiledColumns; j += kTileColumns) {
            for (std::int64_t i = 0; i < tiledRows; i += kTileRows)
                multiplyTile(left + i * inner, right + j, c + i * columns + j, part, inner, columns);
        }
        multiplyRest(left, right + tiledColumns, c + tiledColumns, tiledRows, part, columns - tiledColumns,
                     inner, columns);
        multiplyRest(left + tiledRows * inner, right, c + tiledRows * columns, rows - tiledRows, part,
                     columns, inner, columns);
    }
}

std::vector<float> convolve(const Convolution& shape, const float* input, const float* weight,
                            const float* bias)
{
    const std::int64_t outArea = shape.outHeight * shape.outWidth;
    const std::int64_t inArea = shape.inHeight * shape.inWidth;
    const std::int64_t groupIn = shape.inChannels / shape.groups;
    const std::int64_t groupOut = shape.outChannels / shape.groups;
    const std::int64_t taps = groupIn * shape.kernelHeight * shape.kernelWidth;
    std::vector<float> output(static_cast<std::size_t>(shape.batch * shape.outChannels * outArea));
    std::vector<float> columns;
    for (std::int64_t n = 0; n < shape.batch; ++n) {
        for (std::int64_t g = 0; g < shape.groups; ++g) {
            const float* planes = input + (n * shape.inChannels + g * groupIn) * inArea;
            float* to = output.data() + (n * shape.outChannels + g * groupOut) * outArea;
            for (std::int64_t o = 0; bias != nullptr && o < groupOut; ++o)
                std::fill_n(to + o * outArea, outArea, bias[g * groupOut + o]);
            if (!isPointwise(shape)) {
                gatherWindows(shape, planes, groupIn, columns);
                planes = columns.data();
            }
            multiplyAdd(weight + g * groupOut * taps, planes, to, groupOut, taps, outArea);
        }
    }
    return output;
}

} // namespace trainyard::onnx_kernels
