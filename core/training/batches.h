// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/dataset.h"
#include "core/training/run_folder.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace trainyard {

/// Which training items make which batch. Every epoch sees every item once, in an order that depends on seed
/// and epoch alone; the last batch may be smaller, but a single left-over item joins the batch before it
/// (batch norm has no variance of one).
class BatchPlan
{
public:
    BatchPlan(std::int64_t items, std::int64_t batchSize, std::uint64_t seed);

    [[nodiscard]] std::int64_t stepsPerEpoch() const { return m_steps; }
    /// The order of an epoch (from 0): indices of training items.
    [[nodiscard]] std::vector<std::uint32_t> order(std::int64_t epoch) const;
    /// First place in the order and length of a batch (from 0) of an epoch.
    [[nodiscard]] std::pair<std::int64_t, std::int64_t> range(std::int64_t batch) const;

private:
    std::int64_t m_items;
    std::int64_t m_batchSize;
    std::uint64_t m_seed;
    std::int64_t m_steps;
};

/// Indices into Dataset::items of one split, rising.
std::vector<std::int64_t> splitRows(const Dataset& dataset, Split split);

/// The items of the batch of a step (from 1, as reports count), in their order; empty for a step outside the
/// run.
std::vector<ItemId> batchItems(const ResolvedRecipe& resolved, const Dataset& dataset, std::int64_t step);

} // namespace trainyard
