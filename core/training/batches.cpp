// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/batches.h"

#include "core/base/random.h"

#include <algorithm>

namespace trainyard {

BatchPlan::BatchPlan(std::int64_t items, std::int64_t batchSize, std::uint64_t seed)
    : m_items(items), m_batchSize(std::max<std::int64_t>(batchSize, 1)), m_seed(seed),
      m_steps((items + m_batchSize - 1) / m_batchSize)
{
    if (m_steps > 1 && m_batchSize > 1 && m_items % m_batchSize == 1)
        --m_steps;
}

std::vector<std::uint32_t> BatchPlan::order(std::int64_t epoch) const
{
    return permutation(static_cast<std::uint32_t>(m_items), m_seed, RandomPurpose::Shuffle,
                       static_cast<std::uint64_t>(epoch));
}

std::pair<std::int64_t, std::int64_t> BatchPlan::range(std::int64_t batch) const
{
    const std::int64_t first = batch * m_batchSize;
    return {first, batch + 1 == m_steps ? m_items - first : m_batchSize};
}

std::vector<std::int64_t> splitRows(const Dataset& dataset, Split split)
{
    std::vector<std::int64_t> rows;
    for (std::size_t i = 0; i < dataset.items.size(); ++i) {
        if (dataset.items[i].split == split)
            rows.push_back(static_cast<std::int64_t>(i));
    }
    return rows;
}

std::vector<ItemId> batchItems(const ResolvedRecipe& resolved, const Dataset& dataset, std::int64_t step)
{
    const std::vector<std::int64_t> rows = splitRows(dataset, Split::Train);
    const BatchPlan plan(static_cast<std::int64_t>(rows.size()), resolved.recipe.batchSize,
                         resolved.recipe.seed);
    std::vector<ItemId> items;
    if (step < 1 || plan.stepsPerEpoch() == 0 || step > resolved.recipe.epochs * plan.stepsPerEpoch())
        return items;
    const auto order = plan.order((step - 1) / plan.stepsPerEpoch());
    const auto [first, count] = plan.range((step - 1) % plan.stepsPerEpoch());
    for (std::int64_t i = first; i < first + count; ++i)
        items.push_back(
            dataset.items[static_cast<std::size_t>(rows[order[static_cast<std::size_t>(i)]])].item);
    return items;
}

} // namespace trainyard
