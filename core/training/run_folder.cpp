// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run_folder.h"

#include "core/base/clock.h"
#include "core/jobs/job.h"
#include "core/storage/atomic_file.h"
#include "core/storage/read_file.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <random>

namespace trainyard {

namespace {

namespace fs = std::filesystem;

constexpr int kResolvedVersion = 1;

std::string randomEnding()
{
    constexpr const char* kDigits = "0123456789abcdef";
    std::random_device device;
    std::string text;
    for (int i = 0; i < 4; ++i)
        text += kDigits[device() % 16];
    return text;
}

Json resolvedToJson(const ResolvedRecipe& resolved)
{
    return Json{{"version", kResolvedVersion},
                {"recipe", recipeToJson(resolved.recipe)},
                {"datasetHash", resolved.datasetHash},
                {"device", resolved.device},
                {"precision", resolved.precision},
                {"threads", resolved.threads},
                {"stepsPerEpoch", resolved.stepsPerEpoch},
                {"totalSteps", resolved.totalSteps},
                {"build", resolved.build},
                {"network", networkToJson(resolved.network)}};
}

Result<ResolvedRecipe> resolvedFromJson(const Json& json, const std::string& source)
{
    TRAINYARD_TRY(const int version, jsonField<int>(json, "version", source));
    if (version > kResolvedVersion)
        return fail(ErrorCode::Unsupported,
                    source + ": this run was made by a newer version of this program");
    ResolvedRecipe resolved;
    TRAINYARD_TRY(const Json recipe, jsonField<Json>(json, "recipe", source));
    TRAINYARD_TRY(resolved.recipe, recipeFromJson(recipe, source));
    TRAINYARD_TRY(resolved.datasetHash, jsonField<std::string>(json, "datasetHash", source));
    TRAINYARD_TRY(resolved.device, jsonField<std::string>(json, "device", source));
    TRAINYARD_TRY(resolved.precision, jsonField<std::string>(json, "precision", source));
    TRAINYARD_TRY(resolved.threads, jsonField<std::int64_t>(json, "threads", source));
    TRAINYARD_TRY(resolved.stepsPerEpoch, jsonField<std::int64_t>(json, "stepsPerEpoch", source));
    TRAINYARD_TRY(resolved.totalSteps, jsonField<std::int64_t>(json, "totalSteps", source));
    TRAINYARD_TRY(resolved.build, jsonField<std::string>(json, "build", source));
    TRAINYARD_TRY(const Json network, jsonField<Json>(json, "network", source));
    TRAINYARD_TRY(resolved.network, networkFromJson(network, source));
    if (resolved.threads < 1 || resolved.stepsPerEpoch < 1 || resolved.totalSteps < 1)
        return fail(ErrorCode::InvalidFile, source + ": threads and step counts start at 1");
    return resolved;
}

std::optional<std::int64_t> stepOf(const std::string& name)
{
    std::int64_t step = 0;
    const auto [stop, error] = std::from_chars(name.data(), name.data() + name.size(), step);
    if (error != std::errc() || stop != name.data() + name.size() || step < 0 || std::to_string(step) != name)
        return std::nullopt;
    return step;
}

using NewestJobs = std::map<std::string, JobStatus>;

/// The newest job of every run.
NewestJobs newestJobs(const fs::path& projectFolder)
{
    NewestJobs jobs;
    for (JobStatus& status : listJobs(projectFolder / "jobs")) {
        const bool isTraining = status.request.verb == "train" && !status.request.runId.empty();
        if (isTraining)
            jobs.emplace(status.request.runId, std::move(status));
    }
    return jobs;
}

std::optional<Json> readJsonFile(const fs::path& path)
{
    const auto text = readFile(path);
    if (!text)
        return std::nullopt;
    auto json = parseJson(*text, path.filename().string());
    return json ? std::optional<Json>(std::move(*json)) : std::nullopt;
}

RunStatus readRun(const fs::path& folder, const NewestJobs& jobs)
{
    RunStatus status;
    status.id = folder.filename().string();
    status.folder = folder;
    if (auto resolved = loadResolved(folder))
        status.resolved = std::move(*resolved);
    status.outcome = readJsonFile(folder / "outcome.json");
    if (const auto steps = listCheckpoints(folder); !steps.empty())
        status.step = steps.back();
    if (status.outcome)
        status.step = std::max(status.step, jsonValue<std::int64_t>(*status.outcome, "step", 0));
    status.state = status.outcome ? jsonValue<std::string>(*status.outcome, "state", "queued") : "queued";
    const auto job = jobs.find(status.id);
    if (job == jobs.end())
        return status;
    status.state = jobStateName(job->second.state);
    const Json& progress = job->second.lastProgress;
    if (job->second.state == JobState::Running && jsonValue<std::string>(progress, "phase", "") == "training")
        status.step = std::max(status.step, jsonValue<std::int64_t>(progress, "done", 0));
    return status;
}

} // namespace

Result<std::string> createRun(const fs::path& projectFolder, const Recipe& recipe)
{
    TRAINYARD_CHECK(validateRecipe(recipe));
    IoEnv& io = posixIo();
    const fs::path runs = projectFolder / "runs";
    TRAINYARD_CHECK(makeFolders(io, runs));
    std::string id;
    do {
        id = utcFolderText(systemClock().utcMilliseconds()) + "-" + recipe.network + "-" + randomEnding();
    } while (fs::exists(runs / id));
    TRAINYARD_CHECK(makeFolders(io, runs / id / "checkpoints"));
    TRAINYARD_CHECK(
        writeFileAtomically(io, runs / id / "recipe.toml", std::string_view(recipeToToml(recipe))));
    return id;
}

Result<Recipe> loadRunRecipe(const fs::path& runFolder)
{
    TRAINYARD_TRY(const std::string text, readFile(runFolder / "recipe.toml", 1 << 20));
    return recipeFromToml(text, "recipe.toml");
}

Result<void> saveRunOutcome(const fs::path& runFolder, const Json& outcome)
{
    return writeFileAtomically(posixIo(), runFolder / "outcome.json", std::string_view(jsonText(outcome)));
}

Result<void> saveResolved(const fs::path& runFolder, const ResolvedRecipe& resolved)
{
    return writeFileAtomically(posixIo(), runFolder / "resolved.json",
                               std::string_view(jsonText(resolvedToJson(resolved))));
}

Result<ResolvedRecipe> loadResolved(const fs::path& runFolder)
{
    const fs::path file = runFolder / "resolved.json";
    TRAINYARD_TRY(const std::string text, readFile(file));
    TRAINYARD_TRY(const Json json, parseJson(text, file.string()));
    return resolvedFromJson(json, file.string());
}

std::vector<RunStatus> listRuns(const fs::path& projectFolder)
{
    const NewestJobs jobs = newestJobs(projectFolder);
    std::vector<RunStatus> runs;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(projectFolder / "runs", error)) {
        if (entry.is_directory(error) && fs::exists(entry.path() / "recipe.toml"))
            runs.push_back(readRun(entry.path(), jobs));
    }
    std::sort(runs.begin(), runs.end(), [](const RunStatus& a, const RunStatus& b) { return a.id > b.id; });
    return runs;
}

Result<RunStatus> findRun(const fs::path& projectFolder, const std::string& name)
{
    std::vector<RunStatus> matches;
    for (RunStatus& run : listRuns(projectFolder)) {
        if (run.id == name)
            return std::move(run);
        if (!name.empty() && (run.id.starts_with(name) || run.id.ends_with(name)))
            matches.push_back(std::move(run));
    }
    if (matches.empty())
        return fail(ErrorCode::NotFound,
                    "'" + name + "' is no run of this project; `trainyard runs` lists them");
    if (matches.size() > 1)
        return fail(ErrorCode::InvalidArgument, "'" + name + "' fits " + std::to_string(matches.size()) +
                                                    " runs, among them " + matches[0].id + " and " +
                                                    matches[1].id);
    return std::move(matches.front());
}

std::vector<std::int64_t> listCheckpoints(const fs::path& runFolder)
{
    std::vector<std::int64_t> steps;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(runFolder / "checkpoints", error)) {
        const auto step = stepOf(entry.path().filename().string());
        if (step && fs::exists(entry.path() / "manifest.json"))
            steps.push_back(*step);
    }
    std::sort(steps.begin(), steps.end());
    return steps;
}

} // namespace trainyard
