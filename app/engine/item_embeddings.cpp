// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/item_embeddings.h"

#include "app/engine/pictures.h"
#include "core/engine/network_runner.h"
#include "core/labels/facts.h"
#include "core/network/builders.h"
#include "core/storage/hash.h"
#include "core/storage/safetensors.h"
#include "core/training/starter_weights.h"

#include <algorithm>
#include <unordered_map>

namespace trainyard::engine {

namespace {

constexpr const char* kNetwork = "efficientnet-lite0";
constexpr int kEdge = 128;
constexpr std::size_t kItemsAtOnce = 256;
constexpr std::size_t kStarterClasses = 1000;

/// The starter network; its last layer is of no interest, so its classes need no names.
struct Embedder
{
    std::unique_ptr<NetworkRunner> runner;
    Preprocess preprocess;
    bool usesBfloat16 = false;
    std::string version; ///< of the facts: network, size, precision and weights
};

Result<Embedder> makeEmbedder()
{
    TRAINYARD_TRY(const std::filesystem::path file, starterWeightsFile(kNetwork));
    TRAINYARD_TRY(const TensorFile weights, readSafetensors(file));
    TRAINYARD_TRY(const std::string digest, sha256File(file));
    std::vector<std::string> labels;
    for (std::size_t i = 0; i < kStarterClasses; ++i)
        labels.push_back(std::to_string(i));
    TRAINYARD_TRY(const NetworkSpec spec, buildNetwork(kNetwork, labels, kEdge));
    Embedder embedder;
    embedder.usesBfloat16 = jsonValue(describeEngine(), "bf16", false);
    embedder.preprocess = spec.preprocess;
    embedder.version = std::string(kNetwork) + " " + std::to_string(kEdge) +
                       (embedder.usesBfloat16 ? " bfloat16 " : " float32 ") + digest.substr(0, 16);
    TRAINYARD_TRY(embedder.runner, NetworkRunner::create(spec, weights, "auto"));
    return embedder;
}

/// Places of items that the facts do not have in their present content; the others are filled in.
std::vector<std::size_t> missingPlaces(const std::vector<Item>& items, std::vector<FactRow> known,
                                       std::vector<std::vector<float>>& embeddings)
{
    std::unordered_map<ItemId, FactRow*> byItem;
    for (FactRow& row : known)
        byItem.emplace(row.item, &row);
    std::vector<std::size_t> missing;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto row = byItem.find(items[i].id);
        if (row != byItem.end() && row->second->contentHash == items[i].contentHash)
            embeddings[i] = std::move(row->second->values);
        else
            missing.push_back(i);
    }
    return missing;
}

/// Pixels and places of the pictures that could be read.
struct Readable
{
    std::vector<std::uint8_t> pixels;
    std::vector<std::size_t> places;
};

Readable readable(const std::vector<PreparedPicture>& pictures, const std::vector<std::size_t>& places)
{
    Readable result;
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        if (pictures[i].pixels.empty())
            continue;
        result.pixels.insert(result.pixels.end(), pictures[i].pixels.begin(), pictures[i].pixels.end());
        result.places.push_back(places[i]);
    }
    return result;
}

} // namespace

Result<std::vector<std::vector<float>>> itemEmbeddings(Project& project, const std::vector<Item>& items,
                                                       DecoderPool& decoders, VerbContext& context)
{
    TRAINYARD_TRY(const Embedder embedder, makeEmbedder());
    FactStore facts(project.folder(), "embeddings", embedder.version);
    std::vector<std::vector<float>> embeddings(items.size());
    TRAINYARD_TRY(auto known, facts.readAll());
    const std::vector<std::size_t> missing = missingPlaces(items, std::move(known), embeddings);
    for (std::size_t first = 0; first < missing.size(); first += kItemsAtOnce) {
        const std::size_t end = std::min(first + kItemsAtOnce, missing.size());
        const std::vector<std::size_t> places(missing.begin() + static_cast<std::ptrdiff_t>(first),
                                              missing.begin() + static_cast<std::ptrdiff_t>(end));
        std::vector<std::string> paths;
        for (const std::size_t place : places)
            paths.push_back(project.itemPath(items[place]).string());
        TRAINYARD_TRY(const auto pictures,
                      preparePictures(paths, embedder.preprocess, decoders, context.cancellation, {}));
        const Readable some = readable(pictures, places);
        TRAINYARD_TRY(auto rows,
                      embedder.runner->run(some.pixels.data(), static_cast<std::int64_t>(some.places.size()),
                                           "embedding", embedder.usesBfloat16));
        std::vector<FactRow> fresh;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const Item& item = items[some.places[i]];
            fresh.push_back({item.id, item.contentHash, 0, rows[i]});
            embeddings[some.places[i]] = std::move(rows[i]);
        }
        if (!fresh.empty())
            TRAINYARD_CHECK(facts.append(fresh));
        context.progress({"measuring pictures", static_cast<std::int64_t>(end),
                          static_cast<std::int64_t>(missing.size())});
    }
    return embeddings;
}

} // namespace trainyard::engine
