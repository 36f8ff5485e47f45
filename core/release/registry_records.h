// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/release/package_files.h"
#include "core/release/registry.h"

#include <map>
#include <optional>

/// The registry's folders and JSON files (FORMAT.md), read and written; no decisions here.
namespace trainyard::registry_records {

/// Where an alias points and how it came there.
struct Alias
{
    std::string name;
    std::vector<std::int64_t> stack; ///< earlier versions, the present one last
    Json history = Json::array();    ///< every move, for people
};

std::filesystem::path blobFolder(const std::filesystem::path& registry);
std::filesystem::path versionFile(const std::filesystem::path& registry, const std::string& name,
                                  std::int64_t version);
std::filesystem::path tombstoneFile(const std::filesystem::path& registry, const std::string& name,
                                    std::int64_t version);
std::filesystem::path aliasFile(const std::filesystem::path& registry, const std::string& name,
                                const std::string& alias);

std::string versionText(const RegistryVersion& version);
std::string tombstoneText(const std::string& author, std::int64_t utcMs);
std::string aliasText(const Alias& alias);

/// Names of all models that have a folder, sorted.
Result<std::vector<std::string>> modelNames(const std::filesystem::path& registry);
/// A version with its tombstone's time.
struct StoredVersion
{
    RegistryVersion version; ///< with its aliases
    std::int64_t deletedUtcMs = 0;
};
/// All versions of a name by rising number; none for an unknown name. CorruptFile names the record that
/// cannot be read.
Result<std::vector<StoredVersion>> readVersions(const std::filesystem::path& registry,
                                                const std::string& name);
Result<std::optional<Alias>> readAlias(const std::filesystem::path& registry, const std::string& name,
                                       const std::string& alias);
Result<std::vector<Alias>> readAliases(const std::filesystem::path& registry, const std::string& name);
/// The manifest blob of a version: the blobs that it needs.
Result<Manifest> readBlobManifest(const std::filesystem::path& registry, const std::string& digest);
/// A positive decimal number without sign or leading zeros; nothing else.
std::optional<std::int64_t> versionNumber(std::string_view text);

} // namespace trainyard::registry_records
