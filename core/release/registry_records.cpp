// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/release/registry_records.h"

#include "core/base/path_text.h"
#include "core/storage/hash.h"

#include <algorithm>
#include <charconv>

namespace trainyard::registry_records {

namespace {

constexpr int kRecordVersion = 1;
constexpr std::uint64_t kMostRecordBytes = 16 << 20;
constexpr std::uint64_t kMostManifestBytes = 1 << 20;

std::filesystem::path modelFolder(const std::filesystem::path& registry, const std::string& name)
{
    return registry / "models" / name;
}

/// Names in a folder; an absent folder is empty.
Result<std::vector<std::string>> namesIn(const std::filesystem::path& folder)
{
    std::vector<std::string> names;
    std::error_code error;
    for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        names.push_back(it->path().filename().string());
    if (error && error != std::errc::no_such_file_or_directory)
        return fail(ErrorCode::IoError, displayText(folder.native()) + ": cannot list the folder",
                    error.message());
    std::sort(names.begin(), names.end());
    return names;
}

/// Reads a record file of the registry as JSON of a known version.
Result<Json> readRecord(const std::filesystem::path& folder, const std::string& name)
{
    const std::string where = displayText((folder / name).native());
    TRAINYARD_TRY(const std::string text, readBeneath(folder, name, kMostRecordBytes));
    auto json = parseJson(text, where);
    if (!json)
        return fail(ErrorCode::CorruptFile, json.error().message, json.error().context);
    const int version = jsonValue(*json, "format_version", 0);
    if (version > kRecordVersion)
        return fail(ErrorCode::Unsupported, where + ": record version " + std::to_string(version) +
                                                " is newer than this program knows; update Trainyard");
    if (version < 1)
        return fail(ErrorCode::CorruptFile, where + ": not a record of a registry");
    return std::move(*json);
}

Result<RegistryVersion> versionFromJson(const Json& json, const std::string& name, std::int64_t number,
                                        const std::string& where)
{
    RegistryVersion version;
    TRAINYARD_TRY(version.name, jsonField<std::string>(json, "name", where));
    TRAINYARD_TRY(version.version, jsonField<std::int64_t>(json, "version", where));
    TRAINYARD_TRY(version.packageDigest, jsonField<std::string>(json, "package_digest", where));
    TRAINYARD_TRY(version.publishedUtcMs, jsonField<std::int64_t>(json, "published_utc_ms", where));
    TRAINYARD_TRY(version.author, jsonField<std::string>(json, "author", where));
    TRAINYARD_TRY(version.lineage, jsonField<Json>(json, "lineage", where));
    if (version.name != name || version.version != number || !isSha256(version.packageDigest))
        return fail(ErrorCode::CorruptFile, where + ": the record is not the one that its file name says");
    return version;
}

Result<Alias> aliasFromJson(const Json& json, const std::string& name, const std::string& where)
{
    Alias alias;
    TRAINYARD_TRY(alias.name, jsonField<std::string>(json, "alias", where));
    TRAINYARD_TRY(alias.stack, jsonField<std::vector<std::int64_t>>(json, "stack", where));
    TRAINYARD_TRY(alias.history, jsonField<Json>(json, "history", where));
    const bool isPositive =
        std::all_of(alias.stack.begin(), alias.stack.end(), [](std::int64_t v) { return v > 0; });
    if (alias.name != name || alias.stack.empty() || !isPositive || !alias.history.is_array())
        return fail(ErrorCode::CorruptFile, where + ": the record is not the one that its file name says");
    return alias;
}

/// An error of a record's content is damage of the file.
template <typename T>
Result<T> asCorrupt(Result<T> result)
{
    if (result || result.error().code == ErrorCode::Unsupported)
        return result;
    return fail(ErrorCode::CorruptFile, result.error().message, result.error().context);
}

} // namespace

std::filesystem::path blobFolder(const std::filesystem::path& registry)
{
    return registry / "blobs";
}

std::filesystem::path versionFile(const std::filesystem::path& registry, const std::string& name,
                                  std::int64_t version)
{
    return modelFolder(registry, name) / "versions" / (std::to_string(version) + ".json");
}

std::filesystem::path tombstoneFile(const std::filesystem::path& registry, const std::string& name,
                                    std::int64_t version)
{
    return modelFolder(registry, name) / "versions" / (std::to_string(version) + ".deleted.json");
}

std::filesystem::path aliasFile(const std::filesystem::path& registry, const std::string& name,
                                const std::string& alias)
{
    return modelFolder(registry, name) / "aliases" / (alias + ".json");
}

std::string versionText(const RegistryVersion& version)
{
    return jsonText({{"format_version", kRecordVersion},
                     {"name", version.name},
                     {"version", version.version},
                     {"package_digest", version.packageDigest},
                     {"published_utc_ms", version.publishedUtcMs},
                     {"author", version.author},
                     {"lineage", version.lineage}});
}

std::string tombstoneText(const std::string& author, std::int64_t utcMs)
{
    return jsonText({{"format_version", kRecordVersion}, {"deleted_utc_ms", utcMs}, {"author", author}});
}

std::string aliasText(const Alias& alias)
{
    return jsonText({{"format_version", kRecordVersion},
                     {"alias", alias.name},
                     {"version", alias.stack.back()},
                     {"stack", alias.stack},
                     {"history", alias.history}});
}

std::optional<std::int64_t> versionNumber(std::string_view text)
{
    std::int64_t number = 0;
    if (text.empty() || text.front() < '1' || text.front() > '9')
        return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

Result<std::vector<std::string>> modelNames(const std::filesystem::path& registry)
{
    TRAINYARD_TRY(std::vector<std::string> names, namesIn(registry / "models"));
    std::erase_if(names, [](const std::string& name) { return !isRegistryName(name); });
    return names;
}

Result<std::vector<StoredVersion>> readVersions(const std::filesystem::path& registry,
                                                const std::string& name)
{
    const std::filesystem::path folder = modelFolder(registry, name) / "versions";
    constexpr std::string_view kEnd = ".json";
    std::vector<StoredVersion> versions;
    TRAINYARD_TRY(const std::vector<std::string> files, namesIn(folder));
    for (const std::string& file : files) {
        if (!file.ends_with(kEnd))
            continue;
        const auto number = versionNumber(std::string_view(file).substr(0, file.size() - kEnd.size()));
        if (!number)
            continue; // a tombstone or a staging file
        TRAINYARD_TRY(const Json json, readRecord(folder, file));
        StoredVersion stored;
        TRAINYARD_TRY(stored.version,
                      asCorrupt(versionFromJson(json, name, *number, displayText((folder / file).native()))));
        const std::string tombstone = tombstoneFile(registry, name, *number).filename().string();
        if (std::binary_search(files.begin(), files.end(), tombstone)) {
            TRAINYARD_TRY(const Json deleted, readRecord(folder, tombstone));
            TRAINYARD_TRY(stored.deletedUtcMs, asCorrupt(jsonField<std::int64_t>(deleted, "deleted_utc_ms",
                                                                                 displayText(tombstone))));
            stored.version.isDeleted = true;
        }
        versions.push_back(std::move(stored));
    }
    std::sort(versions.begin(), versions.end(), [](const StoredVersion& a, const StoredVersion& b) {
        return a.version.version < b.version.version;
    });
    TRAINYARD_TRY(const std::vector<Alias> aliases, readAliases(registry, name));
    for (const Alias& alias : aliases) {
        for (StoredVersion& stored : versions) {
            if (stored.version.version == alias.stack.back())
                stored.version.aliases.push_back(alias.name);
        }
    }
    return versions;
}

Result<std::optional<Alias>> readAlias(const std::filesystem::path& registry, const std::string& name,
                                       const std::string& alias)
{
    const std::filesystem::path file = aliasFile(registry, name, alias);
    std::error_code error;
    if (!std::filesystem::exists(std::filesystem::symlink_status(file, error)))
        return std::optional<Alias>();
    TRAINYARD_TRY(const Json json, readRecord(file.parent_path(), file.filename().string()));
    TRAINYARD_TRY(Alias read, asCorrupt(aliasFromJson(json, alias, displayText(file.native()))));
    return std::optional<Alias>(std::move(read));
}

Result<std::vector<Alias>> readAliases(const std::filesystem::path& registry, const std::string& name)
{
    constexpr std::string_view kEnd = ".json";
    std::vector<Alias> aliases;
    TRAINYARD_TRY(const std::vector<std::string> files, namesIn(modelFolder(registry, name) / "aliases"));
    for (const std::string& file : files) {
        const std::string alias = file.substr(0, file.size() - std::min(file.size(), kEnd.size()));
        if (!file.ends_with(kEnd) || !isRegistryName(alias))
            continue; // a staging file
        TRAINYARD_TRY(auto read, readAlias(registry, name, alias));
        if (read)
            aliases.push_back(std::move(*read));
    }
    return aliases;
}

Result<Manifest> readBlobManifest(const std::filesystem::path& registry, const std::string& digest)
{
    TRAINYARD_TRY(const std::string text, readBeneath(blobFolder(registry), digest, kMostManifestBytes));
    const std::string where = displayText((blobFolder(registry) / digest).native());
    if (sha256(text) != digest)
        return fail(ErrorCode::CorruptFile, where + ": the bytes are not the ones that the name promises");
    return parseManifest(text, where);
}

} // namespace trainyard::registry_records
