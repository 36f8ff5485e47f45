// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/detail/augmentation.h"

#include <algorithm>
#include <cmath>

namespace trainyard::detail {

namespace {

/// A rectangle of the source in pixels; may reach over the border, where the picture is mirrored.
struct Window
{
    double left = 0;
    double top = 0;
    double width = 0;
    double height = 0;
};

/// The mirrored index of a border that repeats no edge pixel: -1 is 1, size is size - 2.
int mirrored(int index, int size)
{
    if (size == 1)
        return 0;
    const int period = 2 * (size - 1);
    index = ((index % period) + period) % period;
    return index < size ? index : period - index;
}

/// torchvision's RandomResizedCrop: ten tries of area and shape, else the whole picture.
Window randomCrop(int width, int height, double smallestArea, CounterRandom& random)
{
    const double area = static_cast<double>(width) * height;
    for (int attempt = 0; attempt < 10; ++attempt) {
        const double target = area * random.uniform(smallestArea, 1.0);
        const double shape = std::exp(random.uniform(std::log(3.0 / 4.0), std::log(4.0 / 3.0)));
        const double cropWidth = std::sqrt(target * shape);
        const double cropHeight = std::sqrt(target / shape);
        if (cropWidth <= width && cropHeight <= height)
            return {random.uniform(0.0, width - cropWidth), random.uniform(0.0, height - cropHeight),
                    cropWidth, cropHeight};
    }
    return {0, 0, static_cast<double>(width), static_cast<double>(height)};
}

float clamped(float value)
{
    return std::clamp(value, 0.0F, 255.0F);
}

float grey(const float* rgb)
{
    return 0.299F * rgb[0] + 0.587F * rgb[1] + 0.114F * rgb[2]; // ITU-R BT.601
}

} // namespace

Augmentation augmentationOf(const Recipe& recipe)
{
    return {recipe.flipsHorizontally, recipe.flipsVertically, recipe.cropScale, recipe.cropPadding,
            recipe.colourJitter};
}

PictureWriter::PictureWriter(const Preprocess& preprocess)
    : m_width(preprocess.width), m_height(preprocess.height)
{
    m_table.resize(3 * 256);
    for (std::size_t channel = 0; channel < 3; ++channel) {
        m_mean[channel] = static_cast<float>(preprocess.mean[channel]);
        m_scale[channel] = static_cast<float>(preprocess.scale[channel]);
        for (std::size_t value = 0; value < 256; ++value)
            m_table[channel * 256 + value] = (static_cast<float>(value) - m_mean[channel]) / m_scale[channel];
    }
    m_columns.resize(static_cast<std::size_t>(m_width));
    m_rows.resize(static_cast<std::size_t>(m_height));
}

void PictureWriter::writePlain(const std::uint8_t* pixels, float* out) const
{
    const std::size_t count = static_cast<std::size_t>(m_width) * static_cast<std::size_t>(m_height);
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t channel = 0; channel < 3; ++channel)
            out[i * 3 + channel] = m_table[channel * 256 + pixels[i * 3 + channel]];
    }
}

void PictureWriter::fillTaps(std::vector<Tap>& taps, int size, double start, double length, bool isFlipped)
{
    const double step = length / size;
    for (int i = 0; i < size; ++i) {
        const double at = start + (i + 0.5) * step - 0.5;
        const double whole = std::floor(at);
        Tap tap{mirrored(static_cast<int>(whole), size), mirrored(static_cast<int>(whole) + 1, size),
                static_cast<float>(at - whole)};
        taps[static_cast<std::size_t>(isFlipped ? size - 1 - i : i)] = tap;
    }
}

void PictureWriter::sample(const std::uint8_t* pixels, float* out) const
{
    const auto stride = static_cast<std::size_t>(m_width) * 3;
    for (const Tap& row : m_rows) {
        const std::uint8_t* upper = pixels + static_cast<std::size_t>(row.low) * stride;
        const std::uint8_t* lower = pixels + static_cast<std::size_t>(row.high) * stride;
        for (const Tap& column : m_columns) {
            const std::size_t left = static_cast<std::size_t>(column.low) * 3;
            const std::size_t right = static_cast<std::size_t>(column.high) * 3;
            for (std::size_t channel = 0; channel < 3; ++channel) {
                const float a = upper[left + channel];
                const float b = lower[left + channel];
                const float top = a + (upper[right + channel] - a) * column.share;
                const float bottom = b + (lower[right + channel] - b) * column.share;
                *out++ = top + (bottom - top) * row.share;
            }
        }
    }
}

void PictureWriter::jitter(float* values, double amount, CounterRandom& random) const
{
    const std::size_t count = static_cast<std::size_t>(m_width) * static_cast<std::size_t>(m_height);
    const auto brightness = static_cast<float>(random.uniform(1.0 - amount, 1.0 + amount));
    const auto contrast = static_cast<float>(random.uniform(1.0 - amount, 1.0 + amount));
    const auto saturation = static_cast<float>(random.uniform(1.0 - amount, 1.0 + amount));
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
        float* rgb = values + i * 3;
        for (std::size_t channel = 0; channel < 3; ++channel)
            rgb[channel] = clamped(rgb[channel] * brightness);
        sum += static_cast<double>(grey(rgb));
    }
    const auto mean = static_cast<float>(sum / static_cast<double>(count));
    for (std::size_t i = 0; i < count; ++i) {
        float* rgb = values + i * 3;
        for (std::size_t channel = 0; channel < 3; ++channel)
            rgb[channel] = clamped(mean + (rgb[channel] - mean) * contrast);
        const float level = grey(rgb);
        for (std::size_t channel = 0; channel < 3; ++channel)
            rgb[channel] = clamped(level + (rgb[channel] - level) * saturation);
    }
}

void PictureWriter::normalise(float* values) const
{
    const std::size_t count = static_cast<std::size_t>(m_width) * static_cast<std::size_t>(m_height);
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t channel = 0; channel < 3; ++channel)
            values[i * 3 + channel] = (values[i * 3 + channel] - m_mean[channel]) / m_scale[channel];
    }
}

void PictureWriter::writeAugmented(const std::uint8_t* pixels, const Augmentation& augmentation,
                                   CounterRandom random, float* out)
{
    Window window{0, 0, static_cast<double>(m_width), static_cast<double>(m_height)};
    if (augmentation.cropScale < 1.0)
        window = randomCrop(m_width, m_height, augmentation.cropScale, random);
    if (augmentation.cropPadding > 0) {
        const auto places = static_cast<std::uint64_t>(2 * augmentation.cropPadding + 1);
        window.left +=
            static_cast<double>(random.below(places)) - static_cast<double>(augmentation.cropPadding);
        window.top +=
            static_cast<double>(random.below(places)) - static_cast<double>(augmentation.cropPadding);
    }
    const bool isMirrored = augmentation.flipsHorizontally && random.uniform() < 0.5;
    const bool isTurned = augmentation.flipsVertically && random.uniform() < 0.5;
    fillTaps(m_columns, m_width, window.left, window.width, isMirrored);
    fillTaps(m_rows, m_height, window.top, window.height, isTurned);
    sample(pixels, out);
    if (augmentation.colourJitter > 0.0)
        jitter(out, augmentation.colourJitter, random);
    normalise(out);
}

} // namespace trainyard::detail
