// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/checkpoint.h"

#include <filesystem>
#include <future>

namespace trainyard {

/// Saves checkpoints on a thread of its own, so that training waits only for the copy of its tensors;
/// afterwards it removes old ones. One checkpoint at a time: save() waits for the one before.
///
/// The IoEnv must outlive the writer; the destructor waits. An error of a save is given by the next save() or
/// wait().
class CheckpointWriter
{
public:
    CheckpointWriter(IoEnv& io, std::filesystem::path runFolder, std::int64_t keep);
    ~CheckpointWriter();
    CheckpointWriter(const CheckpointWriter&) = delete;
    CheckpointWriter& operator=(const CheckpointWriter&) = delete;

    Result<void> save(std::int64_t step, Checkpoint checkpoint, std::int64_t bestStep);
    Result<void> wait();

private:
    IoEnv& m_io;
    std::filesystem::path m_runFolder;
    std::int64_t m_keep;
    std::future<Result<void>> m_running;
};

} // namespace trainyard
