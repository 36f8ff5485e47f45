// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/dataset.h"
#include "core/storage/pack_file.h"
#include "core/storage/safetensors.h"
#include "core/training/reports.h"
#include "core/training/run_folder.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace trainyard {

enum class TrainingCommand { Continue, Stop, Pause, Checkpoint };

/// Hears a run; called on the training thread.
class TrainingObserver
{
public:
    virtual ~TrainingObserver() = default;
    virtual void stepDone(const StepReport& report) = 0;
    virtual void epochDone(const EpochReport& report) = 0;
    virtual void note(const std::string& text) = 0;
    virtual TrainingCommand command() = 0; ///< asked after every step
};

struct TrainingOutcome
{
    std::string state; ///< "done", "stopped", "paused"
    std::int64_t step = 0;
    /// Checkpoint with the best validation loss, the last where there is no validation split.
    std::int64_t bestStep = 0;
    bool hasValidation = false; ///< false: the next two say nothing
    double bestValidationLoss = 0;
    double bestValidationAccuracy = 0;
    std::string weightsSha256; ///< of the last checkpoint's model file
};

/// Trains in runFolder from its resolved recipe; goes on from the newest intact checkpoint where there is
/// one. The result is the same bytes as an uninterrupted run (same build, device kind, thread count).
///
/// Blocks its thread; dataset, pack and observer must outlive the call. Fails with DeviceUnavailable,
/// OutOfMemory, CorruptFile or NumericalFailure (names the step); the last complete checkpoint stays
/// readable.
Result<TrainingOutcome> train(const std::filesystem::path& runFolder, const Dataset& dataset,
                              const PackReader& pack, const TensorFile* starterWeights,
                              TrainingObserver& observer);

/// Fills in device, precision, threads and step counts.
Result<ResolvedRecipe> resolveRecipe(const Recipe& recipe, const Dataset& dataset);

} // namespace trainyard
