// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/detail/step_inputs.h"

#include <algorithm>
#include <unordered_map>

namespace trainyard::detail {

namespace {

constexpr std::int64_t kPlainBatch = 64;

/// The loader's buffer as a tensor [n, 3, h, w] with channels last in memory; no copy on the CPU.
StepInput inputFrom(const Batch& batch, const PackShape& shape, const at::Device& device)
{
    auto* pixels = const_cast<float*>(batch.pixels.data());
    auto* labels = const_cast<std::int64_t*>(batch.labels.data());
    const at::Tensor rows = at::from_blob(pixels, {batch.count, shape.height, shape.width, 3}, at::kFloat);
    return {rows.permute({0, 3, 1, 2}).to(device), at::from_blob(labels, {batch.count}, at::kLong).to(device),
            batch.items, false};
}

int loaderThreads(std::int64_t threads)
{
    return static_cast<int>(std::clamp<std::int64_t>(threads / 2, 1, 8));
}

} // namespace

bool usesFixedEmbeddings(const Recipe& recipe)
{
    return recipe.isBackboneFrozen && augmentationOf(recipe).isNone();
}

Result<std::vector<LoadItem>> loadItems(const Dataset& dataset, const PackReader& pack,
                                        const Preprocess& preprocess, Split split)
{
    if (pack.shape().width != preprocess.width || pack.shape().height != preprocess.height)
        return fail(ErrorCode::InvalidArgument,
                    "the pack holds pictures of " + std::to_string(pack.shape().width) + " x " +
                        std::to_string(pack.shape().height) + " pixels, the network takes " +
                        std::to_string(preprocess.width) + " x " + std::to_string(preprocess.height));
    std::unordered_map<ItemId, std::int64_t> rowOf;
    const auto ids = pack.itemIds();
    for (std::size_t row = 0; row < ids.size(); ++row)
        rowOf.emplace(ids[row], static_cast<std::int64_t>(row));
    std::vector<LoadItem> items;
    for (const std::int64_t index : splitRows(dataset, split)) {
        const DatasetItem& item = dataset.items[static_cast<std::size_t>(index)];
        const auto row = rowOf.find(item.item);
        if (row == rowOf.end())
            return fail(ErrorCode::CorruptFile,
                        "item #" + std::to_string(item.item) +
                            " is in the dataset but not in its pack; remove cache/packs, it is "
                            "made again");
        if (item.label < 0 || item.label >= static_cast<std::int32_t>(dataset.labels.size()))
            return fail(ErrorCode::CorruptFile,
                        "item #" + std::to_string(item.item) + " has no label of the dataset");
        items.push_back({item.item, row->second, item.label});
    }
    return items;
}

Result<void> forEachBatch(const PackReader& pack, const std::vector<LoadItem>& items,
                          const Preprocess& preprocess, const at::Device& device,
                          const std::function<void(const StepInput&)>& use)
{
    const auto count = static_cast<std::int64_t>(items.size());
    LoaderOptions options{preprocess, std::nullopt, 0, 0, (count + kPlainBatch - 1) / kPlainBatch, 1};
    BatchLoader loader(pack, items, options, inOrder(count, kPlainBatch));
    for (std::int64_t batch = 0; batch < options.lastBatch; ++batch) {
        TRAINYARD_TRY(const Batch* loaded, loader.next());
        use(inputFrom(*loaded, pack.shape(), device));
    }
    return {};
}

TrainingInputs::TrainingInputs(const PackReader& pack, std::vector<LoadItem> items,
                               const ResolvedRecipe& resolved, std::uint64_t seed)
    : m_pack(pack), m_items(std::move(items)), m_resolved(resolved), m_seed(seed),
      m_plan(itemCount(), resolved.recipe.batchSize, seed)
{
}

Result<void> TrainingInputs::start(const TrainingNetwork& network, std::int64_t firstStep)
{
    m_device = network.device();
    m_nextStep = firstStep;
    const Preprocess& preprocess = m_resolved.network.preprocess;
    if (usesFixedEmbeddings(m_resolved.recipe)) {
        std::vector<at::Tensor> embeddings;
        std::vector<at::Tensor> labels;
        TRAINYARD_CHECK(forEachBatch(m_pack, m_items, preprocess, m_device, [&](const StepInput& input) {
            embeddings.push_back(network.embed(input.input));
            labels.push_back(input.labels.clone());
        }));
        m_embeddings = at::cat(embeddings);
        m_labels = at::cat(labels);
        return {};
    }
    LoaderOptions options{preprocess,
                          augmentationOf(m_resolved.recipe),
                          m_seed,
                          firstStep,
                          m_resolved.totalSteps,
                          loaderThreads(m_resolved.threads)};
    if (options.augmentation->isNone())
        options.augmentation.reset();
    // The order of one epoch is kept between calls: the loader asks from one thread at a time.
    auto content = [this](std::int64_t step) {
        BatchContent batch;
        batch.epoch = step / m_plan.stepsPerEpoch();
        if (batch.epoch != m_orderEpoch) {
            m_order = m_plan.order(batch.epoch);
            m_orderEpoch = batch.epoch;
        }
        const auto [first, count] = m_plan.range(step % m_plan.stepsPerEpoch());
        batch.places.assign(m_order.begin() + first, m_order.begin() + first + count);
        return batch;
    };
    m_loader = std::make_unique<BatchLoader>(m_pack, m_items, options, content);
    return {};
}

Result<StepInput> TrainingInputs::next()
{
    if (m_embeddings.defined())
        return nextEmbedded();
    TRAINYARD_TRY(const Batch* batch, m_loader->next());
    return inputFrom(*batch, m_pack.shape(), m_device);
}

Result<StepInput> TrainingInputs::nextEmbedded()
{
    const std::int64_t step = m_nextStep++;
    const auto order = m_plan.order(step / m_plan.stepsPerEpoch());
    const auto [first, count] = m_plan.range(step % m_plan.stepsPerEpoch());
    std::vector<std::int64_t> places(order.begin() + first, order.begin() + first + count);
    StepInput input;
    input.isEmbedded = true;
    const at::Tensor index = at::tensor(places, at::kLong).to(m_device);
    input.input = m_embeddings.index_select(0, index);
    input.labels = m_labels.index_select(0, index);
    for (const std::int64_t place : places)
        input.items.push_back(m_items[static_cast<std::size_t>(place)].item);
    return input;
}

} // namespace trainyard::detail
