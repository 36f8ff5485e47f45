// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"

#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

namespace trainyard {

namespace {

std::uint64_t mix(std::uint64_t x)
{
    x += 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

} // namespace

std::uint64_t counterRandom(std::uint64_t seed, RandomPurpose purpose, std::uint64_t epoch,
                            std::uint64_t index, std::uint64_t draw)
{
    std::uint64_t h = mix(seed);
    h = mix(h ^ static_cast<std::uint64_t>(purpose));
    h = mix(h ^ epoch);
    h = mix(h ^ index);
    return mix(h ^ draw);
}

std::uint64_t CounterRandom::below(std::uint64_t count)
{
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((static_cast<Wide>(next()) * count) >> 64);
}

double CounterRandom::normal()
{
    const double u = 1.0 - uniform();
    const double v = uniform();
    return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v);
}

std::vector<std::uint32_t> permutation(std::uint32_t count, std::uint64_t seed, RandomPurpose purpose,
                                       std::uint64_t epoch)
{
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0U);
    CounterRandom random(seed, purpose, epoch, ~0ULL);
    for (std::uint32_t i = count; i > 1; --i)
        std::swap(order[i - 1], order[random.below(i)]);
    return order;
}

} // namespace trainyard
