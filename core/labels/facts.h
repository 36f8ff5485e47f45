// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace trainyard {

/// One measured fact of an item: what was computed from its content, never what a person said.
struct FactRow
{
    ItemId item = 0;
    std::uint64_t contentHash = 0;
    std::int64_t integer = 0; ///< for hashes (bit pattern)
    std::vector<float>
        values; ///< for embeddings and probabilities; all rows of one append() have the same length

    bool operator==(const FactRow&) const = default;
};

/// Measured facts of items in cache/facts/<kind>/: write-once HDF5 shards of at most 4,096 rows, keyed by
/// item and content hash; the newest wins.
///
/// Any number of processes may append at the same time: a shard appears under the next free number by a
/// rename that creates only. Everything is rebuildable: a damaged shard is skipped with a warning.
///
/// Any thread. append() fails with InvalidArgument (rows of different lengths), NoSpace or IoError; readAll()
/// and visit() with IoError where the folder cannot be listed.
class FactStore
{
public:
    /// `version` names how it was measured; rows of another version are not returned.
    FactStore(const std::filesystem::path& projectFolder, const std::string& kind, std::string version);
    Result<void> append(const std::vector<FactRow>& rows);
    /// Rows by rising item id, one for each item.
    [[nodiscard]] Result<std::vector<FactRow>> readAll() const;
    /// Every row, one shard in memory at a time; of two rows of one item the later one is newer.
    [[nodiscard]] Result<void> visit(const std::function<void(FactRow)>& see) const;
    /// append(), then removes the older shards of this version: for facts that are computed anew all the
    /// time.
    Result<void> replace(const std::vector<FactRow>& rows);

private:
    std::filesystem::path m_folder;
    std::string m_version;
};

/// What a model believes of unlabelled pictures: `integer` is the class, `values` are its probability and how
/// far the second-best class is behind.
FactStore suggestionFacts(const std::filesystem::path& projectFolder, const std::string& model);

/// The perceptual hash (imaging/perceptual_hash.h) of the picture decoded for its thumbnail.
FactStore perceptualHashFacts(const std::filesystem::path& projectFolder);

} // namespace trainyard
