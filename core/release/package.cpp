// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/release/package.h"

#include "core/base/path_text.h"
#include "core/network/catalogue.h"
#include "core/release/card.h"
#include "core/release/onnx_check.h"
#include "core/release/package_files.h"
#include "core/storage/hash.h"
#include "core/storage/read_file.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace trainyard {

namespace {

constexpr double kTolerance = 1e-4;
constexpr std::int64_t kBatch = 4; ///< golden samples at a time, to bound memory

/// Exactly the network's parameters, with their shapes, as finite numbers.
Result<void> checkWeights(const NetworkSpec& network, const TensorFile& weights)
{
    std::string differences;
    for (const ParameterSpec& parameter : network.parameters) {
        const NamedTensor* tensor = weights.find(parameter.name);
        if (tensor == nullptr)
            differences += "; missing: " + parameter.name;
        else if (tensor->shape != parameter.shape)
            differences += "; " + parameter.name + " is " + shapeText(tensor->shape) + ", expected " +
                           shapeText(parameter.shape);
    }
    for (const NamedTensor& tensor : weights.tensors) {
        const auto isIt = [&](const ParameterSpec& parameter) { return parameter.name == tensor.name; };
        if (std::none_of(network.parameters.begin(), network.parameters.end(), isIt)) {
            differences += "; not in the network: " + tensor.name;
            continue;
        }
        const std::vector<float> values = tensor.toFloats();
        if (!std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); }))
            return fail(ErrorCode::NumericalFailure,
                        "parameter '" + tensor.name +
                            "' has values that are not finite; package an earlier checkpoint");
    }
    if (!differences.empty())
        return fail(ErrorCode::CorruptFile, "the weights do not fit the network: " + differences.substr(2));
    return {};
}

Result<void> checkGolden(const NetworkSpec& network, const GoldenSamples& golden)
{
    const auto isLogits = [](const ValueSpec& output) { return output.name == "logits"; };
    if (network.labels.empty() || network.inputs.size() != 1 || network.preprocess.width < 1 ||
        network.preprocess.height < 1 ||
        std::none_of(network.outputs.begin(), network.outputs.end(), isLogits))
        return fail(ErrorCode::Unsupported,
                    "only picture classifiers with labels and an output 'logits' can be packaged");
    const auto count = static_cast<std::size_t>(std::max<std::int64_t>(golden.count, 0));
    const std::size_t picture = static_cast<std::size_t>(network.preprocess.width) *
                                static_cast<std::size_t>(network.preprocess.height) * 3;
    if (count < 1 || golden.pixels.size() != count * picture ||
        golden.logits.size() != count * network.labels.size())
        return fail(ErrorCode::InvalidArgument, "golden samples do not fit the network: at least one picture "
                                                "of its input size, with one logit a class");
    return {};
}

/// Golden pictures after preprocessing, as the exported network takes them.
OnnxTensor preparedPictures(const NetworkSpec& network, const GoldenSamples& golden, std::int64_t first,
                            std::int64_t count)
{
    const Preprocess& prepare = network.preprocess;
    const std::size_t area =
        static_cast<std::size_t>(prepare.width) * static_cast<std::size_t>(prepare.height);
    OnnxTensor tensor{{count, 3, prepare.height, prepare.width}, {}};
    tensor.values.reserve(static_cast<std::size_t>(count) * area * 3);
    for (std::int64_t n = first; n < first + count; ++n) {
        const std::uint8_t* pixels = golden.pixels.data() + static_cast<std::size_t>(n) * area * 3;
        for (std::size_t c = 0; c < 3; ++c) {
            for (std::size_t i = 0; i < area; ++i)
                tensor.values.push_back(
                    static_cast<float>((pixels[i * 3 + c] - prepare.mean[c]) / prepare.scale[c]));
        }
    }
    return tensor;
}

/// Infinity where sizes differ or a number is not one.
double difference(const std::vector<float>& actual, const float* expected, std::size_t count)
{
    double largest = actual.size() == count ? 0.0 : INFINITY;
    for (std::size_t i = 0; i < std::min(actual.size(), count); ++i) {
        const double one = std::abs(static_cast<double>(actual[i]) - expected[i]);
        largest = std::isfinite(one) ? std::max(largest, one) : INFINITY;
    }
    return largest;
}

Result<double> evaluatorDifference(const std::filesystem::path& file, const PackageContents& contents)
{
    TRAINYARD_TRY(const MappedFile model, MappedFile::open(file));
    const std::size_t classes = contents.network.labels.size();
    double largest = 0;
    for (std::int64_t first = 0; first < contents.golden.count; first += kBatch) {
        const std::int64_t count = std::min(kBatch, contents.golden.count - first);
        const OnnxTensor input = preparedPictures(contents.network, contents.golden, first, count);
        TRAINYARD_TRY(const auto outputs, runOnnx(model.bytes(), {{contents.network.inputs[0].name, input}}));
        largest = std::max(
            largest, difference(outputs.at("logits").values,
                                contents.golden.logits.data() + static_cast<std::size_t>(first) * classes,
                                static_cast<std::size_t>(count) * classes));
    }
    return largest;
}

/// In words for the card: OpenCV is a second opinion, so that it cannot run a network is no failure.
Result<std::string> openCvWords(const std::filesystem::path& file, const PackageContents& contents)
{
    const std::size_t classes = contents.network.labels.size();
    double largest = 0;
    for (std::int64_t n = 0; n < contents.golden.count; ++n) {
        const auto answer = runOpenCvDnn(file, preparedPictures(contents.network, contents.golden, n, 1));
        if (!answer)
            return "not checked: " + answer.error().message;
        largest = std::max(largest,
                           difference(answer->values,
                                      contents.golden.logits.data() + static_cast<std::size_t>(n) * classes,
                                      classes));
    }
    char text[64];
    std::snprintf(text, sizeof text, "checked, largest difference %.1e", largest);
    if (largest > kTolerance)
        return fail(ErrorCode::NumericalFailure,
                    "OpenCV computes other logits from the written ONNX file than the engine: " +
                        std::string(text));
    return std::string(text);
}

Result<ParityResult> checkParity(const std::filesystem::path& file, const PackageContents& contents)
{
    ParityResult parity;
    TRAINYARD_TRY(parity.largestDifference, evaluatorDifference(file, contents));
    if (!(parity.largestDifference <= kTolerance)) {
        char text[96];
        std::snprintf(text, sizeof text, "%.3g, allowed is %.0e", parity.largestDifference, kTolerance);
        return fail(ErrorCode::NumericalFailure,
                    "the written ONNX file computes other logits than the engine: largest difference " +
                        std::string(text));
    }
    TRAINYARD_TRY(parity.openCv, openCvWords(file, contents));
    return parity;
}

TensorFile goldenFile(const PackageContents& contents)
{
    const GoldenSamples& golden = contents.golden;
    NamedTensor pixels{
        "pixels",
        TensorType::U8,
        {golden.count, contents.network.preprocess.height, contents.network.preprocess.width, 3},
        std::string(golden.pixels.begin(), golden.pixels.end())};
    NamedTensor logits = NamedTensor::fromFloats(
        "logits", {golden.count, static_cast<std::int64_t>(contents.network.labels.size())}, golden.logits);
    return {{std::move(pixels), std::move(logits)}, {{"format", "pt"}}};
}

std::string labelText(const std::vector<std::string>& labels)
{
    std::string text;
    for (const std::string& label : labels)
        text += label + "\n";
    return text;
}

/// Writes a file into the package and notes it in the manifest.
Result<void> put(StagedFolder& folder, Manifest& manifest, const std::string& name, const std::string& bytes)
{
    TRAINYARD_CHECK(folder.write(name, bytes));
    manifest[name] = {sha256(bytes), bytes.size()};
    return {};
}

Result<GoldenSamples> goldenFromFile(const TensorFile& file, const NetworkSpec& network,
                                     const std::string& source)
{
    const NamedTensor* pixels = file.find("pixels");
    const NamedTensor* logits = file.find("logits");
    const auto classes = static_cast<std::int64_t>(network.labels.size());
    const bool fits =
        pixels != nullptr && logits != nullptr && pixels->type == TensorType::U8 &&
        logits->type == TensorType::F32 && pixels->shape.size() == 4 &&
        pixels->shape == Shape{pixels->shape[0], network.preprocess.height, network.preprocess.width, 3} &&
        logits->shape == Shape{pixels->shape[0], classes};
    if (!fits)
        return fail(ErrorCode::CorruptFile, source + ": golden samples do not fit the network");
    return GoldenSamples{pixels->shape[0], {pixels->bytes.begin(), pixels->bytes.end()}, logits->toFloats()};
}

/// The same error, as damage of the file: hashes were right, so whoever wrote the package wrote it wrong.
tl::unexpected<Error> asCorrupt(const Error& error)
{
    const bool keeps = error.code == ErrorCode::Unsupported || error.code == ErrorCode::IoError;
    return fail(keeps ? error.code : ErrorCode::CorruptFile, error.message, error.context);
}

} // namespace

Result<ParityResult> writePackage(const std::filesystem::path& folder, const PackageContents& contents,
                                  IoEnv& io)
{
    TRAINYARD_CHECK(validateNetwork(contents.network));
    TRAINYARD_CHECK(checkWeights(contents.network, contents.weights));
    TRAINYARD_CHECK(checkGolden(contents.network, contents.golden));
    TRAINYARD_TRY(StagedFolder staged, StagedFolder::create(io, folder));
    Manifest manifest;
    TRAINYARD_TRY(const std::string onnx, onnxBytes(contents.network, contents.weights));
    TRAINYARD_CHECK(put(staged, manifest, "model.onnx", onnx));
    TRAINYARD_TRY(ParityResult parity, checkParity(staged.path() / "model.onnx", contents));

    TensorFile weights = contents.weights;
    weights.metadata["format"] = "pt"; // what other readers of safetensors ask for
    const std::string card =
        contents.card.empty() ? packageCard(contents.network, contents.lineage, parity, contents.golden.count)
                              : contents.card;
    TRAINYARD_CHECK(put(staged, manifest, "model.safetensors", safetensorsBytes(weights)));
    TRAINYARD_CHECK(put(staged, manifest, "network.json", jsonText(networkToJson(contents.network))));
    TRAINYARD_CHECK(put(staged, manifest, "labels.txt", labelText(contents.network.labels)));
    TRAINYARD_CHECK(put(staged, manifest, "card.md", card));
    TRAINYARD_CHECK(put(staged, manifest, "golden.safetensors", safetensorsBytes(goldenFile(contents))));
    TRAINYARD_CHECK(put(staged, manifest, "lineage.json", jsonText(contents.lineage)));
    TRAINYARD_CHECK(staged.write(kManifestName, manifestText(manifest)));
    TRAINYARD_CHECK(staged.commit());
    return parity;
}

Result<PackageContents> readPackage(const std::filesystem::path& folder)
{
    TRAINYARD_TRY(const Manifest manifest, readManifest(folder));
    std::map<std::string, std::string> files;
    for (const auto& [name, entry] : manifest) {
        TRAINYARD_TRY(files[name], readPackageFile(folder, name, entry));
    }
    const auto source = [&](const char* name) { return displayText((folder / name).native()); };
    const auto networkJson = parseJson(files["network.json"], source("network.json"));
    const auto lineage = parseJson(files["lineage.json"], source("lineage.json"));
    if (!networkJson || !lineage)
        return asCorrupt(networkJson ? lineage.error() : networkJson.error());
    PackageContents contents;
    auto network = networkFromJson(*networkJson, source("network.json"));
    if (!network)
        return asCorrupt(network.error());
    contents.network = std::move(*network);
    contents.lineage = *lineage;
    contents.card = files["card.md"];
    if (files["labels.txt"] != labelText(contents.network.labels))
        return fail(ErrorCode::CorruptFile, source("labels.txt") + ": not the labels of network.json");
    TRAINYARD_TRY(contents.weights,
                  parseSafetensors(files["model.safetensors"], source("model.safetensors")));
    if (auto fits = checkWeights(contents.network, contents.weights); !fits)
        return fail(ErrorCode::CorruptFile, source("model.safetensors") + ": " + fits.error().message);
    TRAINYARD_TRY(const TensorFile golden,
                  parseSafetensors(files["golden.safetensors"], source("golden.safetensors")));
    TRAINYARD_TRY(contents.golden, goldenFromFile(golden, contents.network, source("golden.safetensors")));
    return contents;
}

} // namespace trainyard
