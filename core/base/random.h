// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace trainyard {

/// What a random number is for; part of its key, so that two uses never share a stream.
enum class RandomPurpose : std::uint64_t {
    Shuffle = 1,
    Augment = 2,
    Initialise = 3,
    Dropout = 4,
    Fold = 5,
    Sample = 6,
    Plant = 7,
    Bootstrap = 8
};

/// 64 random bits that depend on nothing but the key: any number of threads, any order, the same result.
/// SplitMix64's finaliser (Steele, Lea, Flood 2014) applied to each part of the key in turn.
std::uint64_t counterRandom(std::uint64_t seed, RandomPurpose purpose, std::uint64_t epoch,
                            std::uint64_t index, std::uint64_t draw = 0);

/// A stream of draws for one key; cheap to make, nothing to save.
class CounterRandom
{
public:
    CounterRandom(std::uint64_t seed, RandomPurpose purpose, std::uint64_t epoch, std::uint64_t index)
        : m_seed(seed), m_purpose(purpose), m_epoch(epoch), m_index(index)
    {
    }

    std::uint64_t next() { return counterRandom(m_seed, m_purpose, m_epoch, m_index, m_draw++); }
    /// In [0, 1), 53 bits.
    double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    /// In [0, count), without modulo bias that could be seen (Lemire 2019, multiply-shift).
    std::uint64_t below(std::uint64_t count);
    /// Standard normal by Box and Muller.
    double normal();

private:
    std::uint64_t m_seed;
    RandomPurpose m_purpose;
    std::uint64_t m_epoch;
    std::uint64_t m_index;
    std::uint64_t m_draw = 0;
};

/// The numbers 0 .. count-1 in the order of one epoch (Fisher and Yates).
std::vector<std::uint32_t> permutation(std::uint32_t count, std::uint64_t seed, RandomPurpose purpose,
                                       std::uint64_t epoch);

} // namespace trainyard
