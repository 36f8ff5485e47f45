// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancellation.h"
#include "core/base/progress.h"
#include "core/jobs/job.h"
#include "core/jobs/job_console.h"

#include <functional>

namespace trainyard {

/// What a verb hands back when it ends well.
struct VerbResult
{
    Json result = Json::object();    ///< for --json, outcome.json and other programs
    std::string text;                ///< for a person
    int exitCode = 0;                ///< 4 and 5 are results, too: too many rejects, gate not met
    JobState state = JobState::Done; ///< Done, Stopped or Paused
};

/// What a verb works with.
struct VerbContext
{
    JobWorker& worker;
    JobConsole& console;
    const JobRequest& job;
    Cancellation
        cancellation; ///< set by SIGINT, SIGTERM and the controls stop and pause (a thread watches them)
    ProgressObserver progress; ///< to console and events
    /// The weightiest request not yet taken: stop, then pause, then checkpoint (train asks; other verbs rely
    /// on cancellation). Any thread. SIGINT and SIGTERM are stop, SIGUSR1 is checkpoint.
    std::function<JobWorker::Control()> takeControl;
};

using VerbFunction = std::function<Result<VerbResult>(VerbContext&)>;

/// Runs one verb as the worker of a job folder: takes the lock, watches controls and signals, prints progress
/// and result (request["json"] true: one JSON line), writes outcome.json, gives the exit code (130 after
/// SIGINT, 143 after SIGTERM, unless the verb was done all the same). A second signal ends the process at
/// once. Exceptions of the verb become Internal or OutOfMemory. A second start of a job that somebody works
/// on gives 0; of one that ended, its exit code. Before the result is printed, the first startable job of the
/// device queue is launched.
int runJob(const std::filesystem::path& jobFolder, const VerbFunction& verb);

} // namespace trainyard
