// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/checkpoint_writer.h"

namespace trainyard {

CheckpointWriter::CheckpointWriter(IoEnv& io, std::filesystem::path runFolder, std::int64_t keep)
    : m_io(io), m_runFolder(std::move(runFolder)), m_keep(keep)
{
}

CheckpointWriter::~CheckpointWriter()
{
    if (m_running.valid())
        m_running.wait();
}

Result<void> CheckpointWriter::save(std::int64_t step, Checkpoint checkpoint, std::int64_t bestStep)
{
    TRAINYARD_CHECK(wait());
    m_running = std::async(std::launch::async,
                           [this, step, bestStep, saved = std::move(checkpoint)]() -> Result<void> {
                               TRAINYARD_CHECK(saveCheckpoint(m_io, m_runFolder, step, saved));
                               return pruneCheckpoints(m_io, m_runFolder, m_keep, bestStep);
                           });
    return {};
}

Result<void> CheckpointWriter::wait()
{
    return m_running.valid() ? m_running.get() : Result<void>{};
}

} // namespace trainyard
