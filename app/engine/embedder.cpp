// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/embedder.h"

#include "core/network/builders.h"
#include "core/storage/hash.h"
#include "core/training/starter_weights.h"

#include <algorithm>

namespace trainyard::engine {

namespace {

constexpr const char* kNetwork = "efficientnet-lite0";
constexpr std::size_t kStarterClasses = 1000;
constexpr int kLargestSmallPicture = 64;
constexpr int kSmallEdge = 96;
constexpr int kEdge = 128;

/// The last layer is of no interest, so its classes need no names.
Result<NetworkSpec> starterSpec(int edge)
{
    std::vector<std::string> labels;
    for (std::size_t i = 0; i < kStarterClasses; ++i)
        labels.push_back(std::to_string(i));
    return buildNetwork(kNetwork, labels, edge);
}

} // namespace

Result<Embedder> Embedder::create()
{
    TRAINYARD_TRY(const std::filesystem::path file, starterWeightsFile(kNetwork));
    TRAINYARD_TRY(const std::string digest, sha256File(file));
    Embedder embedder;
    TRAINYARD_TRY(embedder.m_weights, readSafetensors(file));
    embedder.m_usesBfloat16 = jsonValue(describeEngine(), "bf16", false);
    embedder.m_measure = std::string(kNetwork) + " " + std::to_string(kSmallEdge) + " up to " +
                         std::to_string(kLargestSmallPicture) + " pixels, else " + std::to_string(kEdge) +
                         (embedder.m_usesBfloat16 ? ", bfloat16 " : ", float32 ") + digest.substr(0, 16);
    for (const int edge : {kSmallEdge, kEdge}) {
        TRAINYARD_TRY(const NetworkSpec spec, starterSpec(edge));
        embedder.m_preprocess[edge] = spec.preprocess;
    }
    return embedder;
}

int Embedder::edgeFor(const Item& item)
{
    const int longest = std::max(item.width, item.height);
    return longest > 0 && longest <= kLargestSmallPicture ? kSmallEdge : kEdge;
}

Result<PreparedItems> Embedder::prepare(const std::vector<ItemFile>& items, DecoderPool& decoders,
                                        const Cancellation& cancellation) const
{
    PreparedItems prepared;
    prepared.count = items.size();
    for (const auto& [edge, preprocess] : m_preprocess) {
        std::vector<std::string> paths;
        std::vector<std::size_t> places;
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (edgeFor(items[i].item) != edge)
                continue;
            paths.push_back(items[i].path);
            places.push_back(i);
        }
        if (paths.empty())
            continue;
        TRAINYARD_TRY(const auto pictures,
                      preparePictures(paths, preprocess, decoders, cancellation, {}, 2 * edge));
        PreparedItems::Group group{edge, {}, {}};
        for (std::size_t i = 0; i < pictures.size(); ++i) {
            if (pictures[i].pixels.empty())
                continue;
            group.pixels.insert(group.pixels.end(), pictures[i].pixels.begin(), pictures[i].pixels.end());
            group.places.push_back(places[i]);
        }
        prepared.groups.push_back(std::move(group));
    }
    return prepared;
}

Result<std::vector<std::vector<float>>> Embedder::run(const PreparedItems& prepared)
{
    std::vector<std::vector<float>> embeddings(prepared.count);
    for (const PreparedItems::Group& group : prepared.groups) {
        if (group.places.empty())
            continue;
        TRAINYARD_TRY(NetworkRunner * runner, runnerFor(group.edge));
        TRAINYARD_TRY(auto rows,
                      runner->run(group.pixels.data(), static_cast<std::int64_t>(group.places.size()),
                                  "embedding", m_usesBfloat16));
        for (std::size_t i = 0; i < rows.size(); ++i)
            embeddings[group.places[i]] = std::move(rows[i]);
    }
    return embeddings;
}

Result<NetworkRunner*> Embedder::runnerFor(int edge)
{
    auto& runner = m_runners[edge];
    if (runner == nullptr) {
        TRAINYARD_TRY(const NetworkSpec spec, starterSpec(edge));
        TRAINYARD_TRY(runner, NetworkRunner::create(spec, m_weights, "auto"));
    }
    return runner.get();
}

} // namespace trainyard::engine
