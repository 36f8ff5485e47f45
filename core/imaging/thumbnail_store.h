// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace trainyard {

inline constexpr int kThumbnailEdge = 192; ///< long edge in pixels

/// cache/thumbnails of a project: append-only packs of JPEGs, one pair of files per writing process, with a
/// checksum for each entry. Rebuildable: a damaged entry is simply absent.
///
/// put() from any thread of the writing process; read() from any thread and process.
class ThumbnailStore
{
public:
    static Result<std::unique_ptr<ThumbnailStore>> open(const std::filesystem::path& folder);
    virtual ~ThumbnailStore() = default;

    /// The index is written after the picture.
    virtual Result<void> put(ItemId item, std::uint64_t contentHash, const std::string& jpeg) = 0;
    virtual Result<void> flush() = 0;
    /// The newest intact JPEG of the item with this content.
    virtual std::optional<std::string> read(ItemId item, std::uint64_t contentHash) = 0;
    [[nodiscard]] virtual bool has(ItemId item, std::uint64_t contentHash) = 0;
    /// Notices what other processes appended.
    virtual Result<void> refresh() = 0;
};

} // namespace trainyard
