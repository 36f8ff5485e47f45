// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/release/release_cases.h"

#include "core/base/random.h"
#include "core/network/initialise.h"
#include "tests/support/test_folders.h"

#include <cmath>

namespace trainyard::test {

namespace {

Operation operation(const char* name, const char* type, std::vector<std::string> inputs, const char* output,
                    std::map<std::string, std::string> parameters = {}, Json attributes = Json::object())
{
    Operation one;
    one.name = name;
    one.type = type;
    one.inputs = std::move(inputs);
    one.outputs = {output};
    one.parameters = std::move(parameters);
    one.attributes = std::move(attributes);
    one.isTrainOnly = one.type.starts_with("drop");
    return one;
}

std::map<std::string, std::string> normRoles(const std::string& name)
{
    return {{"weight", name + ".weight"},
            {"bias", name + ".bias"},
            {"mean", name + ".running_mean"},
            {"variance", name + ".running_var"}};
}

void addNorm(NetworkSpec& spec, const std::string& name, std::int64_t channels)
{
    spec.parameters.push_back({name + ".weight", {channels}, "ones", true});
    spec.parameters.push_back({name + ".bias", {channels}, "zeros", true});
    spec.parameters.push_back({name + ".running_mean", {channels}, "zeros", false});
    spec.parameters.push_back({name + ".running_var", {channels}, "ones", false});
}

} // namespace

NetworkSpec tinyClassifier()
{
    NetworkSpec spec;
    spec.name = "tiny";
    const Dimension batch{-1, "N"};
    spec.inputs = {{"input", {batch, {3, {}}, {8, {}}, {8, {}}}}};
    spec.outputs = {{"logits", {batch, {3, {}}}}, {"embedding", {batch, {6, {}}}}};
    spec.preprocess.width = 8;
    spec.preprocess.height = 8;
    spec.postprocess = {"softmax"};
    spec.labels = {"cat", "dog", "red fox"};
    spec.parameters = {{"conv1.weight", {6, 3, 3, 3}, "kaiming-normal", true}};
    addNorm(spec, "norm1", 6);
    spec.parameters.push_back({"conv2.weight", {6, 1, 3, 3}, "kaiming-normal", true});
    addNorm(spec, "norm2", 6);
    spec.parameters.push_back({"fc.weight", {3, 6}, "uniform-fan-in", true});
    spec.parameters.push_back({"fc.bias", {3}, "zeros", true});
    spec.operations = {
        operation("conv1", "conv2d", {"input"}, "conv1", {{"weight", "conv1.weight"}},
                  {{"stride", 2}, {"padding", "same"}}),
        operation("norm1", "batch-norm", {"conv1"}, "norm1", normRoles("norm1"), {{"epsilon", 1e-3}}),
        operation("relu6", "relu6", {"norm1"}, "relu6"),
        operation("conv2", "conv2d", {"relu6"}, "conv2", {{"weight", "conv2.weight"}},
                  {{"padding", {1, 1, 1, 1}}, {"groups", 6}}),
        operation("norm2", "batch-norm", {"conv2"}, "norm2", normRoles("norm2")),
        operation("drop", "drop-path", {"norm2"}, "drop", {}, {{"rate", 0.1}}),
        operation("add", "add", {"drop", "relu6"}, "add"),
        operation("relu", "relu", {"add"}, "relu"),
        operation("maxpool", "max-pool", {"relu"}, "maxpool", {}, {{"kernel", 2}, {"stride", 2}}),
        operation("pool", "global-average-pool", {"maxpool"}, "pool"),
        operation("flatten", "flatten", {"pool"}, "embedding"),
        operation("dropout", "dropout", {"embedding"}, "dropped", {}, {{"rate", 0.2}}),
        operation("fc", "linear", {"dropped"}, "logits", {{"weight", "fc.weight"}, {"bias", "fc.bias"}}),
    };
    return spec;
}

PackageContents tinyPackage(std::uint64_t seed)
{
    PackageContents contents;
    contents.network = tinyClassifier();
    std::map<std::string, ReferenceTensor> weights = referenceTensors(initialTensors(contents.network, seed));
    CounterRandom random(seed, RandomPurpose::Sample, 0, 0);
    for (auto& [name, tensor] : weights) { // statistics that are not those of a fresh network
        for (double& value : tensor.values)
            value = static_cast<float>(name.ends_with("var") ? value * random.uniform(0.5, 2)
                                                             : value + random.uniform(-0.2, 0.2));
    }
    contents.weights = tensorFile(weights);
    contents.golden.count = 5;
    std::string pixels(static_cast<std::size_t>(contents.golden.count) * 8 * 8 * 3, '\0');
    for (char& pixel : pixels)
        pixel = static_cast<char>(random.below(256));
    contents.golden.pixels.assign(pixels.begin(), pixels.end());
    const auto values =
        runReference(contents.network, weights,
                     {{"input", preparedPixels(pixels, contents.network, contents.golden.count)}});
    for (const double logit : values.value().at("logits").values)
        contents.golden.logits.push_back(static_cast<float>(logit));
    contents.lineage = {
        {"run", "run-" + std::to_string(seed)},
        {"dataset_hash", std::string(64, 'a')},
        {"seed", seed},
        {"metrics_split", "test"},
        {"metrics", {{{"name", "accuracy"}, {"value", 0.91}, {"low", 0.885}, {"high", 0.931}, {"n", 600}}}}};
    return contents;
}

OnnxTensor onnxTensor(const ReferenceTensor& tensor)
{
    return {tensor.shape, {tensor.values.begin(), tensor.values.end()}};
}

std::vector<double> doubles(const std::vector<float>& values)
{
    return {values.begin(), values.end()};
}

std::map<std::string, std::string> folderState(const std::filesystem::path& folder)
{
    std::map<std::string, std::string> state;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        const std::string name = entry.path().lexically_relative(folder).string();
        if (entry.is_regular_file() && !entry.path().filename().string().starts_with("."))
            state[name] = readTestFile(entry.path());
    }
    return state;
}

} // namespace trainyard::test
