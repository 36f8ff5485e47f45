// SPDX-License-Identifier: GPL-3.0-or-later
// job_helper --job FOLDER: runs a job whose request {"do": ...} says how it behaves. For the tests of
// core/jobs.
#include "core/jobs/device_queue.h"
#include "core/jobs/job_runner.h"

#include <chrono>
#include <cstdio>
#include <cstring>
#include <new>
#include <stdexcept>
#include <thread>
#include <unistd.h>

using namespace trainyard;

namespace {

void rest()
{
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
}

/// Works until it is asked to end; counts the checkpoints that it is asked for.
Result<VerbResult> work(VerbContext& context)
{
    VerbResult result;
    int checkpoints = 0;
    context.worker.emitEvent("note", {{"text", "at work"}});
    for (;; rest()) {
        const JobWorker::Control control = context.takeControl();
        if (control == JobWorker::Control::Checkpoint)
            context.worker.emitEvent("note", {{"text", "checkpoint " + std::to_string(++checkpoints)}});
        if (control == JobWorker::Control::Stop || control == JobWorker::Control::Pause) {
            result.state = control == JobWorker::Control::Stop ? JobState::Stopped : JobState::Paused;
            result.result = {{"checkpoints", checkpoints}};
            return result;
        }
    }
}

/// Knows only cancellation, as most verbs do.
Result<VerbResult> obey(VerbContext& context)
{
    context.worker.emitEvent("note", {{"text", "at work"}});
    while (!context.cancellation.isCancelled())
        rest();
    return fail(ErrorCode::Cancelled, "cancelled");
}

Result<VerbResult> act(VerbContext& context)
{
    const auto what = jsonValue(context.job.request, "do", std::string());
    if (what == "work")
        return work(context);
    if (what == "obey")
        return obey(context);
    if (what == "hang") {
        context.worker.emitEvent("note", {{"text", "at work"}});
        for (;;)
            rest();
    }
    if (what == "train") {
        const Result<FileLock> device = acquireDevice(context.worker, "cpu", context.cancellation);
        return device ? work(context) : Result<VerbResult>(fail(device.error()));
    }
    if (what == "error")
        return fail(ErrorCode::CorruptFile, "a.jpg: is broken", "byte 17");
    if (what == "throw")
        throw std::runtime_error("surprise");
    if (what == "out of memory")
        throw std::bad_alloc();
    VerbResult result;
    for (std::int64_t i = 1; i <= 1000; ++i)
        context.progress({"counting", i, 1000});
    result.result = {{"items", 3}};
    result.text = "3 items";
    result.exitCode = jsonValue(context.job.request, "exit", 0);
    return result;
}

/// Starts the job, then lets a fresh copy of this program go on with it.
int handOver(const char* self, const char* folder)
{
    const auto worker = JobWorker::start(folder);
    if (!worker || !(*worker)->prepareExec())
        return 1;
    ::execl(self, self, "--job", folder, nullptr);
    return 1;
}

} // namespace

int main(int count, char** arguments)
{
    if (count != 3)
        return 2;
    if (std::strcmp(arguments[1], "--hand-over") == 0)
        return handOver(arguments[0], arguments[2]);
    return runJob(arguments[2], act);
}
