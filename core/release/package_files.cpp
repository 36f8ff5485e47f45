// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/release/package_files.h"

#include "core/base/json.h"
#include "core/base/path_text.h"
#include "core/release/package.h"
#include "core/storage/hash.h"
#include "core/storage/read_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <random>
#include <span>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace trainyard {

namespace {

constexpr const char* kFormat = "trainyard-package";
constexpr int kVersion = 1;
constexpr std::uint64_t kMostManifestBytes = 1 << 20;
constexpr std::array<std::string_view, 7> kFiles{"card.md",      "golden.safetensors", "labels.txt",
                                                 "lineage.json", "model.onnx",         "model.safetensors",
                                                 "network.json"};

tl::unexpected<Error> corrupt(std::string_view source, const std::string& what)
{
    return fail(ErrorCode::CorruptFile, std::string(source) + ": " + what);
}

Result<ManifestEntry> entryFromJson(const Json& json, const std::string& source)
{
    if (!json.is_object() || json.size() != 2)
        return corrupt(source, "expected sha256 and bytes");
    ManifestEntry entry;
    TRAINYARD_TRY(entry.sha256, jsonField<std::string>(json, "sha256", source));
    TRAINYARD_TRY(const Json bytes, jsonField<Json>(json, "bytes", source));
    if (!isSha256(entry.sha256) || !bytes.is_number_unsigned())
        return corrupt(source, "expected 64 hexadecimal digits and a number of bytes");
    entry.bytes = bytes.get<std::uint64_t>();
    return entry;
}

Result<void> checkVersion(const Json& json, const std::string& source)
{
    if (jsonValue(json, "format", std::string()) != kFormat)
        return corrupt(source, "this is no package of Trainyard");
    const int version = jsonValue(json, "version", 0);
    if (version > kVersion)
        return fail(ErrorCode::Unsupported, source + ": package version " + std::to_string(version) +
                                                " is newer than this program knows (" +
                                                std::to_string(kVersion) + "); update Trainyard");
    if (version < 1 || json.size() != 3 || !json.contains("files") || !json["files"].is_object())
        return corrupt(source, "expected format, version and files");
    return {};
}

/// Every name in the folder is a plain file of the manifest, and every file of the manifest is there.
Result<void> checkFolder(const std::filesystem::path& folder, const Manifest& manifest)
{
    const std::string where = displayText(folder.native());
    std::error_code error;
    std::size_t found = 0;
    for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end;
         it.increment(error)) {
        const std::string name = it->path().filename().string();
        struct stat status
        {
        };
        if (::lstat(it->path().c_str(), &status) != 0 || !S_ISREG(status.st_mode))
            return corrupt(where, std::string("'") + displayText(name) + "' is not a plain file");
        if (name == kManifestName)
            continue;
        const auto entry = manifest.find(name);
        if (entry == manifest.end())
            return corrupt(where, std::string("'") + displayText(name) + "' is not in the manifest");
        if (static_cast<std::uint64_t>(status.st_size) != entry->second.bytes)
            return corrupt(where, std::string("'") + name + "' has " + std::to_string(status.st_size) +
                                      " bytes, the manifest says " + std::to_string(entry->second.bytes));
        ++found;
    }
    if (error)
        return fail(ErrorCode::IoError, where + ": cannot list the folder", error.message());
    if (found == manifest.size())
        return {};
    for (const auto& [name, entry] : manifest) {
        if (!std::filesystem::exists(folder / name, error))
            return corrupt(where, std::string("'") + name + "' is missing");
    }
    return corrupt(where, "the folder changed while it was read");
}

std::string randomSuffix()
{
    std::random_device device;
    constexpr const char* kDigits = "0123456789abcdef";
    std::string text;
    for (int i = 0; i < 12; ++i)
        text += kDigits[device() % 16];
    return text;
}

} // namespace

bool isSha256(std::string_view text)
{
    return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

std::string manifestText(const Manifest& manifest)
{
    Json files = Json::object();
    for (const auto& [name, entry] : manifest)
        files[name] = {{"sha256", entry.sha256}, {"bytes", entry.bytes}};
    return jsonText({{"format", kFormat}, {"version", kVersion}, {"files", std::move(files)}});
}

Result<Manifest> parseManifest(std::string_view text, std::string_view source)
{
    const std::string name(source);
    const auto json = parseJson(text, source);
    if (!json)
        return fail(ErrorCode::CorruptFile, json.error().message, json.error().context);
    TRAINYARD_CHECK(checkVersion(*json, name));
    Manifest manifest;
    for (const auto& [file, value] : (*json)["files"].items()) {
        if (std::find(kFiles.begin(), kFiles.end(), file) == kFiles.end())
            return corrupt(name, std::string("'") + displayText(file) + "' is no file of a package");
        auto entry = entryFromJson(value, name + ": " + file);
        if (!entry)
            return fail(ErrorCode::CorruptFile, entry.error().message, entry.error().context);
        manifest[file] = *entry;
    }
    for (const std::string_view file : kFiles) {
        if (!manifest.contains(std::string(file)))
            return corrupt(name, std::string("'").append(file) + "' is missing");
    }
    return manifest;
}

Result<Manifest> readManifest(const std::filesystem::path& folder)
{
    TRAINYARD_TRY(const std::string text, readBeneath(folder, kManifestName, kMostManifestBytes));
    TRAINYARD_TRY(Manifest manifest, parseManifest(text, displayText((folder / kManifestName).native())));
    TRAINYARD_CHECK(checkFolder(folder, manifest));
    return manifest;
}

Result<std::string> readBeneath(const std::filesystem::path& folder, const std::string& name,
                                std::uint64_t maxBytes)
{
    TRAINYARD_TRY(const int fd, openBeneath(folder, name));
    std::string bytes;
    std::array<char, 1 << 16> block;
    ssize_t count = 0;
    while ((count = ::read(fd, block.data(), block.size())) != 0) {
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 || bytes.size() + static_cast<std::size_t>(count) > maxBytes)
            break;
        bytes.append(block.data(), static_cast<std::size_t>(count));
    }
    const int error = errno;
    ::close(fd);
    const std::string where = displayText((folder / name).native());
    if (count < 0)
        return fail(ErrorCode::IoError, where + ": cannot read", std::strerror(error));
    if (count > 0)
        return fail(ErrorCode::Refused, where + ": more than " + std::to_string(maxBytes) + " bytes");
    return bytes;
}

Result<std::string> readPackageFile(const std::filesystem::path& folder, const std::string& name,
                                    const ManifestEntry& entry)
{
    TRAINYARD_TRY(std::string bytes, readBeneath(folder, name, entry.bytes));
    if (bytes.size() != entry.bytes || sha256(bytes) != entry.sha256)
        return corrupt(displayText((folder / name).native()),
                       "the file is not the one that the manifest names");
    return bytes;
}

Result<StagedFolder> StagedFolder::create(IoEnv& io, const std::filesystem::path& target)
{
    std::filesystem::path clean = target.lexically_normal();
    if (!clean.has_filename()) // "out/"
        clean = clean.parent_path();
    if (clean.empty() || clean.filename() == "." || clean.filename() == "..")
        return fail(ErrorCode::InvalidArgument,
                    std::string("'") + displayText(target.native()) + "' names no new folder");
    std::error_code error;
    if (std::filesystem::exists(std::filesystem::symlink_status(clean, error)))
        return fail(ErrorCode::Refused,
                    displayText(clean.native()) + ": exists already; choose another name");
    const std::filesystem::path parent =
        clean.has_parent_path() ? clean.parent_path() : std::filesystem::path(".");
    TRAINYARD_CHECK(makeFolders(io, parent));
    std::string staging = ".";
    staging.append(clean.filename().string()).append(".tmp-").append(randomSuffix());
    StagedFolder folder(io, parent / clean.filename(), parent / staging);
    TRAINYARD_CHECK(io.makeFolder(folder.m_staging));
    return folder;
}

StagedFolder::StagedFolder(StagedFolder&& other) noexcept
    : m_io(other.m_io), m_target(std::move(other.m_target)), m_staging(std::exchange(other.m_staging, {})),
      m_files(std::move(other.m_files))
{
}

StagedFolder::~StagedFolder()
{
    if (m_staging.empty())
        return;
    for (const std::string& name : m_files)
        (void)m_io->unlink(m_staging / name); // what stays behind has a name that nobody reads
    std::error_code ignored;
    std::filesystem::remove(m_staging, ignored);
}

Result<void> StagedFolder::write(const std::string& name, std::string_view bytes)
{
    const std::filesystem::path path = m_staging / name;
    TRAINYARD_TRY(const int fd, m_io->openForWriting(path, IoEnv::Create::Exclusive));
    m_files.push_back(name);
    auto result = m_io->write(fd, std::as_bytes(std::span(bytes)), path);
    if (result)
        result = m_io->sync(fd, path);
    const auto closed = m_io->close(fd, path);
    TRAINYARD_CHECK(result);
    return closed;
}

Result<void> StagedFolder::commit()
{
    TRAINYARD_CHECK(m_io->syncFolder(m_staging));
    const auto renamed = m_io->rename(m_staging, m_target, IoEnv::Rename::CreateOnly);
    if (!renamed && renamed.error().code == ErrorCode::Conflict)
        return fail(ErrorCode::Refused,
                    displayText(m_target.native()) + ": exists already; choose another name");
    TRAINYARD_CHECK(renamed);
    const auto synced = m_io->syncFolder(m_target.parent_path());
    // Whether the name is durable is not known: it is taken back, so that the same call can be made again.
    // Where even that fails, the folder stays as it is: whole.
    if (synced || !m_io->rename(m_target, m_staging, IoEnv::Rename::CreateOnly))
        m_staging.clear();
    return synced;
}

// The two that every user of packages needs stand apart from the writer, which brings a network's runtime
// with it.

Result<void> verifyPackageFiles(const std::filesystem::path& folder)
{
    TRAINYARD_TRY(const Manifest manifest, readManifest(folder));
    for (const auto& [name, entry] : manifest)
        TRAINYARD_CHECK(readPackageFile(folder, name, entry));
    return {};
}

Result<std::string> packageDigest(const std::filesystem::path& folder)
{
    TRAINYARD_TRY(const std::string text, readBeneath(folder, kManifestName, 1 << 20));
    TRAINYARD_CHECK(parseManifest(text, displayText((folder / kManifestName).native())));
    return sha256(text);
}

} // namespace trainyard
