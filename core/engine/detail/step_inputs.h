// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/dataset.h"
#include "core/engine/detail/batch_loader.h"
#include "core/engine/detail/training_network.h"
#include "core/storage/pack_file.h"
#include "core/training/batches.h"
#include "core/training/run_folder.h"

#include <functional>
#include <memory>
#include <vector>

namespace trainyard::detail {

struct StepInput
{
    at::Tensor input; ///< pictures [n, 3, h, w], or embeddings [n, d]
    at::Tensor labels;
    std::vector<ItemId> items;
    bool isEmbedded = false;
};

/// The items of one split with their rows in the pack: CorruptFile where the pack lacks one, InvalidArgument
/// where the pack has another size than the network's input.
Result<std::vector<LoadItem>> loadItems(const Dataset& dataset, const PackReader& pack,
                                        const Preprocess& preprocess, Split split);

/// The batches of a run, in order from some step on: pictures from a loader, or, where a frozen backbone
/// makes the same of them in every epoch, embeddings computed once.
class TrainingInputs
{
public:
    TrainingInputs(const PackReader& pack, std::vector<LoadItem> items, const ResolvedRecipe& resolved,
                   std::uint64_t seed);

    [[nodiscard]] std::int64_t itemCount() const { return static_cast<std::int64_t>(m_items.size()); }
    /// Before the first next().
    Result<void> start(const TrainingNetwork& network, std::int64_t firstStep);
    /// Valid until the next call.
    Result<StepInput> next();

private:
    Result<StepInput> nextEmbedded();

    const PackReader& m_pack;
    std::vector<LoadItem> m_items;
    const ResolvedRecipe& m_resolved;
    std::uint64_t m_seed;
    BatchPlan m_plan;
    at::Device m_device{at::kCPU};
    at::Tensor m_embeddings; ///< of all items, where they are computed once
    at::Tensor m_labels;
    std::int64_t m_nextStep = 0;
    std::int64_t m_orderEpoch = -1;
    std::vector<std::uint32_t> m_order;
    std::unique_ptr<BatchLoader> m_loader; ///< last: its threads use what stands above until it goes
};

/// Whether a frozen backbone gives every picture the same embedding in every epoch.
bool usesFixedEmbeddings(const Recipe& recipe);

/// Calls `use` with batch after batch of items as they are.
Result<void> forEachBatch(const PackReader& pack, const std::vector<LoadItem>& items,
                          const Preprocess& preprocess, const at::Device& device,
                          const std::function<void(const StepInput&)>& use);

} // namespace trainyard::detail
