// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/dispatch.h"

#include "core/base/clock.h"
#include "core/imaging/decoder_pool.h"
#include "core/jobs/device_queue.h"

#include <cerrno>
#include <cstring>
#include <unistd.h>

namespace trainyard::cli {

namespace {

int endWithError(JobConsole& console, const Error& error)
{
    console.error(error);
    return exitCode(error.code);
}

/// The engine goes on in this process: same process id, signals and exit code.
int becomeEngine(const std::filesystem::path& jobFolder)
{
    const std::filesystem::path engine = helperProgram("trainyard-engine");
    const char* arguments[] = {engine.c_str(), jobFolder.c_str(), nullptr};
    execv(engine.c_str(), const_cast<char* const*>(arguments));
    JobConsole console(false);
    return endWithError(console, Error{ErrorCode::NotFound,
                                       engine.string() + ": cannot be started (" + std::strerror(errno) +
                                           "); install trainyard completely",
                                       {}});
}

/// Verbs of the engine that need no tensor for what is asked are done here.
bool needsEngine(const Verb& verb, const JobRequest& job)
{
    if (verb.place != VerbPlace::Engine)
        return false;
    return !(verb.work != nullptr && jsonValue<bool>(job.request, "here", false));
}

Result<std::filesystem::path> makeJob(const Verb& verb, const Invocation& invocation)
{
    JobRequest job;
    TRAINYARD_TRY(job.request, verb.request(invocation, job.runId));
    job.verb = verb.name;
    job.request["json"] = invocation.printsJson;
    job.argv = invocation.argv;
    job.author = invocation.author;
    job.project = invocation.project.string();
    job.createdUtcMs = systemClock().utcMilliseconds();
    return createJob(invocation.project.empty() ? stateJobsFolder() : invocation.project / "jobs", job);
}

/// A verb that a terminal carries out at once, asked for by a window: its request holds the options.
Result<VerbResult> workHere(VerbContext& context)
{
    Invocation invocation;
    invocation.verb = context.job.verb;
    invocation.options = context.job.request;
    invocation.project = context.job.project;
    invocation.author = context.job.author;
    invocation.argv = context.job.argv;
    return findVerb(invocation.verb)->run(invocation);
}

} // namespace

int carryOut(const Invocation& invocation)
{
    JobConsole console(invocation.printsJson);
    const Verb* verb = findVerb(invocation.verb);
    if (verb->needsProject && invocation.project.empty())
        return endWithError(console,
                            Error{ErrorCode::NotFound,
                                  "no project here or above; name one with --project DIR, or make one with "
                                  "'trainyard init DIR'",
                                  {}});
    if (verb->place == VerbPlace::Here) {
        Result<VerbResult> result = verb->run(invocation);
        const int code = result ? result->exitCode : endWithError(console, result.error());
        if (result)
            console.result(result->result, result->text);
        launchWaiting(ownProgram());
        return code;
    }
    Result<std::filesystem::path> job = makeJob(*verb, invocation);
    if (!job)
        return endWithError(console, job.error());
    return workOnJob(*job);
}

int workOnJob(const std::filesystem::path& jobFolder)
{
    JobConsole console(false);
    Result<JobRequest> job = readJobRequest(jobFolder);
    if (!job)
        return endWithError(console, job.error());
    const Verb* verb = findVerb(job->verb);
    if (verb == nullptr)
        return endWithError(console, Error{ErrorCode::Unsupported,
                                           (jobFolder / "job.json").string() + ": '" + job->verb +
                                               "' is no verb of this version",
                                           {}});
    if (verb->place == VerbPlace::Here)
        return runJob(jobFolder, workHere);
    if (needsEngine(*verb, *job))
        return becomeEngine(jobFolder);
    return runJob(jobFolder, verb->work);
}

Result<std::unique_ptr<Project>> openProject(const Invocation& invocation, Project::OpenMode mode)
{
    return Project::open(invocation.project, mode, invocation.author);
}

Result<std::unique_ptr<Project>> openJobProject(const JobRequest& job, Project::OpenMode mode)
{
    return Project::open(job.project, mode, job.author);
}

std::filesystem::path ownProgram()
{
    std::error_code error;
    return std::filesystem::read_symlink("/proc/self/exe", error);
}

std::filesystem::path shareFolder()
{
    return ownProgram().parent_path().parent_path() / "share" / "trainyard";
}

} // namespace trainyard::cli
