// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace trainyard {

/// Measured facts of items in cache/facts/<kind>/: write-once shards keyed by item and content hash; the newest wins.
struct FactRow
{
    ItemId item = 0;
    std::uint64_t contentHash = 0;
    std::int64_t integer = 0;       ///< for hashes (bit pattern)
    std::vector<float> values;      ///< for embeddings and probabilities; all rows of a kind have the same length
};

class FactStore
{
public:
    /// `version` names how it was measured; rows of another version are not returned.
    FactStore(std::filesystem::path projectFolder, std::string kind, std::string version);
    Result<void> append(const std::vector<FactRow>& rows); ///< in shards of at most 4,096 rows
    /// Rows by rising item id, one for each item.
    Result<std::vector<FactRow>> readAll() const;

private:
    std::filesystem::path m_folder;
    std::string m_version;
};

} // namespace trainyard
