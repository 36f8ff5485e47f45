// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/io_env.h"

#include <span>
#include <string_view>

namespace trainyard {

/// Replaces or creates one file so that a reader sees the old bytes or the new ones, never a mixture, and so
/// that a reported success survives a power loss: temporary file beside it, write, fsync, rename, fsync of
/// the folder. After any error the old file is untouched and the temporary one is gone.
enum class AtomicMode { Replace, CreateOnly };

Result<void> writeFileAtomically(IoEnv& io, const std::filesystem::path& path,
                                 std::span<const std::byte> bytes, AtomicMode mode = AtomicMode::Replace);
Result<void> writeFileAtomically(IoEnv& io, const std::filesystem::path& path, std::string_view bytes,
                                 AtomicMode mode = AtomicMode::Replace);

/// The same in two steps, for libraries that insist on writing a path by themselves (HDF5): write to
/// stagingPath(), then commit(). The destructor removes what was not committed.
class AtomicFile
{
public:
    AtomicFile(IoEnv& io, std::filesystem::path path);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    [[nodiscard]] const std::filesystem::path& stagingPath() const { return m_staging; }
    Result<void> commit(AtomicMode mode = AtomicMode::Replace);

private:
    IoEnv& m_io;
    std::filesystem::path m_path;
    std::filesystem::path m_staging;
    bool m_isCommitted = false;
};

} // namespace trainyard
