// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancellation.h"
#include "core/jobs/job.h"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace trainyard {

/// Only training holds a device: one lock for each, for all projects of a user, in stateFolder()/devices.
/// Beside it queue.jsonl lists the job folders that wait to be started.

/// ".../devices/cpu.lock", ".../devices/cuda-1.lock" for "cuda:1".
std::filesystem::path deviceLockPath(std::string_view device);

/// Takes the device for this worker. While somebody else has it the job's state is "queued" and a note event
/// and `say` tell who holds it; then it is "running" again. Cancelled where `cancellation` comes first.
Result<FileLock> acquireDevice(JobWorker& worker, std::string_view device, const Cancellation& cancellation,
                               const std::function<void(std::string_view)>& say = {});

/// Puts a job, which must be queued, at the end of the queue of a device.
Result<void> enqueueJob(std::string_view device, const std::filesystem::path& jobFolder);

/// The device that a request for "auto", "cuda" or "cuda:N" will probably get, for the queue: the engine,
/// which knows, decides, and a job that was wrongly started waits for its device by itself.
std::string queueDevice(std::string_view asked);

/// Puts a job at the end of the queue and launches what can start now: the job itself where its device is
/// free and nobody is before it. It costs nothing while it waits, and waits on after a restart of the
/// machine. After an error the job has ended.
Result<void> startInTurn(const std::filesystem::path& program, std::string_view device,
                         const std::filesystem::path& jobFolder);

struct QueuedJob
{
    std::string device;
    std::filesystem::path folder;
};
/// In the order of their start, without jobs that run or ended.
Result<std::vector<QueuedJob>> queuedJobs();

/// Starts `program --job FOLDER` for the first waiting job of every free device and drops entries that need
/// no start any more. Returns what was started; nothing where somebody else launches at this moment.
Result<std::vector<std::filesystem::path>> launchQueued(const std::filesystem::path& program);

/// launchQueued() for who has nothing to do with the outcome: it is logged. The last act of every job and of
/// the command line's other verbs, and the studio's when it opens or sees a training end; so a queue that
/// lost its turn, by a kill or a restart of the machine, goes on. False where somebody else held the queue
/// all the time, who may have looked before what is asked for now: then it is worth another try. Any thread;
/// looks at the folders of other projects.
bool launchWaiting(const std::filesystem::path& program);

} // namespace trainyard
