// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run_folder.h"

#include <cstdint>
#include <string>

namespace trainyard::detail {

/// Where a run stands, beside its tensors: everything else that the rest of the run depends on.
///
/// Random numbers are counter-based, so the seed and the position are the whole state of randomness.
struct TrainingState
{
    std::int64_t step = 0;     ///< finished updates
    std::int64_t epoch = 0;    ///< of the next update
    std::int64_t position = 0; ///< number of the next batch within its epoch
    std::int64_t consumed = 0; ///< training items seen, over all epochs
    std::uint64_t seed = 0;
    std::int64_t bestStep = -1; ///< -1: no validation yet
    double bestLoss = 0;
    double bestAccuracy = 0;
    std::int64_t epochsWithoutBest = 0;
    double epochLoss = 0; ///< sum of loss times items of the epoch so far
    std::int64_t epochCorrect = 0;
    std::int64_t epochItems = 0;

    bool operator==(const TrainingState&) const = default;
};

/// With build, device, precision and thread count of the run.
Json trainingStateToJson(const TrainingState& state, const ResolvedRecipe& resolved);
/// CorruptFile where a field is missing or step, epoch and position do not agree.
Result<TrainingState> trainingStateFromJson(const Json& json, const ResolvedRecipe& resolved);
/// What differs between the machine of the checkpoint and this run, in words; empty where bits will be the
/// same.
std::string machineDifference(const Json& json, const ResolvedRecipe& resolved, const std::string& build);

} // namespace trainyard::detail
