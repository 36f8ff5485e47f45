// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/io_env.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace trainyard {

/// The file under every log: bytes are appended, then made durable.
///
/// One writer, one thread. What was appended since the last good sync is kept in memory. After a failed sync,
/// or an append that left half of its bytes, the old file is no longer trusted: the next append or sync first
/// writes a new file under the same name from the durable part and the memory. The failure itself is returned
/// once.
class AppendFile
{
public:
    /// Opens or creates (then the folder is synced). What lies behind `keepBytes` is cut off.
    static Result<AppendFile> open(IoEnv& io, const std::filesystem::path& path, std::uint64_t keepBytes);
    AppendFile(AppendFile&& other) noexcept;
    AppendFile& operator=(AppendFile&& other) noexcept;
    ~AppendFile();

    /// All of `bytes` by one call, or (with an error) none of them in any later state of the file.
    Result<void> append(std::string_view bytes);
    Result<void> sync();
    [[nodiscard]] std::uint64_t size() const { return m_durableSize + m_pending.size(); }

private:
    AppendFile(IoEnv& io, std::filesystem::path path, int fd, std::uint64_t size);
    Result<void> writeAnew();
    Result<void> reopen();
    void closeQuietly();

    IoEnv* m_io;
    std::filesystem::path m_path;
    int m_fd = -1;
    std::uint64_t m_durableSize = 0; ///< bytes at the last good sync
    std::string m_pending;           ///< what was appended since
    bool m_isTrusted = true;
};

} // namespace trainyard
