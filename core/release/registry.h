// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/release/package.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace trainyard {

struct RegistryVersion
{
    std::string name;          ///< [a-z0-9._-]{1,64}
    std::int64_t version = 0;
    std::string packageDigest;
    std::int64_t publishedUtcMs = 0;
    std::string author;
    bool isDeleted = false;    ///< tombstone; files stay 30 days
    Json lineage = Json::object();
    std::vector<std::string> aliases; ///< that point here now
};

/// A folder of content-addressed files: blobs/<sha256>, models/<name>/versions/<n>.json (create-only, numbers never reused),
/// models/<name>/aliases/<alias>.json (moved atomically, with their history for rollback).
class Registry
{
public:
    static Result<Registry> open(const std::filesystem::path& folder); ///< makes it where absent

    /// The same package under the same name gives the version that exists.
    Result<RegistryVersion> publish(const std::filesystem::path& package, const std::string& name, const std::string& author);
    Result<void> setAlias(const std::string& name, const std::string& alias, std::int64_t version, const std::string& author);
    /// The alias goes back to what it pointed at before. Gives the version.
    Result<std::int64_t> rollback(const std::string& name, const std::string& alias, const std::string& author);
    Result<void> remove(const std::string& name, std::int64_t version, const std::string& author);
    [[nodiscard]] Result<std::vector<RegistryVersion>> list() const;
    /// "name@alias" or "name:version".
    [[nodiscard]] Result<RegistryVersion> resolve(const std::string& reference) const;
    /// Makes a folder with the package's files (hard links or copies), for reading.
    Result<std::filesystem::path> checkOut(const RegistryVersion& version, const std::filesystem::path& target) const;
    /// Every blob against its name, every version's blobs present.
    Result<std::int64_t> verify() const; ///< number of blobs checked
    /// Removes blobs that only versions deleted over `graceDays` ago used. Gives the number.
    Result<std::int64_t> collectGarbage(std::int64_t graceDays);
    [[nodiscard]] const std::filesystem::path& folder() const { return m_folder; }

private:
    explicit Registry(std::filesystem::path folder) : m_folder(std::move(folder)) {}
    std::filesystem::path m_folder;
};

} // namespace trainyard
