// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/initialise.h"

#include "core/base/assert.h"
#include "core/base/random.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

namespace trainyard {

namespace {

using Draw = double (*)(CounterRandom& random, double fanIn);

struct Initialiser
{
    const char* name;
    Draw draw;
};

constexpr std::array<Initialiser, 4> kInitialisers{{
    {"kaiming-normal",
     [](CounterRandom& random, double fanIn) { return random.normal() * std::sqrt(2.0 / fanIn); }},
    {"uniform-fan-in",
     [](CounterRandom& random, double fanIn) {
         const double bound = 1.0 / std::sqrt(fanIn);
         return random.uniform(-bound, bound);
     }},
    {"zeros", [](CounterRandom&, double) { return 0.0; }},
    {"ones", [](CounterRandom&, double) { return 1.0; }},
}};

/// FNV-1a with 64 bits: a key from a name that is the same everywhere.
std::uint64_t nameKey(std::string_view name)
{
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char c : name)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return hash;
}

} // namespace

bool isInitialiser(std::string_view name)
{
    return std::any_of(kInitialisers.begin(), kInitialisers.end(),
                       [&](const Initialiser& initialiser) { return initialiser.name == name; });
}

std::vector<float> initialValues(const ParameterSpec& parameter, std::uint64_t seed)
{
    const auto* initialiser =
        std::find_if(kInitialisers.begin(), kInitialisers.end(),
                     [&](const Initialiser& one) { return one.name == parameter.initialiser; });
    TRAINYARD_ASSERT(initialiser != kInitialisers.end());
    std::int64_t count = 1;
    for (const std::int64_t size : parameter.shape)
        count *= size;
    const double fanIn =
        parameter.shape.empty() ? 1.0 : static_cast<double>(count) / static_cast<double>(parameter.shape[0]);
    CounterRandom random(seed, RandomPurpose::Initialise, nameKey(parameter.name), 0);
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& value : values)
        value = static_cast<float>(initialiser->draw(random, fanIn));
    return values;
}

} // namespace trainyard
