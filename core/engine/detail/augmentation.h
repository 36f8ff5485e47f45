// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/network/preprocess.h"
#include "core/training/recipe.h"

#include <cstdint>
#include <vector>

namespace trainyard::detail {

/// What may happen to a training picture.
struct Augmentation
{
    bool flipsHorizontally = false;
    bool flipsVertically = false;
    double cropScale = 1.0;
    std::int64_t cropPadding = 0;
    double colourJitter = 0.0;

    [[nodiscard]] bool isNone() const
    {
        return !flipsHorizontally && !flipsVertically && cropScale >= 1.0 && cropPadding == 0 &&
               colourJitter <= 0.0;
    }
};
Augmentation augmentationOf(const Recipe& recipe);

/// Turns uint8 RGB pictures of one size into the network's input: (value - mean) / scale, row by row with
/// channels last. One thread at a time.
class PictureWriter
{
public:
    explicit PictureWriter(const Preprocess& preprocess);

    void writePlain(const std::uint8_t* pixels, float* out) const;
    /// Random resized crop (area cropScale..1, shape 3/4..4/3, bilinear), shift by up to cropPadding with
    /// mirrored border, flips, then brightness, contrast and saturation as torchvision defines them; all by
    /// `random`.
    void writeAugmented(const std::uint8_t* pixels, const Augmentation& augmentation, CounterRandom random,
                        float* out);

private:
    struct Tap
    {
        int low = 0;
        int high = 0;
        float share = 0; ///< of high
    };
    static void fillTaps(std::vector<Tap>& taps, int size, double start, double length, bool isFlipped);
    void sample(const std::uint8_t* pixels, float* out) const;
    void jitter(float* values, double amount, CounterRandom& random) const;
    void normalise(float* values) const;

    int m_width;
    int m_height;
    float m_mean[3];
    float m_scale[3];
    std::vector<float> m_table; ///< 3 * 256 normalised values
    std::vector<Tap> m_columns;
    std::vector<Tap> m_rows;
};

} // namespace trainyard::detail
