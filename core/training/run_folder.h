// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/network_spec.h"
#include "core/training/recipe.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace trainyard {

/// What a run was really given: recipe with every default filled in, dataset, network, machine.
struct ResolvedRecipe
{
    Recipe recipe;
    std::string datasetHash;
    NetworkSpec network;
    std::string device;    ///< "cpu", "cuda:0"
    std::string precision; ///< "float32", "bfloat16"
    std::int64_t threads = 1;
    std::int64_t stepsPerEpoch = 0;
    std::int64_t totalSteps = 0;
    std::string build; ///< version and libtorch, for lineage

    bool operator==(const ResolvedRecipe&) const = default;
};

/// runs/<id>: recipe.toml, resolved.json, metrics.log, machine.log, events.out.tfevents.*,
/// checkpoints/<step>/, outcome.json.
struct RunStatus
{
    std::string id;
    std::filesystem::path folder;
    std::optional<ResolvedRecipe> resolved;
    std::int64_t step = 0;
    std::string
        state; ///< of its newest job: "queued", "running", "paused", "stopped", "done", "failed", "died"
    std::optional<Json> outcome;
};

/// Makes runs/<id> ("2026-11-23T10-15-02-efficientnet-lite0-a1b2").
Result<std::string> createRun(const std::filesystem::path& projectFolder, const Recipe& recipe);
/// runs/<id>/recipe.toml as it was given.
Result<Recipe> loadRunRecipe(const std::filesystem::path& runFolder);
/// outcome.json of the run.
Result<void> saveRunOutcome(const std::filesystem::path& runFolder, const Json& outcome);
Result<void> saveResolved(const std::filesystem::path& runFolder, const ResolvedRecipe& resolved);
Result<ResolvedRecipe> loadResolved(const std::filesystem::path& runFolder);
std::vector<RunStatus> listRuns(const std::filesystem::path& projectFolder); ///< newest first
/// An id or a unique beginning or ending of one.
Result<RunStatus> findRun(const std::filesystem::path& projectFolder, const std::string& name);

/// Steps of complete checkpoints, rising.
std::vector<std::int64_t> listCheckpoints(const std::filesystem::path& runFolder);

} // namespace trainyard
