// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/model_source.h"

#include "core/base/path_text.h"
#include "core/release/registry.h"
#include "core/training/checkpoint.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace trainyard::engine {

namespace {

namespace fs = std::filesystem;

constexpr double kGoldenTolerance = 1e-3;

bool isRegistryReference(const std::string& reference)
{
    return reference.find_first_of("@:") != std::string::npos && reference.find('/') == std::string::npos;
}

Result<Model> loadRegistryModel(const fs::path& projectFolder, const std::string& reference)
{
    if (projectFolder.empty())
        return fail(ErrorCode::NotFound, displayText(reference) +
                                             ": names are looked up in a project's registry; name "
                                             "one with --project DIR");
    TRAINYARD_TRY(const Registry registry, Registry::open(projectFolder / "registry"));
    TRAINYARD_TRY(const RegistryVersion version, registry.resolve(reference));
    TRAINYARD_CHECK(makeFolders(posixIo(), projectFolder / "cache" / "models"));
    TRAINYARD_TRY(const fs::path folder,
                  registry.checkOut(version, projectFolder / "cache" / "models" / version.packageDigest));
    return loadPackageModel(folder);
}

} // namespace

Result<Model> loadRunModel(const RunStatus& run)
{
    if (!run.resolved)
        return fail(ErrorCode::Refused, "run " + run.id + " has not started yet");
    Model model;
    model.name = run.id;
    model.isRun = true;
    model.resolved = run.resolved;
    model.network = run.resolved->network;
    model.datasetHash = run.resolved->datasetHash;
    std::vector<std::string> skipped;
    TRAINYARD_TRY(auto newest, loadNewestCheckpoint(run.folder, skipped));
    model.step = newest.first;
    const auto best = jsonValue<std::int64_t>(newest.second.state, "bestStep", -1);
    if (best >= 0 && best != newest.first) {
        TRAINYARD_TRY(newest.second, loadCheckpoint(run.folder, best));
        model.step = best;
    }
    if (model.step == 0)
        return fail(ErrorCode::Refused, "run " + run.id + " has not finished its first checkpoint yet");
    model.weights = std::move(newest.second.model);
    return model;
}

Result<Model> loadPackageModel(const fs::path& folder)
{
    TRAINYARD_TRY(PackageContents contents, readPackage(folder));
    Model model;
    TRAINYARD_TRY(model.name, packageDigest(folder));
    model.network = std::move(contents.network);
    model.weights = std::move(contents.weights);
    model.golden = std::move(contents.golden);
    model.lineage = std::move(contents.lineage);
    model.datasetHash = jsonValue<std::string>(model.lineage, "dataset_hash", "");
    return model;
}

Result<Model> loadModel(const fs::path& projectFolder, const std::string& reference)
{
    std::error_code error;
    if (fs::is_regular_file(fs::path(reference) / "manifest.json", error))
        return loadPackageModel(reference);
    if (isRegistryReference(reference))
        return loadRegistryModel(projectFolder, reference);
    if (projectFolder.empty())
        return fail(ErrorCode::NotFound,
                    displayText(reference) + ": no package is there; runs need --project DIR");
    TRAINYARD_TRY(const RunStatus run, findRun(projectFolder, reference));
    return loadRunModel(run);
}

Result<std::unique_ptr<NetworkRunner>> makeRunner(const Model& model)
{
    TRAINYARD_TRY(auto runner, NetworkRunner::create(model.network, model.weights, "auto"));
    if (model.golden) {
        if (const auto checked = checkGolden(*runner, *model.golden); !checked)
            return fail(checked.error());
    }
    return runner;
}

Result<double> goldenDifference(NetworkRunner& runner, const GoldenSamples& golden)
{
    TRAINYARD_TRY(const auto rows, runner.run(golden.pixels.data(), golden.count, "logits"));
    double largest = 0;
    double scale = 1;
    for (const float logit : golden.logits)
        scale = std::max(scale, std::abs(static_cast<double>(logit)));
    std::size_t place = 0;
    for (const std::vector<float>& row : rows) {
        for (const float logit : row) {
            const double difference =
                std::abs(static_cast<double>(logit) - static_cast<double>(golden.logits.at(place++)));
            largest = std::max(largest, std::isnan(difference) ? HUGE_VAL : difference);
        }
    }
    return largest / scale;
}

Result<double> checkGolden(NetworkRunner& runner, const GoldenSamples& golden)
{
    TRAINYARD_TRY(const double difference, goldenDifference(runner, golden));
    if (difference <= kGoldenTolerance)
        return difference;
    char text[160];
    std::snprintf(text, sizeof text,
                  "the model does not answer its golden samples as it did when it was packaged (difference "
                  "%.3g, at most "
                  "%.0e is accepted)",
                  difference, kGoldenTolerance);
    return fail(ErrorCode::CorruptFile, text);
}

} // namespace trainyard::engine
