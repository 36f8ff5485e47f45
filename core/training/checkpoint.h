// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/storage/safetensors.h"

#include <filesystem>

namespace trainyard {

/// Everything that resume needs.
struct Checkpoint
{
    TensorFile model;     ///< parameters and buffers by name
    TensorFile optimizer; ///< state by parameter name
    Json state =
        Json::object(); ///< step, epoch, consumed, best metric, early stop, seed, build, device, threads
};

/// checkpoints/<step>: files, then manifest.json with SHA-256 of each, in checkpoints/<step>.tmp, synced,
/// renamed, verified. A checkpoint of this step that is intact and the same stays; another one is replaced.
/// After an error older checkpoints are as they were.
Result<void> saveCheckpoint(IoEnv& io, const std::filesystem::path& runFolder, std::int64_t step,
                            const Checkpoint& checkpoint);
/// Checks the manifest first. CorruptFile names file and checkpoint.
Result<Checkpoint> loadCheckpoint(const std::filesystem::path& runFolder, std::int64_t step);
/// SHA-256 of a checkpoint's model.safetensors as its manifest states it.
Result<std::string> checkpointModelSha256(const std::filesystem::path& runFolder, std::int64_t step);
/// Manifest and files agree, nothing else is looked at.
Result<void> verifyCheckpoint(const std::filesystem::path& runFolder, std::int64_t step);
/// The newest checkpoint that verifies; `skipped` names the damaged ones passed over.
Result<std::pair<std::int64_t, Checkpoint>> loadNewestCheckpoint(const std::filesystem::path& runFolder,
                                                                 std::vector<std::string>& skipped);
/// Removes old checkpoints but the newest `keep` (at least 2) that verify and the best, and what an
/// interrupted save left.
Result<void> pruneCheckpoints(IoEnv& io, const std::filesystem::path& runFolder, std::int64_t keep,
                              std::int64_t bestStep);

} // namespace trainyard
