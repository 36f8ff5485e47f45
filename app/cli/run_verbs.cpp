// SPDX-License-Identifier: GPL-3.0-or-later
// runs, jobs, attach, train's request: runs and the processes that work on them.
#include "app/cli/text_table.h"
#include "app/cli/verb.h"
#include "core/base/clock.h"
#include "core/base/path_text.h"
#include "core/imaging/decoder_pool.h"
#include "core/jobs/device_queue.h"
#include "core/storage/read_file.h"
#include "core/training/run_folder.h"

#include <filesystem>
#include <thread>

namespace trainyard::cli {

namespace {

Result<Recipe> recipeFor(const Invocation& invocation)
{
    const std::string named = invocation.text("recipe", "transfer");
    Recipe recipe;
    const auto names = recipeNames();
    if (std::find(names.begin(), names.end(), named) != names.end()) {
        TRAINYARD_TRY(recipe, namedRecipe(named));
    } else {
        TRAINYARD_TRY(const std::string text, readFile(named, 1 << 20));
        TRAINYARD_TRY(recipe, recipeFromToml(text, displayText(named)));
    }
    for (const char* key : {"network", "device"}) {
        if (invocation.has(key))
            TRAINYARD_CHECK(setRecipeValue(recipe, key, invocation.text(key)));
    }
    if (invocation.has("epochs"))
        TRAINYARD_CHECK(setRecipeValue(recipe, "epochs", std::to_string(invocation.integer("epochs", 1))));
    for (const std::string& assignment : invocation.texts("set")) {
        const std::size_t equals = assignment.find('=');
        if (equals == std::string::npos)
            return fail(ErrorCode::InvalidArgument, "--set " + displayText(assignment) + ": give key=value");
        TRAINYARD_CHECK(setRecipeValue(recipe, assignment.substr(0, equals), assignment.substr(equals + 1)));
    }
    TRAINYARD_CHECK(validateRecipe(recipe));
    return recipe;
}

/// The newest job of a run, or nothing.
std::optional<JobStatus> jobOfRun(const std::filesystem::path& project, const std::string& run)
{
    for (JobStatus& job : listJobs(project / "jobs")) {
        if (job.request.runId == run && job.request.verb == "train")
            return std::move(job);
    }
    return std::nullopt;
}

bool isAlive(const std::optional<JobStatus>& job)
{
    return job && (job->state == JobState::Queued || job->state == JobState::Running);
}

Json runJson(const RunStatus& run)
{
    Json json{{"run", run.id},
              {"state", run.state},
              {"step", run.step},
              {"folder", bytesToJson(run.folder.string())}};
    if (run.resolved) {
        json["network"] = run.resolved->recipe.network;
        json["totalSteps"] = run.resolved->totalSteps;
        json["dataset"] = run.resolved->datasetHash;
    }
    if (run.outcome)
        json["outcome"] = *run.outcome;
    return json;
}

Result<VerbResult> listRunsVerb(const Invocation& invocation)
{
    TextTable table({"run", "network", "state", "step", "of"});
    Json list = Json::array();
    for (const RunStatus& run : listRuns(invocation.project)) {
        table.add({run.id, run.resolved ? run.resolved->recipe.network : "", run.state,
                   withThousands(run.step), run.resolved ? withThousands(run.resolved->totalSteps) : ""});
        list.push_back(runJson(run));
    }
    VerbResult out;
    out.text = list.empty() ? "no runs yet; start one with 'trainyard train'" : table.text();
    out.result = {{"runs", list}};
    return out;
}

Result<VerbResult> controlRun(const Invocation& invocation, const RunStatus& run, JobWorker::Control control,
                              const std::string& word)
{
    const auto job = jobOfRun(invocation.project, run.id);
    if (!isAlive(job))
        return fail(ErrorCode::Refused, "run " + run.id + " is not running (" + run.state + ")");
    TRAINYARD_TRY(const std::string id, requestControl(job->folder, control));
    VerbResult out;
    out.result = {{"run", run.id}, {"job", bytesToJson(job->folder.string())}, {"control", id}};
    out.text = "Asked run " + run.id + " to " + word + ".";
    return out;
}

Result<VerbResult> resumeRun(const Invocation& invocation, const RunStatus& run)
{
    if (isAlive(jobOfRun(invocation.project, run.id)))
        return fail(ErrorCode::Refused, "run " + run.id + " is running already");
    JobRequest job;
    job.verb = "train";
    TRAINYARD_TRY(const Recipe recipe, loadRunRecipe(run.folder));
    job.request = {{"run", run.id}, {"device", recipe.device}};
    job.argv = {"trainyard", "train", "--resume", run.id};
    job.author = invocation.author;
    job.project = invocation.project.string();
    job.runId = run.id;
    job.createdUtcMs = systemClock().utcMilliseconds();
    TRAINYARD_TRY(const std::filesystem::path folder, createJob(invocation.project / "jobs", job));
    TRAINYARD_CHECK(startInTurn(ownProgram(), queueDevice(recipe.device), folder));
    VerbResult out;
    out.result = {{"run", run.id}, {"job", bytesToJson(folder.string())}};
    out.text = "Run " + run.id + " goes on as soon as its device is free; watch it with 'trainyard attach " +
               folder.filename().string() + "'.";
    return out;
}

Result<VerbResult> deleteRun(const Invocation& invocation, const RunStatus& run)
{
    if (isAlive(jobOfRun(invocation.project, run.id)))
        return fail(ErrorCode::Refused, "run " + run.id + " is running; stop it first");
    std::error_code error;
    const std::filesystem::path trash = run.folder.parent_path() / (".deleted-" + run.id);
    std::filesystem::rename(run.folder, trash, error);
    if (error)
        return fail(ErrorCode::IoError,
                    displayText(run.folder.string()) + ": cannot be deleted (" + error.message() + ")");
    std::filesystem::remove_all(trash, error);
    VerbResult out;
    out.result = {{"run", run.id}, {"deleted", true}};
    out.text = "Deleted run " + run.id + " with its checkpoints.";
    return out;
}

} // namespace

Result<Json> trainRequest(const Invocation& invocation, std::string& runId)
{
    if (invocation.has("resume")) {
        for (const char* key : {"recipe", "network", "epochs", "set", "device"}) {
            if (invocation.has(key))
                return fail(ErrorCode::InvalidArgument,
                            std::string("--resume goes on with the run's own recipe; --") + key +
                                " cannot be given with it");
        }
        TRAINYARD_TRY(const RunStatus run, findRun(invocation.project, invocation.text("resume")));
        if (isAlive(jobOfRun(invocation.project, run.id)))
            return fail(ErrorCode::Refused,
                        "run " + run.id + " is running already; 'trainyard attach' watches it");
        runId = run.id;
        return Json{{"run", run.id}};
    }
    TRAINYARD_TRY(const Recipe recipe, recipeFor(invocation));
    TRAINYARD_TRY(runId, createRun(invocation.project, recipe));
    return Json{{"run", runId}};
}

Result<VerbResult> runRuns(const Invocation& invocation)
{
    const std::string action = invocation.text("ACTION", "list");
    if (action == "list")
        return listRunsVerb(invocation);
    if (!invocation.has("RUN"))
        return fail(ErrorCode::InvalidArgument, "runs " + displayText(action) + " needs a RUN");
    TRAINYARD_TRY(const RunStatus run, findRun(invocation.project, invocation.text("RUN")));
    if (action == "stop")
        return controlRun(invocation, run, JobWorker::Control::Stop, "stop");
    if (action == "pause")
        return controlRun(invocation, run, JobWorker::Control::Pause, "pause");
    if (action == "resume")
        return resumeRun(invocation, run);
    if (action == "delete")
        return deleteRun(invocation, run);
    if (action != "show")
        return fail(ErrorCode::InvalidArgument,
                    "runs " + displayText(action) + ": actions are list, show, stop, pause, resume, delete");
    VerbResult out;
    out.result = runJson(run);
    out.text = jsonText(out.result);
    return out;
}

Result<VerbResult> runJobs(const Invocation& invocation)
{
    TextTable table({"job", "verb", "state", "progress"});
    Json list = Json::array();
    const auto folder = invocation.project.empty() ? stateJobsFolder() : invocation.project / "jobs";
    for (const JobStatus& job : listJobs(folder)) {
        const auto done = jsonValue<std::int64_t>(job.lastProgress, "done", 0);
        const auto total = jsonValue<std::int64_t>(job.lastProgress, "total", 0);
        table.add({job.folder.filename().string(), job.request.verb, std::string(jobStateName(job.state)),
                   total == 0 ? "" : withThousands(done) + " of " + withThousands(total)});
        list.push_back({{"job", bytesToJson(job.folder.string())},
                        {"verb", job.request.verb},
                        {"state", jobStateName(job.state)},
                        {"pid", job.pid},
                        {"run", job.request.runId},
                        {"progress", job.lastProgress}});
    }
    VerbResult out;
    out.result = {{"jobs", list}};
    out.text = list.empty() ? "no jobs" : table.text();
    return out;
}

namespace {

Result<JobStatus> findJob(const Invocation& invocation, const std::string& name)
{
    const auto folder = invocation.project.empty() ? stateJobsFolder() : invocation.project / "jobs";
    std::vector<JobStatus> found;
    for (JobStatus& job : listJobs(folder)) {
        const std::string id = job.folder.filename().string();
        if (id == name || id.ends_with(name) || job.folder == std::filesystem::absolute(name))
            found.push_back(std::move(job));
    }
    if (found.size() == 1)
        return found.front();
    return fail(ErrorCode::NotFound, displayText(name) +
                                         (found.empty() ? ": no such job" : ": several jobs end like this") +
                                         " ('trainyard jobs' lists them)");
}

} // namespace

Result<VerbResult> runAttach(const Invocation& invocation)
{
    TRAINYARD_TRY(JobStatus job, findJob(invocation, invocation.text("ID")));
    JobConsole console(invocation.printsJson);
    JournalReader events(job.folder / "events.jsonl");
    while (true) {
        const bool isLast = hasEnded(job.state);
        TRAINYARD_TRY(const auto records, events.readNew());
        for (const Json& record : records) {
            const auto type = jsonValue<std::string>(record, "t", "");
            if (type == "progress")
                console.progress(jsonValue<std::string>(record, "phase", ""),
                                 jsonValue<std::int64_t>(record, "done", 0),
                                 jsonValue<std::int64_t>(record, "total", 0));
            else if (type == "note")
                console.note(jsonValue<std::string>(record, "text", ""));
        }
        if (isLast)
            break;
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        TRAINYARD_TRY(job, readJobStatus(job.folder));
    }
    VerbResult out;
    out.result = {{"job", bytesToJson(job.folder.string())}, {"state", jobStateName(job.state)}};
    if (job.outcome) {
        out.result["outcome"] = *job.outcome;
        out.exitCode = jsonValue<int>(*job.outcome, "exitCode", 0);
    } else if (job.state == JobState::Died) {
        out.exitCode = 1;
    }
    out.text = "The job is " + std::string(jobStateName(job.state)) + ".";
    return out;
}

} // namespace trainyard::cli
