// SPDX-License-Identifier: GPL-3.0-or-later
// What a registry does with blobs: publish, check out, verify, collect garbage.
#include "core/base/path_text.h"
#include "core/release/registry_records.h"
#include "core/storage/atomic_file.h"
#include "core/storage/file_lock.h"
#include "core/storage/hash.h"

#include <chrono>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace trainyard {

using namespace registry_records;

namespace {

constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;
constexpr int kMostAttempts = 10000;

Result<FileLock> lockForStorage(const std::filesystem::path& folder)
{
    return FileLock::acquire(folder / "registry.lock", std::chrono::seconds(60),
                             "trainyard registry, pid " + std::to_string(::getpid()));
}

/// Every file of the package and its manifest, as blobs.
Manifest blobsOf(Manifest manifest, const std::string& digest, std::uint64_t manifestBytes)
{
    manifest[kManifestName] = {digest, manifestBytes};
    return manifest;
}

bool isBlobIntact(const std::filesystem::path& file, const ManifestEntry& entry)
{
    std::error_code error;
    if (!std::filesystem::is_regular_file(std::filesystem::symlink_status(file, error)) ||
        std::filesystem::file_size(file, error) != entry.bytes)
        return false;
    const auto hash = sha256File(file);
    return hash && *hash == entry.sha256;
}

/// Writes what is not there yet and reads it back.
Result<void> putBlob(IoEnv& io, const std::filesystem::path& folder, const std::filesystem::path& package,
                     const std::string& name, const ManifestEntry& entry)
{
    const std::filesystem::path file = folder / entry.sha256;
    if (isBlobIntact(file, entry))
        return {};
    TRAINYARD_TRY(const std::string bytes, readPackageFile(package, name, entry));
    TRAINYARD_CHECK(writeFileAtomically(io, file, bytes, AtomicMode::Replace));
    if (!isBlobIntact(file, entry))
        return fail(ErrorCode::CorruptFile,
                    displayText(file.native()) + ": what was written reads back differently; check the disk");
    return {};
}

Result<Json> readLineage(const std::filesystem::path& package, const Manifest& manifest)
{
    TRAINYARD_TRY(const std::string text,
                  readPackageFile(package, "lineage.json", manifest.at("lineage.json")));
    return parseJson(text, displayText((package / "lineage.json").native()));
}

std::int64_t modifiedMs(const std::filesystem::path& file)
{
    struct stat status
    {
    };
    if (::lstat(file.c_str(), &status) != 0)
        return 0;
    return static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1000 + status.st_mtim.tv_nsec / 1000000;
}

/// Blobs that versions need, by whether the versions still count.
struct BlobUse
{
    std::set<std::string> live;
    std::set<std::string> expired;
};

Result<BlobUse> blobUse(const std::filesystem::path& registry, std::int64_t expiredBeforeMs)
{
    BlobUse use;
    TRAINYARD_TRY(const std::vector<std::string> names, modelNames(registry));
    for (const std::string& name : names) {
        TRAINYARD_TRY(const auto versions, readVersions(registry, name));
        for (const StoredVersion& stored : versions) {
            const bool isExpired = stored.version.isDeleted && stored.deletedUtcMs <= expiredBeforeMs;
            std::set<std::string>& target = isExpired ? use.expired : use.live;
            target.insert(stored.version.packageDigest);
            const auto manifest = readBlobManifest(registry, stored.version.packageDigest);
            if (!manifest && isExpired)
                continue; // collected before
            TRAINYARD_CHECK(manifest);
            for (const auto& [file, entry] : *manifest)
                target.insert(entry.sha256);
        }
    }
    return use;
}

Result<void> checkBlobs(const std::filesystem::path& folder, std::set<std::string>& checked)
{
    std::error_code error;
    for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end;
         it.increment(error)) {
        const std::string name = it->path().filename().string();
        if (name.starts_with('.'))
            continue; // left by an interrupted write
        const auto hash = sha256File(it->path());
        if (!hash || *hash != name)
            return fail(ErrorCode::CorruptFile, displayText(it->path().native()) +
                                                    ": the bytes are not the ones that the name promises");
        checked.insert(name);
    }
    if (error)
        return fail(ErrorCode::IoError, displayText(folder.native()) + ": cannot list the folder",
                    error.message());
    return {};
}

Result<void> checkAliases(const std::filesystem::path& registry, const std::string& name,
                          const std::vector<StoredVersion>& versions)
{
    TRAINYARD_TRY(const std::vector<Alias> aliases, readAliases(registry, name));
    for (const Alias& alias : aliases) {
        bool isLive = false;
        for (const StoredVersion& stored : versions)
            isLive = isLive || (stored.version.version == alias.stack.back() && !stored.version.isDeleted);
        if (!isLive)
            return fail(ErrorCode::CorruptFile, "alias " + name + "@" + alias.name + " points at version " +
                                                    std::to_string(alias.stack.back()) +
                                                    ", which does not exist");
    }
    return {};
}

/// Garbage: what only expired versions used, and what nothing used for a day.
bool isGarbage(const std::filesystem::path& file, const BlobUse& use, std::int64_t nowMs)
{
    const std::string name = file.filename().string();
    if (use.live.contains(name))
        return false;
    return use.expired.contains(name) || modifiedMs(file) < nowMs - kDayMs;
}

} // namespace

Result<RegistryVersion> Registry::record(RegistryVersion version) const
{
    const std::filesystem::path folder = versionFile(m_folder, version.name, 1).parent_path();
    TRAINYARD_CHECK(makeFolders(*m_io, folder));
    for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
        TRAINYARD_TRY(const auto versions, readVersions(m_folder, version.name));
        for (const StoredVersion& stored : versions) {
            if (stored.version.packageDigest == version.packageDigest && !stored.version.isDeleted) {
                TRAINYARD_CHECK(m_io->syncFolder(folder)); // it may be another process's, an instant old
                return stored.version;
            }
        }
        version.version = versions.empty() ? 1 : versions.back().version.version + 1;
        const auto written = writeFileAtomically(*m_io, versionFile(m_folder, version.name, version.version),
                                                 versionText(version), AtomicMode::CreateOnly);
        if (written)
            return version;
        if (written.error().code != ErrorCode::Conflict)
            return fail(written.error());
    }
    return fail(ErrorCode::Conflict,
                "model '" + version.name + "': too many others publish at the same time");
}

Result<RegistryVersion> Registry::publish(const std::filesystem::path& package, const std::string& name,
                                          const std::string& author)
{
    if (!isRegistryName(name))
        return fail(ErrorCode::InvalidArgument,
                    "name '" + displayText(name.substr(0, 128)) +
                        "': use 1 to 64 of a-z, 0-9, dot, underscore and hyphen, not starting with a dot");
    TRAINYARD_CHECK(verifyPackageFiles(package));
    TRAINYARD_TRY(const Manifest manifest, readManifest(package));
    TRAINYARD_TRY(const std::string digest, packageDigest(package));
    RegistryVersion version{name, 0, digest, m_clock->utcMilliseconds(), author, false, Json::object(), {}};
    TRAINYARD_TRY(version.lineage, readLineage(package, manifest));

    TRAINYARD_TRY(const FileLock lock, lockForStorage(m_folder));
    const std::uint64_t manifestBytes = manifestText(manifest).size();
    for (const auto& [file, entry] : blobsOf(manifest, digest, manifestBytes))
        TRAINYARD_CHECK(putBlob(*m_io, blobFolder(m_folder), package, file, entry));
    // A blob that was there may be of a publisher who died before its name was durable.
    TRAINYARD_CHECK(m_io->syncFolder(blobFolder(m_folder)));
    return record(std::move(version));
}

Result<std::filesystem::path> Registry::checkOut(const RegistryVersion& version,
                                                 const std::filesystem::path& target) const
{
    std::error_code error;
    if (std::filesystem::exists(std::filesystem::symlink_status(target, error))) {
        const auto digest = packageDigest(target);
        if (!digest || *digest != version.packageDigest)
            return fail(ErrorCode::Refused, displayText(target.native()) + ": holds something else");
        TRAINYARD_CHECK(verifyPackageFiles(target));
        return target;
    }
    TRAINYARD_TRY(const Manifest manifest, readBlobManifest(m_folder, version.packageDigest));
    TRAINYARD_TRY(StagedFolder staged, StagedFolder::create(*m_io, target));
    for (const auto& [name, entry] : manifest) {
        TRAINYARD_TRY(const std::string bytes, readBeneath(blobFolder(m_folder), entry.sha256, entry.bytes));
        if (sha256(bytes) != entry.sha256)
            return fail(ErrorCode::CorruptFile, displayText((blobFolder(m_folder) / entry.sha256).native()) +
                                                    ": the bytes are not the ones that the name promises");
        TRAINYARD_CHECK(staged.write(name, bytes));
    }
    TRAINYARD_TRY(const std::string text, readBeneath(blobFolder(m_folder), version.packageDigest, 1 << 20));
    TRAINYARD_CHECK(staged.write(kManifestName, text));
    TRAINYARD_CHECK(staged.commit());
    return target;
}

Result<std::int64_t> Registry::verify() const
{
    std::set<std::string> checked;
    TRAINYARD_CHECK(checkBlobs(blobFolder(m_folder), checked));
    TRAINYARD_TRY(const std::vector<std::string> names, modelNames(m_folder));
    for (const std::string& name : names) {
        TRAINYARD_TRY(const auto versions, readVersions(m_folder, name));
        for (const StoredVersion& stored : versions) {
            if (stored.version.isDeleted)
                continue;
            TRAINYARD_TRY(const Manifest manifest, readBlobManifest(m_folder, stored.version.packageDigest));
            for (const auto& [file, entry] : manifest) {
                if (!checked.contains(entry.sha256))
                    return fail(ErrorCode::CorruptFile,
                                "version " + name + ":" + std::to_string(stored.version.version) +
                                    ": the blob " + entry.sha256 + " (" + file + ") is missing");
            }
        }
        TRAINYARD_CHECK(checkAliases(m_folder, name, versions));
    }
    return static_cast<std::int64_t>(checked.size());
}

Result<std::int64_t> Registry::collectGarbage(std::int64_t graceDays)
{
    if (graceDays < 0 || graceDays > 36500)
        return fail(ErrorCode::InvalidArgument, "the days of grace must be 0 to 36500");
    TRAINYARD_TRY(const FileLock lock, lockForStorage(m_folder));
    const std::int64_t now = m_clock->utcMilliseconds();
    TRAINYARD_TRY(const BlobUse use, blobUse(m_folder, now - graceDays * kDayMs));
    std::vector<std::filesystem::path> garbage;
    std::error_code error;
    for (std::filesystem::directory_iterator it(blobFolder(m_folder), error), end; !error && it != end;
         it.increment(error)) {
        if (isGarbage(it->path(), use, now))
            garbage.push_back(it->path());
    }
    if (error)
        return fail(ErrorCode::IoError, displayText(m_folder.native()) + ": cannot list the blobs",
                    error.message());
    for (const std::filesystem::path& file : garbage)
        TRAINYARD_CHECK(m_io->unlink(file));
    TRAINYARD_CHECK(m_io->syncFolder(blobFolder(m_folder)));
    return static_cast<std::int64_t>(garbage.size());
}

} // namespace trainyard
