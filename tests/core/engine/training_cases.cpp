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

MemoryPack::MemoryPack(int edge, std::vector<std::vector<std::uint8_t>> pictures,
                       std::vector<std::int64_t> ids)
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
    const auto resolved = resolveRecipe(recipe, dataset);
    TRAINYARD_ASSERT(resolved.has_value());
    makeRun(folder, recipe, dataset, resolved->network);
}

void makeRun(const std::filesystem::path& folder, const Recipe& recipe, const Dataset& dataset,
             const NetworkSpec& network)
{
    TRAINYARD_ASSERT(makeFolders(posixIo(), folder / "checkpoints").has_value());
    auto resolved = resolveRecipe(recipe, dataset);
    TRAINYARD_ASSERT(resolved.has_value());
    resolved->network = network;
    TRAINYARD_ASSERT(saveResolved(folder, *resolved).has_value());
}

NetworkSpec tinyNetwork(const std::vector<std::string>& labels, int edge)
{
    constexpr std::int64_t kChannels = 16;
    const auto classes = static_cast<std::int64_t>(labels.size());
    const Dimension batch{-1, "N"};
    NetworkSpec spec;
    spec.name = "tiny";
    spec.labels = labels;
    spec.preprocess.width = edge;
    spec.preprocess.height = edge;
    spec.inputs = {{"input", {batch, {3, {}}, {edge, {}}, {edge, {}}}}};
    spec.outputs = {{"logits", {batch, {classes, {}}}}, {"embedding", {batch, {kChannels, {}}}}};
    const auto add = [&](const std::string& type, const std::string& name, std::vector<std::string> inputs,
                         std::map<std::string, std::string> parameters, Json attributes) {
        const bool isTrainOnly = type.starts_with("drop");
        spec.operations.push_back({name,
                                   type,
                                   std::move(inputs),
                                   {name},
                                   std::move(parameters),
                                   std::move(attributes),
                                   "",
                                   isTrainOnly});
    };
    const auto activated = [&](const std::string& name, const std::string& input, std::int64_t in,
                               std::int64_t stride) {
        spec.parameters.push_back({name + ".weight", {kChannels, in, 3, 3}, "kaiming-normal", true});
        add("conv2d", name, {input}, {{"weight", name + ".weight"}},
            {{"stride", stride}, {"padding", "same"}});
        std::map<std::string, std::string> roles;
        for (const auto& [role, start] : {std::pair{"weight", "ones"}, std::pair{"bias", "zeros"},
                                          std::pair{"mean", "zeros"}, std::pair{"variance", "ones"}}) {
            const bool isLearned = role[0] == 'w' || role[0] == 'b';
            roles[role] = name + ".bn." + role;
            spec.parameters.push_back({roles[role], {kChannels}, start, isLearned});
        }
        add("batch-norm", name + ".bn", {name}, roles, Json::object());
        add("relu6", name + ".relu6", {name + ".bn"}, {}, Json::object());
        return name + ".relu6";
    };
    const std::string stem = activated("stem", "input", 3, 2);
    const std::string inner = activated("inner", stem, kChannels, 1);
    add("drop-path", "drop_path", {inner}, {}, {{"rate", 0.3}});
    add("add", "sum", {"drop_path", stem}, {}, Json::object());
    add("global-average-pool", "pool", {"sum"}, {}, Json::object());
    add("flatten", "embedding", {"pool"}, {}, Json::object());
    add("dropout", "dropout", {"embedding"}, {}, {{"rate", 0.2}});
    spec.parameters.push_back({"fc.weight", {classes, kChannels}, "uniform-fan-in", true});
    spec.parameters.push_back({"fc.bias", {classes}, "zeros", true});
    add("linear", "logits", {"dropout"}, {{"weight", "fc.weight"}, {"bias", "fc.bias"}}, Json::object());
    return spec;
}

} // namespace trainyard::test
