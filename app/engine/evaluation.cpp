// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/evaluation.h"

#include "app/engine/pictures.h"
#include "app/engine/request.h"
#include "core/training/batches.h"

#include <algorithm>
#include <unordered_map>

namespace trainyard::engine {

namespace {

constexpr std::size_t kPicturesAtOnce = 64;

std::unordered_map<ItemId, std::int64_t> packRows(const PackReader& pack)
{
    std::unordered_map<ItemId, std::int64_t> rows;
    const auto ids = pack.itemIds();
    for (std::size_t row = 0; row < ids.size(); ++row)
        rows.emplace(ids[row], static_cast<std::int64_t>(row));
    return rows;
}

/// The model's number of every class of the dataset.
Result<std::vector<std::int32_t>> classNumbers(const Model& model, const Dataset& dataset)
{
    std::vector<std::int32_t> numbers;
    for (const std::string& label : dataset.labels) {
        const auto& known = model.network.labels;
        const auto it = std::find(known.begin(), known.end(), label);
        if (it == known.end())
            return fail(ErrorCode::Refused,
                        "the model does not know the class '" + label + "' of the dataset");
        numbers.push_back(static_cast<std::int32_t>(it - known.begin()));
    }
    return numbers;
}

Result<void> appendPixels(const PackReader& pack, std::int64_t row, ItemId item,
                          std::vector<std::uint8_t>& pixels)
{
    if (!pack.isIntact(row))
        return fail(ErrorCode::CorruptFile,
                    "item #" + std::to_string(item) +
                        ": its pixels in the pack do not agree with their checksum; remove "
                        "cache/packs, it is made again");
    const auto picture = pack.pixels(row);
    pixels.insert(pixels.end(), picture.begin(), picture.end());
    return {};
}

} // namespace

Result<Dataset> datasetFor(const Model& model, VerbContext& context)
{
    if (!model.datasetHash.empty()) {
        auto dataset = loadDataset(context.job.project, model.datasetHash);
        if (dataset || dataset.error().code != ErrorCode::NotFound)
            return dataset;
    }
    TRAINYARD_TRY(auto project, openProject(context.job, Project::OpenMode::ReadOnly));
    TRAINYARD_TRY(Dataset dataset, freezeDataset(*project));
    if (const auto saved = saveDataset(context.job.project, dataset); !saved)
        return fail(saved.error());
    return dataset;
}

Result<std::unique_ptr<PackReader>> packFor(const Model& model, const Dataset& dataset, VerbContext& context)
{
    const auto decoders = makeDecoders();
    return openOrMakePack(context.job.project, dataset, packRequest(model.network.preprocess), *decoders,
                          context.cancellation, context.progress);
}

Result<Predictions> predictSplit(const Model& model, NetworkRunner& runner, const Dataset& dataset,
                                 const PackReader& pack, Split split, VerbContext& context)
{
    const std::vector<std::int64_t> indices = splitRows(dataset, split);
    if (indices.empty())
        return fail(ErrorCode::Refused, "no item is in the split '" + std::string(splitName(split)) +
                                            "'; `trainyard split` gives every item one");
    TRAINYARD_TRY(const auto numbers, classNumbers(model, dataset));
    const auto rowOf = packRows(pack);
    Predictions predictions{
        model.name, dataset.hash, std::string(splitName(split)), model.network.labels, {}};
    std::vector<std::uint8_t> pixels;
    for (std::size_t first = 0; first < indices.size(); first += kPicturesAtOnce) {
        const std::size_t end = std::min(first + kPicturesAtOnce, indices.size());
        pixels.clear();
        for (std::size_t i = first; i < end; ++i) {
            const DatasetItem& item = dataset.items[static_cast<std::size_t>(indices[i])];
            const auto row = rowOf.find(item.item);
            if (row == rowOf.end())
                return fail(ErrorCode::CorruptFile,
                            "item #" + std::to_string(item.item) + " is not in the pack");
            TRAINYARD_CHECK(appendPixels(pack, row->second, item.item, pixels));
        }
        TRAINYARD_TRY(auto logits,
                      runner.run(pixels.data(), static_cast<std::int64_t>(end - first), "logits"));
        for (std::size_t i = first; i < end; ++i) {
            const DatasetItem& item = dataset.items[static_cast<std::size_t>(indices[i])];
            predictions.rows.push_back({item.item, item.contentHash,
                                        numbers[static_cast<std::size_t>(item.label)], item.group, item.path,
                                        std::move(logits[i - first])});
        }
        context.progress(
            {"evaluating", static_cast<std::int64_t>(end), static_cast<std::int64_t>(indices.size())});
        if (context.cancellation.isCancelled())
            return fail(ErrorCode::Cancelled, "stopped while evaluating");
    }
    return predictions;
}

} // namespace trainyard::engine
