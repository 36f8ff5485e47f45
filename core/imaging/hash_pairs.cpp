// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/perceptual_hash.h"

#include <algorithm>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace trainyard {

namespace {

using Pairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

/// Finds the partners j in [from, to) of hash i. The wide code stands in functions of its own that share
/// nothing with the rest, so that the program still starts on a processor without it.
using Finder = void (*)(const std::uint64_t* hashes, std::size_t i, std::size_t from, std::size_t to,
                        int radius, Pairs& pairs);

void findPlain(const std::uint64_t* hashes, std::size_t i, std::size_t from, std::size_t to, int radius,
               Pairs& pairs)
{
    const std::uint64_t query = hashes[i];
    for (std::size_t j = from; j < to; ++j)
        if (std::popcount(query ^ hashes[j]) <= radius)
            pairs.emplace_back(static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(j));
}

#if defined(__x86_64__)

__attribute__((target("popcnt"))) void findPopcnt(const std::uint64_t* hashes, std::size_t i,
                                                  std::size_t from, std::size_t to, int radius, Pairs& pairs)
{
    const std::uint64_t query = hashes[i];
    for (std::size_t j = from; j < to; ++j)
        if (_mm_popcnt_u64(query ^ hashes[j]) <= radius)
            pairs.emplace_back(static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(j));
}

__attribute__((target("avx512f,avx512vpopcntdq"))) void findAvx512(const std::uint64_t* hashes, std::size_t i,
                                                                   std::size_t from, std::size_t to,
                                                                   int radius, Pairs& pairs)
{
    const __m512i query = _mm512_set1_epi64(static_cast<long long>(hashes[i]));
    const __m512i limit = _mm512_set1_epi64(radius);
    for (std::size_t j = from; j < to; j += 8) {
        const auto lanes = static_cast<__mmask8>(to - j >= 8 ? 0xFF : (1U << (to - j)) - 1);
        const __m512i others = _mm512_maskz_loadu_epi64(lanes, hashes + j);
        const __m512i distances = _mm512_popcnt_epi64(_mm512_xor_si512(query, others));
        unsigned hits = _mm512_mask_cmple_epu64_mask(lanes, distances, limit);
        for (; hits != 0; hits &= hits - 1)
            pairs.emplace_back(static_cast<std::uint32_t>(i),
                               static_cast<std::uint32_t>(j + std::countr_zero(hits)));
    }
}

#endif

Finder finder()
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vpopcntdq"))
        return findAvx512;
    if (__builtin_cpu_supports("popcnt"))
        return findPopcnt;
#endif
    return findPlain;
}

} // namespace

std::vector<std::pair<std::uint32_t, std::uint32_t>> pairsWithin(const std::vector<std::uint64_t>& hashes,
                                                                 int radius)
{
    constexpr std::size_t kQueries = 256;
    constexpr std::size_t kOthers = 2048; // 16 KiB: half of a first-level cache
    Pairs pairs;
    if (radius < 0)
        return pairs;
    const Finder find = finder();
    const std::size_t count = hashes.size();
    for (std::size_t block = 0; block < count; block += kQueries) {
        const std::size_t blockEnd = std::min(count, block + kQueries);
        const std::size_t before = pairs.size();
        for (std::size_t other = block; other < count; other += kOthers) {
            const std::size_t otherEnd = std::min(count, other + kOthers);
            for (std::size_t i = block; i < blockEnd; ++i)
                if (std::max(other, i + 1) < otherEnd)
                    find(hashes.data(), i, std::max(other, i + 1), otherEnd, radius, pairs);
        }
        std::sort(pairs.begin() + static_cast<std::ptrdiff_t>(before), pairs.end());
    }
    return pairs;
}

} // namespace trainyard
