// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/storage/file_lock.h"
#include "core/storage/journal.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace trainyard {

/// What is asked of a job, as job.json keeps it (written once, by who asks).
struct JobRequest
{
    std::string verb;              ///< "train", "import", ...
    Json request = Json::object(); ///< the validated options of the verb
    std::vector<std::string> argv; ///< the same as a command line, for "Copy as command"
    std::string author;            ///< "USER@HOST/studio", "USER@HOST/cli"
    std::string project;           ///< absolute project folder, empty where there is none
    std::string runId;             ///< one run may have many jobs; empty where there is no run
    std::int64_t createdUtcMs = 0;
};

enum class JobState { Queued, Running, Paused, Stopped, Done, Failed, Died };
std::string_view jobStateName(JobState state); ///< "queued", ...
std::optional<JobState> jobStateFromName(std::string_view name);
bool hasEnded(JobState state); ///< everything but queued and running

/// Makes a fresh folder below `jobsFolder` ("2026-11-23T10-15-02-train-a1b2"), writes job.json atomically and
/// the state "queued". Returns the folder.
Result<std::filesystem::path> createJob(const std::filesystem::path& jobsFolder, const JobRequest& request);
Result<JobRequest> readJobRequest(const std::filesystem::path& jobFolder);

/// The worker's side: holds job.lock for its life, appends events, answers controls, writes outcome.json
/// last.
///
/// emitEvent() and pollControl() may be called from any thread of the worker.
class JobWorker
{
public:
    /// Conflict where another process works on it or it has ended. Writes the state "running" with pid, start
    /// time and boot id. Where an inherited lock descriptor is named by TRAINYARD_JOB_LOCK_FD (after exec),
    /// it is taken over. A job whose worker died may be started again; numbers of events go on.
    static Result<std::unique_ptr<JobWorker>> start(const std::filesystem::path& jobFolder);
    virtual ~JobWorker() = default;

    [[nodiscard]] virtual const std::filesystem::path& folder() const = 0;
    /// Appends {"v":1,"seq":n,"t":type,"ts":...,...fields}. "progress" and "step" events may be thinned by
    /// the caller; "state", "note" and "control" never.
    virtual void emitEvent(std::string_view type, Json fields) = 0;
    /// "progress" with phase, done, total; at most ten a second, the last of a phase always.
    virtual void emitProgress(std::string_view phase, std::int64_t done, std::int64_t total) = 0;

    enum class Control { None, Stop, Pause, Checkpoint };
    /// The oldest unanswered request, read at most every 50 ms; it is answered by a "control" event with its
    /// id at once.
    virtual Control pollControl() = 0;
    /// Sets the last state ("done", "failed", "stopped", "paused"), then writes outcome.json {exitCode,
    /// state, result}. Where `result` is {"error": {...}} the outcome has "error" instead of "result".
    virtual Result<void> finish(JobState state, int exitCode, const Json& result) = 0;
    /// Prepares for exec of a helper that goes on as this worker: sets TRAINYARD_JOB_LOCK_FD.
    virtual Result<void> prepareExec() = 0;
};

/// The fields of a "state" event of this process: state, pid, its start time and the boot id.
Json stateFields(JobState state);

/// What anyone can see of a job.
struct JobStatus
{
    std::filesystem::path folder;
    JobRequest request;
    JobState state = JobState::Queued;
    int pid = 0;
    Json lastProgress;           ///< null where there was none
    std::optional<Json> outcome; ///< outcome.json
};

Result<JobStatus> readJobStatus(const std::filesystem::path& jobFolder);
/// Whether somebody holds the job's lock now.
bool isWorkedOn(const std::filesystem::path& jobFolder);
/// Newest first; folders that are no jobs are left out.
std::vector<JobStatus> listJobs(const std::filesystem::path& jobsFolder);
/// Appends {id, request: "stop"|"pause"|"checkpoint"} to control.jsonl and returns the id. A job that still
/// waits to be started is over with a stop or a pause at once. Conflict where the job has ended: nobody would
/// answer.
Result<std::string> requestControl(const std::filesystem::path& jobFolder, JobWorker::Control control);

/// Ends a job that no process works on as Stopped or Failed, with the reason; false where one works on it or
/// it has ended. Nothing is copied to where its request wants its events.
bool endWaitingJob(const std::filesystem::path& jobFolder, JobState state, const Error& reason);

/// Starts `program --job FOLDER` detached (setsid, own standard streams to log.txt). The caller's death
/// changes nothing. Returns the process id.
Result<int> startDetached(const std::filesystem::path& program, const std::filesystem::path& jobFolder);

/// The `trainyard` beside (bin/) or above (libexec/trainyard/) the running program.
std::filesystem::path trainyardProgram();

/// The folder for jobs without a project: $XDG_STATE_HOME/trainyard/jobs.
std::filesystem::path stateJobsFolder();
std::filesystem::path stateFolder(); ///< $XDG_STATE_HOME/trainyard, else ~/.local/state/trainyard

} // namespace trainyard
