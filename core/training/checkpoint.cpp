// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/checkpoint.h"

#include "core/storage/atomic_file.h"
#include "core/storage/hash.h"
#include "core/storage/read_file.h"
#include "core/training/run_folder.h"

#include <algorithm>
#include <array>

namespace trainyard {

namespace {

namespace fs = std::filesystem;

constexpr int kManifestVersion = 1;
constexpr const char* kModelFile = "model.safetensors";
constexpr const char* kOptimizerFile = "optimizer.safetensors";
constexpr const char* kStateFile = "state.json";
constexpr const char* kManifestFile = "manifest.json";
constexpr std::array<const char*, 3> kFiles{kModelFile, kOptimizerFile, kStateFile};
constexpr std::uint64_t kLargestFile = 1ULL << 36;

fs::path checkpointFolder(const fs::path& runFolder, std::int64_t step)
{
    return runFolder / "checkpoints" / std::to_string(step);
}

/// The manifest with a hash of itself, so that no byte of it can change unnoticed.
std::string sealedManifest(Json manifest)
{
    manifest.erase("sha256");
    manifest["sha256"] = sha256(jsonLine(manifest));
    return jsonText(manifest);
}

tl::unexpected<Error> damaged(std::int64_t step, const std::string& what)
{
    return fail(ErrorCode::CorruptFile, "checkpoint " + std::to_string(step) + ": " + what);
}

Result<Json> readManifest(const fs::path& folder, std::int64_t step)
{
    const auto text = readFile(folder / kManifestFile, 1 << 20);
    if (!text)
        return damaged(step, text.error().message);
    auto manifest = parseJson(*text, "manifest.json");
    if (!manifest || !manifest->is_object() || sealedManifest(*manifest) != *text)
        return damaged(step, "manifest.json does not agree with its own hash");
    if (jsonValue(*manifest, "version", 0) > kManifestVersion)
        return fail(ErrorCode::Unsupported,
                    "checkpoint " + std::to_string(step) + " was written by a newer version of this program");
    if (jsonValue<std::int64_t>(*manifest, "step", -1) != step)
        return damaged(step, "manifest.json belongs to another step");
    return manifest;
}

/// The bytes of one file, checked against the manifest.
Result<std::string> readChecked(const fs::path& folder, const Json& manifest, const char* name,
                                std::int64_t step)
{
    const Json files = jsonValue(manifest, "files", Json::object());
    const Json entry = jsonValue(files, name, Json::object());
    auto bytes = readFile(folder / name, kLargestFile);
    if (!bytes)
        return damaged(step, bytes.error().message);
    const auto size = jsonValue<std::uint64_t>(entry, "size", ~0ULL);
    if (bytes->size() != size)
        return damaged(step, std::string(name) + " has " + std::to_string(bytes->size()) +
                                 " bytes, expected " + std::to_string(size));
    if (sha256(*bytes) != jsonValue<std::string>(entry, "sha256", ""))
        return damaged(step, std::string(name) + " does not agree with its SHA-256");
    return bytes;
}

Result<void> verifyFolder(const fs::path& folder, std::int64_t step)
{
    TRAINYARD_TRY(const Json manifest, readManifest(folder, step));
    for (const char* name : kFiles) {
        if (const auto bytes = readChecked(folder, manifest, name, step); !bytes)
            return fail(bytes.error());
    }
    return {};
}

/// Takes a checkpoint's files away, the manifest first: from then on nobody takes it for complete.
Result<void> removeFolder(IoEnv& io, const fs::path& folder)
{
    if (fs::exists(folder / kManifestFile))
        TRAINYARD_CHECK(io.unlink(folder / kManifestFile));
    std::error_code error;
    fs::remove_all(folder, error);
    if (error)
        return fail(ErrorCode::IoError, folder.string() + ": cannot be removed: " + error.message());
    return {};
}

Result<std::string> writeFiles(IoEnv& io, const fs::path& folder, std::int64_t step,
                               const Checkpoint& checkpoint)
{
    const std::array<std::string, 3> contents{safetensorsBytes(checkpoint.model),
                                              safetensorsBytes(checkpoint.optimizer),
                                              jsonText(checkpoint.state)};
    Json files = Json::object();
    for (std::size_t i = 0; i < kFiles.size(); ++i) {
        TRAINYARD_CHECK(writeFileAtomically(io, folder / kFiles[i], std::string_view(contents[i])));
        files[kFiles[i]] = Json{{"size", contents[i].size()}, {"sha256", sha256(contents[i])}};
    }
    std::string manifest = sealedManifest({{"version", kManifestVersion}, {"step", step}, {"files", files}});
    TRAINYARD_CHECK(writeFileAtomically(io, folder / kManifestFile, std::string_view(manifest)));
    TRAINYARD_CHECK(io.syncFolder(folder));
    return manifest;
}

/// Gives the staged folder its name; another checkpoint of that name goes aside first.
Result<void> putInPlace(IoEnv& io, const fs::path& staging, const fs::path& target,
                        const std::string& manifest, std::int64_t step)
{
    const fs::path parent = target.parent_path();
    const fs::path aside = parent / (std::to_string(step) + ".replaced.tmp");
    const bool isReplacing = fs::exists(target);
    if (isReplacing) {
        const auto present = readFile(target / kManifestFile, 1 << 20);
        if (present && *present == manifest && verifyFolder(target, step))
            return removeFolder(io, staging);
        TRAINYARD_CHECK(removeFolder(io, aside));
        TRAINYARD_CHECK(io.rename(target, aside, IoEnv::Rename::CreateOnly));
    }
    if (auto named = io.rename(staging, target, IoEnv::Rename::CreateOnly); !named) {
        if (isReplacing)
            static_cast<void>(io.rename(aside, target, IoEnv::Rename::CreateOnly));
        return named;
    }
    TRAINYARD_CHECK(io.syncFolder(parent));
    TRAINYARD_CHECK(verifyFolder(target, step));
    return isReplacing ? removeFolder(io, aside) : Result<void>{};
}

Result<void> stageAndPlace(IoEnv& io, const fs::path& staging, const fs::path& target, std::int64_t step,
                           const Checkpoint& checkpoint)
{
    TRAINYARD_CHECK(removeFolder(io, staging));
    TRAINYARD_CHECK(makeFolders(io, staging));
    TRAINYARD_TRY(const std::string manifest, writeFiles(io, staging, step, checkpoint));
    return putInPlace(io, staging, target, manifest, step);
}

} // namespace

Result<void> saveCheckpoint(IoEnv& io, const fs::path& runFolder, std::int64_t step,
                            const Checkpoint& checkpoint)
{
    const fs::path target = checkpointFolder(runFolder, step);
    const fs::path staging = target.string() + ".tmp";
    auto saved = stageAndPlace(io, staging, target, step, checkpoint);
    if (!saved) {
        std::error_code ignored;
        fs::remove_all(staging, ignored);
    }
    return saved;
}

Result<void> verifyCheckpoint(const fs::path& runFolder, std::int64_t step)
{
    return verifyFolder(checkpointFolder(runFolder, step), step);
}

Result<std::string> checkpointModelSha256(const fs::path& runFolder, std::int64_t step)
{
    TRAINYARD_TRY(const Json manifest, readManifest(checkpointFolder(runFolder, step), step));
    const Json files = jsonValue(manifest, "files", Json::object());
    return jsonField<std::string>(jsonValue(files, kModelFile, Json::object()), "sha256", kManifestFile);
}

Result<Checkpoint> loadCheckpoint(const fs::path& runFolder, std::int64_t step)
{
    const fs::path folder = checkpointFolder(runFolder, step);
    if (!fs::is_directory(folder))
        return fail(ErrorCode::NotFound, folder.string() + ": there is no such checkpoint");
    TRAINYARD_TRY(const Json manifest, readManifest(folder, step));
    const std::string name = "checkpoint " + std::to_string(step) + ", ";
    Checkpoint checkpoint;
    TRAINYARD_TRY(const std::string model, readChecked(folder, manifest, kModelFile, step));
    TRAINYARD_TRY(checkpoint.model, parseSafetensors(model, name + kModelFile));
    TRAINYARD_TRY(const std::string optimizer, readChecked(folder, manifest, kOptimizerFile, step));
    TRAINYARD_TRY(checkpoint.optimizer, parseSafetensors(optimizer, name + kOptimizerFile));
    TRAINYARD_TRY(const std::string state, readChecked(folder, manifest, kStateFile, step));
    TRAINYARD_TRY(checkpoint.state, parseJson(state, name + kStateFile));
    return checkpoint;
}

Result<std::pair<std::int64_t, Checkpoint>> loadNewestCheckpoint(const fs::path& runFolder,
                                                                 std::vector<std::string>& skipped)
{
    std::vector<std::int64_t> steps = listCheckpoints(runFolder);
    std::reverse(steps.begin(), steps.end());
    for (const std::int64_t step : steps) {
        auto checkpoint = loadCheckpoint(runFolder, step);
        if (checkpoint)
            return std::pair(step, std::move(*checkpoint));
        if (checkpoint.error().code != ErrorCode::CorruptFile)
            return fail(checkpoint.error());
        skipped.push_back(checkpoint.error().message);
    }
    if (!skipped.empty())
        return fail(ErrorCode::CorruptFile, runFolder.string() + ": no checkpoint is intact",
                    skipped.front());
    return fail(ErrorCode::NotFound, runFolder.string() + ": there is no checkpoint");
}

Result<void> pruneCheckpoints(IoEnv& io, const fs::path& runFolder, std::int64_t keep, std::int64_t bestStep)
{
    std::vector<std::int64_t> steps = listCheckpoints(runFolder);
    std::reverse(steps.begin(), steps.end());
    std::int64_t kept = 0;
    for (const std::int64_t step : steps) {
        if (kept < std::max<std::int64_t>(keep, 2)) {
            kept += verifyCheckpoint(runFolder, step) ? 1 : 0;
            continue;
        }
        if (step != bestStep)
            TRAINYARD_CHECK(removeFolder(io, checkpointFolder(runFolder, step)));
    }
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(runFolder / "checkpoints", error)) {
        if (entry.path().extension() == ".tmp")
            TRAINYARD_CHECK(removeFolder(io, entry.path()));
    }
    return {};
}

} // namespace trainyard
