// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/network_runner.h"
#include "core/network/network_spec.h"
#include "core/release/package.h"
#include "core/storage/safetensors.h"
#include "core/training/run_folder.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace trainyard::engine {

/// A trained network from wherever a user names one.
struct Model
{
    std::string name; ///< run id, or the package's digest
    bool isRun = false;
    NetworkSpec network;
    TensorFile weights;
    std::string datasetHash;                ///< that it was trained on; empty where not known
    std::optional<ResolvedRecipe> resolved; ///< of a run
    std::int64_t step = 0;                  ///< of a run: the checkpoint taken
    std::optional<GoldenSamples> golden;    ///< of a package
    Json lineage = Json::object();          ///< of a package
};

/// The checkpoint of a run that its figures speak of: the best by validation loss, else the newest intact
/// one.
Result<Model> loadRunModel(const RunStatus& run);
Result<Model> loadPackageModel(const std::filesystem::path& folder);
/// A RUN of the project, a package's folder, NAME@ALIAS or NAME:VERSION of the project's registry.
Result<Model> loadModel(const std::filesystem::path& projectFolder, const std::string& reference);

/// Ready to run; a package's golden samples are asked first.
Result<std::unique_ptr<NetworkRunner>> makeRunner(const Model& model);

/// The largest difference of a logit to the golden one, relative to the largest golden logit (at least 1).
Result<double> goldenDifference(NetworkRunner& runner, const GoldenSamples& golden);
/// CorruptFile where the network does not answer as it did when it was packaged (difference over 1e-3).
Result<double> checkGolden(NetworkRunner& runner, const GoldenSamples& golden);

} // namespace trainyard::engine
