// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/engine/training_cases.h"

#include "core/base/assert.h"
#include "core/base/random.h"
#include "core/storage/io_env.h"

namespace trainyard::test {

namespace {

constexpr int kClasses = 3;

std::vector<std::uint8_t> picture(std::int64_t item, int edge)
{
    CounterRandom random(5, RandomPurpose::Sample, 0, static_cast<std::uint64_t>(item));
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(edge * edge * 3));
    for (std::size_t i = 0; i < pixels.size(); ++i) {
        const bool isBright = static_cast<std::int64_t>(i % 3) == item % kClasses;
        pixels[i] = static_cast<std::uint8_t>(random.next() % 128 + (isBright ? 16 : 0));
    }
    return pixels;
}

} // namespace

MemoryPack::MemoryPack(int edge, std::vector<std::vector<std::uint8_t>> pictures, std::vector<std::int64_t> ids)
    : m_edge(edge), m_pictures(std::move(pictures)), m_ids(std::move(ids))
{
}

PackShape MemoryPack::shape() const
{
    return {static_cast<std::int64_t>(m_ids.size()), m_edge, m_edge};
}

std::span<const std::uint8_t> MemoryPack::pixels(std::int64_t index) const
{
    return m_pictures[static_cast<std::size_t>(index)];
}

SmallDataset smallDataset(std::int64_t train, std::int64_t validation, int edge)
{
    SmallDataset small;
    std::vector<std::vector<std::uint8_t>> pictures;
    std::vector<std::int64_t> ids;
    for (std::int64_t i = 0; i < train + validation; ++i) {
        DatasetItem item;
        item.item = 100 + i;
        item.split = i < train ? Split::Train : Split::Validation;
        item.label = static_cast<std::int32_t>(i % kClasses);
        small.dataset.items.push_back(item);
        pictures.push_back(picture(i, edge));
        ids.push_back(item.item);
    }
    small.dataset.labels = {"red", "green", "blue"};
    small.dataset.hash = std::string(64, '7');
    small.pack = std::make_unique<MemoryPack>(edge, std::move(pictures), std::move(ids));
    return small;
}

Recipe smallRecipe()
{
    Recipe recipe;
    recipe.network = "resnet-small";
    recipe.inputEdge = 16;
    recipe.precision = "float32";
    recipe.device = "cpu";
    recipe.threads = 2;
    recipe.flipsHorizontally = false;
    return recipe;
}

void makeRun(const std::filesystem::path& folder, const Recipe& recipe, const Dataset& dataset)
{
    TRAINYARD_ASSERT(makeFolders(posixIo(), folder / "checkpoints").has_value());
    const auto resolved = resolveRecipe(recipe, dataset);
    TRAINYARD_ASSERT(resolved.has_value());
    TRAINYARD_ASSERT(saveResolved(folder, *resolved).has_value());
}

} // namespace trainyard::test
