// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/storage/append_file.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace trainyard {

/// An append-only file of JSON objects, one a line, for job events and controls.
///
/// append() writes one line in one call; sync() makes what was appended durable. After a failed sync the file
/// is written anew from memory under the same name (a failed fsync is never retried) and the failure is
/// returned once. One writer; one thread.
class Journal
{
public:
    /// Opens or creates. A torn last line is cut off; complete lines that do not parse are kept and skipped.
    static Result<Journal> open(IoEnv& io, const std::filesystem::path& path);

    /// The record must be an object.
    Result<void> append(const Json& record);
    Result<void> sync();
    /// How many bytes of a torn line open() cut off.
    [[nodiscard]] std::uint64_t cutBytes() const { return m_cutBytes; }

private:
    Journal(AppendFile file, std::uint64_t cutBytes) : m_file(std::move(file)), m_cutBytes(cutBytes) {}
    AppendFile m_file;
    std::uint64_t m_cutBytes = 0;
};

/// Appends one durable record to a journal that others append to at the same time. A torn last line is not
/// cut but ended, so that it stays one damaged line.
Result<void> appendShared(IoEnv& io, const std::filesystem::path& path, const Json& record);

/// Follows a journal that another process appends to.
class JournalReader
{
public:
    explicit JournalReader(std::filesystem::path path) : m_path(std::move(path)) {}

    /// The complete records that appeared since the last call (none while the file does not exist). Lines
    /// that do are no JSON object are counted and skipped; a file that shrank is read again from its start.
    Result<std::vector<Json>> readNew();
    [[nodiscard]] std::int64_t damagedLines() const { return m_damaged; }

private:
    std::filesystem::path m_path;
    std::uint64_t m_offset = 0; ///< behind the last complete line
    std::int64_t m_damaged = 0;
};

} // namespace trainyard
