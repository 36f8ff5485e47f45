// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/release/registry.h"

#include "core/base/path_text.h"
#include "core/release/registry_records.h"
#include "core/storage/atomic_file.h"
#include "core/storage/file_lock.h"
#include "core/storage/hash.h"

#include <algorithm>
#include <chrono>
#include <unistd.h>

namespace trainyard {

using namespace registry_records;

namespace {

constexpr const char* kFormat = "trainyard-registry";
constexpr int kVersion = 1;
constexpr const char* kRegistryFile = "registry.json";
constexpr const char* kRegistryStaging = ".registry.json";
constexpr const char* kLockFile = "registry.lock";
constexpr std::chrono::seconds kPatience{60};
constexpr std::size_t kLongestName = 64;

Result<FileLock> lockRegistry(const std::filesystem::path& folder)
{
    return FileLock::acquire(folder / kLockFile, kPatience,
                             "trainyard registry, pid " + std::to_string(::getpid()));
}

Result<void> checkName(const std::string& name, const char* what)
{
    if (!isRegistryName(name))
        return fail(ErrorCode::InvalidArgument,
                    std::string(what) + " '" + displayText(name.substr(0, 2 * kLongestName)) +
                        "': use 1 to 64 of a-z, 0-9, dot, underscore and hyphen, not starting with a dot");
    return {};
}

Result<void> checkRegistryFile(const std::filesystem::path& folder)
{
    TRAINYARD_TRY(const std::string text, readBeneath(folder, kRegistryFile, 1 << 16));
    const std::string where = displayText((folder / kRegistryFile).native());
    TRAINYARD_TRY(const Json json, parseJson(text, where));
    const int version = jsonValue(json, "version", 0);
    if (jsonValue(json, "format", std::string()) != kFormat || version < 1)
        return fail(ErrorCode::CorruptFile, where + ": this is no registry of Trainyard");
    if (version > kVersion)
        return fail(ErrorCode::Unsupported, where + ": registry version " + std::to_string(version) +
                                                " is newer than this program knows; update Trainyard");
    return {};
}

/// Only what a start of a registry that was interrupted, or that goes on in another process, can have left.
Result<void> checkFolderIsFree(const std::filesystem::path& folder)
{
    std::error_code error;
    for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end;
         it.increment(error)) {
        const std::string name = it->path().filename().string();
        const bool isOurs = name == "blobs" || name == "models" || name == kLockFile ||
                            name == kRegistryFile || name.starts_with(kRegistryStaging);
        if (!isOurs)
            return fail(ErrorCode::Refused, displayText(folder.native()) +
                                                ": the folder has other things in it ('" + displayText(name) +
                                                "'); name a new or empty one");
    }
    if (error)
        return fail(ErrorCode::IoError, displayText(folder.native()) + ": cannot list the folder",
                    error.message());
    return {};
}

Result<void> makeRegistry(IoEnv& io, const std::filesystem::path& folder)
{
    TRAINYARD_CHECK(makeFolders(io, folder));
    TRAINYARD_CHECK(checkFolderIsFree(folder));
    TRAINYARD_CHECK(io.makeFolder(blobFolder(folder)));
    TRAINYARD_CHECK(io.makeFolder(folder / "models"));
    const auto written =
        writeFileAtomically(io, folder / kRegistryFile,
                            jsonText({{"format", kFormat}, {"version", kVersion}}), AtomicMode::CreateOnly);
    if (!written && written.error().code != ErrorCode::Conflict) // another process made it at the same time
        return written;
    return {};
}

Result<RegistryVersion> findVersion(const std::filesystem::path& folder, const std::string& name,
                                    std::int64_t number)
{
    TRAINYARD_TRY(auto versions, readVersions(folder, name));
    for (StoredVersion& stored : versions) {
        if (stored.version.version == number)
            return std::move(stored.version);
    }
    return fail(ErrorCode::NotFound, "the registry has no version " + name + ":" + std::to_string(number));
}

Result<RegistryVersion> findLiveVersion(const std::filesystem::path& folder, const std::string& name,
                                        std::int64_t number)
{
    TRAINYARD_TRY(RegistryVersion version, findVersion(folder, name, number));
    if (version.isDeleted)
        return fail(ErrorCode::NotFound, "version " + name + ":" + std::to_string(number) + " is deleted");
    return version;
}

/// Moves an alias and notes the move.
Result<void> writeAlias(IoEnv& io, const std::filesystem::path& folder, const std::string& name, Alias alias,
                        const char* action, const std::string& author, std::int64_t utcMs)
{
    alias.history.push_back(
        {{"version", alias.stack.back()}, {"action", action}, {"author", author}, {"utc_ms", utcMs}});
    const std::filesystem::path file = aliasFile(folder, name, alias.name);
    TRAINYARD_CHECK(makeFolders(io, file.parent_path()));
    return writeFileAtomically(io, file, aliasText(alias), AtomicMode::Replace);
}

} // namespace

bool isRegistryName(std::string_view name)
{
    return !name.empty() && name.size() <= kLongestName && name.front() != '.' &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
           });
}

Result<Registry> Registry::open(const std::filesystem::path& folder, IoEnv& io, const Clock& clock)
{
    std::error_code error;
    if (!std::filesystem::exists(folder / kRegistryFile, error))
        TRAINYARD_CHECK(makeRegistry(io, folder));
    TRAINYARD_CHECK(checkRegistryFile(folder));
    return Registry(folder, io, clock);
}

Result<void> Registry::setAlias(const std::string& name, const std::string& alias, std::int64_t version,
                                const std::string& author)
{
    TRAINYARD_CHECK(checkName(name, "name"));
    TRAINYARD_CHECK(checkName(alias, "alias"));
    TRAINYARD_TRY(const FileLock lock, lockRegistry(m_folder));
    TRAINYARD_CHECK(findLiveVersion(m_folder, name, version));
    TRAINYARD_TRY(std::optional<Alias> present, readAlias(m_folder, name, alias));
    Alias moved = present ? std::move(*present) : Alias{alias, {}, Json::array()};
    if (!moved.stack.empty() && moved.stack.back() == version)
        return {};
    moved.stack.push_back(version);
    return writeAlias(*m_io, m_folder, name, std::move(moved), "set", author, m_clock->utcMilliseconds());
}

Result<std::int64_t> Registry::rollback(const std::string& name, const std::string& alias,
                                        const std::string& author)
{
    TRAINYARD_CHECK(checkName(name, "name"));
    TRAINYARD_CHECK(checkName(alias, "alias"));
    TRAINYARD_TRY(const FileLock lock, lockRegistry(m_folder));
    TRAINYARD_TRY(std::optional<Alias> present, readAlias(m_folder, name, alias));
    if (!present)
        return fail(ErrorCode::NotFound, "the registry has no alias " + name + "@" + alias);
    Alias moved = std::move(*present);
    const std::int64_t before = moved.stack.back();
    do {
        moved.stack.pop_back();
    } while (!moved.stack.empty() &&
             (moved.stack.back() == before || !findLiveVersion(m_folder, name, moved.stack.back())));
    if (moved.stack.empty())
        return fail(ErrorCode::Refused, name + "@" + alias + " points at version " + std::to_string(before) +
                                            " and pointed at no other version that still exists");
    const std::int64_t version = moved.stack.back();
    TRAINYARD_CHECK(
        writeAlias(*m_io, m_folder, name, std::move(moved), "rollback", author, m_clock->utcMilliseconds()));
    return version;
}

Result<void> Registry::remove(const std::string& name, std::int64_t version, const std::string& author)
{
    TRAINYARD_CHECK(checkName(name, "name"));
    TRAINYARD_TRY(const FileLock lock, lockRegistry(m_folder));
    TRAINYARD_TRY(const RegistryVersion found, findLiveVersion(m_folder, name, version));
    if (!found.aliases.empty())
        return fail(ErrorCode::Refused, "version " + name + ":" + std::to_string(version) + " is in use as " +
                                            name + "@" + found.aliases.front() + "; move that alias first");
    return writeFileAtomically(*m_io, tombstoneFile(m_folder, name, version),
                               tombstoneText(author, m_clock->utcMilliseconds()), AtomicMode::CreateOnly);
}

Result<std::vector<RegistryVersion>> Registry::list() const
{
    std::vector<RegistryVersion> all;
    TRAINYARD_TRY(const std::vector<std::string> names, modelNames(m_folder));
    for (const std::string& name : names) {
        TRAINYARD_TRY(auto versions, readVersions(m_folder, name));
        for (StoredVersion& stored : versions)
            all.push_back(std::move(stored.version));
    }
    return all;
}

Result<RegistryVersion> Registry::resolve(const std::string& reference) const
{
    const std::size_t mark = reference.find_first_of("@:");
    if (mark == std::string::npos)
        return fail(ErrorCode::InvalidArgument,
                    std::string("'") + displayText(reference) +
                        "': a model of the registry is NAME@ALIAS or NAME:VERSION");
    const std::string name = reference.substr(0, mark);
    const std::string rest = reference.substr(mark + 1);
    TRAINYARD_CHECK(checkName(name, "name"));
    if (reference[mark] == ':') {
        const auto number = versionNumber(rest);
        if (!number)
            return fail(ErrorCode::InvalidArgument,
                        std::string("'") + displayText(reference) + "': the version must be a number");
        return findLiveVersion(m_folder, name, *number);
    }
    TRAINYARD_CHECK(checkName(rest, "alias"));
    TRAINYARD_TRY(const std::optional<Alias> alias, readAlias(m_folder, name, rest));
    if (!alias)
        return fail(ErrorCode::NotFound, "the registry has no alias " + name + "@" + rest);
    return findLiveVersion(m_folder, name, alias->stack.back());
}

} // namespace trainyard
