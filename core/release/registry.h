// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/release/package.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace trainyard {

struct RegistryVersion
{
    std::string name; ///< [a-z0-9._-]{1,64}
    std::int64_t version = 0;
    std::string packageDigest;
    std::int64_t publishedUtcMs = 0;
    std::string author;
    bool isDeleted = false; ///< tombstone; files stay 30 days
    Json lineage = Json::object();
    std::vector<std::string> aliases; ///< that point here now
};

/// A folder of content-addressed files: blobs/<sha256>, models/<name>/versions/<n>.json (create-only, numbers
/// never reused), models/<name>/aliases/<alias>.json (moved atomically, with their history for rollback).
/// FORMAT.md.
///
/// Any number of processes may use one registry: whatever changes it holds registry.lock, and records are
/// create-only, so that where locks do not reach (some network folders) the loser of a race takes the next
/// number. After any failure or kill what was published before is intact, and nothing refers to what is not
/// there.
///
/// `io` and `clock` must outlive the object.
class Registry
{
public:
    /// Makes it where absent. Refused for a folder with other things in it, Unsupported for a newer version.
    static Result<Registry> open(const std::filesystem::path& folder, IoEnv& io = posixIo(),
                                 const Clock& clock = systemClock());

    /// The same package under the same name gives the version that exists. The package is verified first.
    Result<RegistryVersion> publish(const std::filesystem::path& package, const std::string& name,
                                    const std::string& author);
    /// Names and aliases are [a-z0-9._-]{1,64} and do not start with a dot.
    Result<void> setAlias(const std::string& name, const std::string& alias, std::int64_t version,
                          const std::string& author);
    /// The alias goes back to what it pointed at before, past deleted versions; Refused where there is
    /// nothing. Gives the version.
    Result<std::int64_t> rollback(const std::string& name, const std::string& alias,
                                  const std::string& author);
    /// Leaves a tombstone; Refused while an alias points at the version.
    Result<void> remove(const std::string& name, std::int64_t version, const std::string& author);
    [[nodiscard]] Result<std::vector<RegistryVersion>> list() const;
    /// "name@alias" or "name:version". NotFound for a deleted version.
    [[nodiscard]] Result<RegistryVersion> resolve(const std::string& reference) const;
    /// Makes a folder with copies of the package's files, each checked against its hash. A folder that holds
    /// this package already is left as it is.
    Result<std::filesystem::path> checkOut(const RegistryVersion& version,
                                           const std::filesystem::path& target) const;
    /// Every blob against its name, every version's blobs present.
    Result<std::int64_t> verify() const; ///< number of blobs checked
    /// Removes blobs that only versions deleted over `graceDays` ago used, and what interrupted publishing
    /// left behind a day ago. Gives the number. Removes nothing where a record cannot be read.
    Result<std::int64_t> collectGarbage(std::int64_t graceDays);
    [[nodiscard]] const std::filesystem::path& folder() const { return m_folder; }

private:
    Registry(std::filesystem::path folder, IoEnv& io, const Clock& clock)
        : m_folder(std::move(folder)), m_io(&io), m_clock(&clock)
    {
    }
    Result<RegistryVersion> record(RegistryVersion version) const;
    std::filesystem::path m_folder;
    IoEnv* m_io;
    const Clock* m_clock;
};

/// [a-z0-9._-]{1,64}, not starting with a dot.
bool isRegistryName(std::string_view name);

} // namespace trainyard
