// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/storage/io_env.h"

#include <cstdint>
#include <vector>

namespace trainyard {

/// An append-only file of JSON objects, one a line, for job events and controls.
///
/// append() writes one line in one call; sync() makes what was appended durable. After a failed sync the file is
/// written anew from memory under the same name (a failed fsync is never retried) and the failure is returned
/// once. One writer; one thread.
class Journal
{
public:
    /// Opens or creates. A torn last line is cut off; complete lines that do not parse are kept and skipped.
    static Result<Journal> open(IoEnv& io, const std::filesystem::path& path);
    Journal(Journal&& other) noexcept;
    Journal& operator=(Journal&& other) noexcept;
    ~Journal();

    Result<void> append(const Json& record);
    Result<void> sync();

private:
    Journal(IoEnv& io, std::filesystem::path path, int fd);
    IoEnv* m_io;
    std::filesystem::path m_path;
    int m_fd = -1;
    std::string m_written; ///< what this object appended, for the new file after a failed sync
    bool m_isBroken = false;
};

/// Follows a journal that another process appends to.
class JournalReader
{
public:
    explicit JournalReader(std::filesystem::path path) : m_path(std::move(path)) {}

    /// The complete records that appeared since the last call (none while the file does not exist). Lines that do
    /// not parse are counted and skipped; a file that shrank is read again from its start.
    Result<std::vector<Json>> readNew();
    [[nodiscard]] std::int64_t damagedLines() const { return m_damaged; }

private:
    std::filesystem::path m_path;
    std::uint64_t m_offset = 0;
    std::string m_partial;
    std::int64_t m_damaged = 0;
};

} // namespace trainyard
