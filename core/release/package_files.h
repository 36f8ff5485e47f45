// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/io_env.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace trainyard {

/// What manifest.json says about a file.
struct ManifestEntry
{
    std::string sha256;
    std::uint64_t bytes = 0;

    bool operator==(const ManifestEntry&) const = default;
};
using Manifest = std::map<std::string, ManifestEntry>;

inline constexpr const char* kManifestName = "manifest.json";

std::string manifestText(const Manifest& manifest);
/// CorruptFile unless it names exactly the files of a package; Unsupported for a newer version.
Result<Manifest> parseManifest(std::string_view text, std::string_view source);
/// The manifest of a package folder that has exactly the manifest's files, all of them plain files of the
/// stated size.
Result<Manifest> readManifest(const std::filesystem::path& folder);

/// A file of the folder, never through a link; Refused over `maxBytes`.
Result<std::string> readBeneath(const std::filesystem::path& folder, const std::string& name,
                                std::uint64_t maxBytes);
/// A file of a package with the bytes that the manifest promises, else CorruptFile.
Result<std::string> readPackageFile(const std::filesystem::path& folder, const std::string& name,
                                    const ManifestEntry& entry);

/// A folder that appears under its name only when everything in it is on the disk: `.NAME.tmp-RANDOM` beside
/// it, removed by the destructor unless commit() succeeded.
class StagedFolder
{
public:
    static Result<StagedFolder> create(IoEnv& io, const std::filesystem::path& target);
    StagedFolder(StagedFolder&& other) noexcept;
    StagedFolder& operator=(StagedFolder&&) = delete;
    ~StagedFolder();

    [[nodiscard]] const std::filesystem::path& path() const { return m_staging; }
    /// Writes and syncs one new file.
    Result<void> write(const std::string& name, std::string_view bytes);
    /// Syncs the folder and gives it its name; Refused where that exists.
    Result<void> commit();

private:
    StagedFolder(IoEnv& io, std::filesystem::path target, std::filesystem::path staging)
        : m_io(&io), m_target(std::move(target)), m_staging(std::move(staging))
    {
    }
    IoEnv* m_io;
    std::filesystem::path m_target;
    std::filesystem::path m_staging;  ///< empty: nothing to remove
    std::vector<std::string> m_files; ///< written so far
};

bool isSha256(std::string_view text);

} // namespace trainyard
