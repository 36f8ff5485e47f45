// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/device_queue.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/base/path_text.h"
#include "core/base/user.h"
#include "core/jobs/process_identity.h"
#include "core/storage/atomic_file.h"

#include <algorithm>
#include <optional>
#include <set>
#include <system_error>
#include <unistd.h>

namespace trainyard {

namespace {

constexpr auto kLook = std::chrono::milliseconds(200); // how often a waiting job looks for its device
constexpr auto kQueuePatience = std::chrono::milliseconds(5000); // the queue's file is held for milliseconds
constexpr auto kLaunchPatience = std::chrono::milliseconds(1000);
constexpr std::int64_t kStartMs =
    30'000; // for so long a launched job may take to hold its lock and its device

struct Entry
{
    QueuedJob job;
    std::int64_t launchedMs = 0; ///< 0 before it was launched
    JobState state = JobState::Queued;
    bool isReachable = true; ///< its folder can be read now
};

std::filesystem::path devicesFolder()
{
    return stateFolder() / "devices";
}

std::filesystem::path queuePath()
{
    return devicesFolder() / "queue.jsonl";
}

std::string holderText()
{
    return "pid " + std::to_string(::getpid()) + ", " + userAtHost();
}

/// Every reader and writer of the queue holds this lock.
Result<FileLock> lockQueue(std::chrono::milliseconds patience)
{
    TRAINYARD_CHECK(makeFolders(posixIo(), devicesFolder()));
    return FileLock::acquire(devicesFolder() / "queue.lock", patience, holderText());
}

Json entryToJson(const Entry& entry)
{
    const std::string& folder = entry.job.folder.native();
    Json json{{"v", 1}, {"device", entry.job.device}, {"launched", entry.launchedMs}};
    json[isUtf8(folder) ? "folder" : "path_b64"] = isUtf8(folder) ? folder : base64Encode(folder);
    return json;
}

Entry entryFromJson(const Json& json)
{
    const std::string encoded = jsonValue(json, "path_b64", std::string());
    const std::string folder =
        encoded.empty() ? jsonValue(json, "folder", std::string()) : base64Decode(encoded);
    return {{jsonValue(json, "device", std::string()), folder},
            jsonValue(json, "launched", std::int64_t{0}),
            JobState::Queued,
            true};
}

bool isFresh(const Entry& entry)
{
    return entry.launchedMs != 0 && systemClock().utcMilliseconds() - entry.launchedMs < kStartMs;
}

/// The project (or state folder) is there and the job is not. A project on a disk that is not mounted keeps
/// its place.
bool isGone(const std::filesystem::path& jobFolder)
{
    std::error_code error;
    const bool hasProject = std::filesystem::is_directory(jobFolder.parent_path().parent_path(), error);
    return hasProject && !std::filesystem::exists(jobFolder / "job.json", error) && !error;
}

/// The entries whose jobs wait for a start or were launched and have not ended.
Result<std::vector<Entry>> readQueue()
{
    JournalReader reader(queuePath());
    TRAINYARD_TRY(const std::vector<Json> records, reader.readNew());
    std::vector<Entry> entries;
    for (const Json& record : records) {
        Entry entry = entryFromJson(record);
        const Result<JobStatus> status = readJobStatus(entry.job.folder);
        if (!status && isGone(entry.job.folder))
            continue;
        entry.isReachable = status.has_value();
        entry.state = status ? status->state : JobState::Queued;
        if (!hasEnded(entry.state))
            entries.push_back(std::move(entry));
    }
    return entries;
}

Result<void> writeQueue(const std::vector<Entry>& entries)
{
    std::string text;
    for (const Entry& entry : entries)
        text += jsonLine(entryToJson(entry)) + "\n";
    return writeFileAtomically(posixIo(), queuePath(), text);
}

bool isAtWork(const Entry& entry)
{
    return isFresh(entry) || isWorkedOn(entry.job.folder);
}

/// A launched job whose program ended before it could take its lock would keep everybody behind it waiting.
bool endWhereItNeverStarted(const Entry& entry)
{
    const bool isOver =
        entry.isReachable && entry.state == JobState::Queued && entry.launchedMs != 0 && !isAtWork(entry);
    return isOver &&
           endWaitingJob(
               entry.job.folder, JobState::Failed,
               {ErrorCode::Internal, "its program did not start; log.txt in its folder says more", {}});
}

} // namespace

std::filesystem::path deviceLockPath(std::string_view device)
{
    std::string name(device);
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == ':' || c == '/'; }, '-');
    return devicesFolder() / (name + ".lock");
}

Result<FileLock> acquireDevice(JobWorker& worker, std::string_view device, const Cancellation& cancellation,
                               const std::function<void(std::string_view)>& say)
{
    TRAINYARD_CHECK(makeFolders(posixIo(), devicesFolder()));
    const std::filesystem::path path = deviceLockPath(device);
    const std::string holder = holderText() + ", " + displayText(worker.folder().native());
    std::string saidHolder;
    for (;;) {
        Result<FileLock> lock = FileLock::acquire(path, kLook, holder);
        if (lock) {
            if (!saidHolder.empty())
                worker.emitEvent("state", stateFields(JobState::Running));
            return lock;
        }
        if (lock.error().code != ErrorCode::Conflict)
            return lock;
        if (cancellation.isCancelled())
            return fail(ErrorCode::Cancelled, "cancelled while it waited for " + std::string(device));
        if (saidHolder.empty()) {
            Json waiting = stateFields(JobState::Queued);
            waiting["device"] = device;
            worker.emitEvent("state", std::move(waiting));
        }
        if (saidHolder != lock.error().message) {
            saidHolder = lock.error().message;
            const std::string text = "waits for " + std::string(device) + ": " + saidHolder;
            worker.emitEvent("note", {{"text", text}});
            if (say)
                say(text);
        }
    }
}

Result<void> enqueueJob(std::string_view device, const std::filesystem::path& jobFolder)
{
    TRAINYARD_TRY(const JobStatus status, readJobStatus(jobFolder));
    if (status.state != JobState::Queued)
        return fail(ErrorCode::Conflict, displayText(jobFolder.native()) + " is " +
                                             std::string(jobStateName(status.state)) + ", not queued");
    TRAINYARD_TRY(const FileLock lock, lockQueue(kQueuePatience));
    TRAINYARD_TRY(std::vector<Entry> entries, readQueue());
    std::error_code error;
    const std::filesystem::path folder = std::filesystem::absolute(jobFolder, error);
    if (error)
        return fail(ioError("find", jobFolder, error.value()));
    const bool isThere = std::any_of(entries.begin(), entries.end(),
                                     [&](const Entry& entry) { return entry.job.folder == folder; });
    if (!isThere)
        entries.push_back({{std::string(device), folder}, 0, JobState::Queued});
    return writeQueue(entries);
}

std::string queueDevice(std::string_view asked)
{
    std::error_code ignored;
    const bool hasGpu = std::filesystem::exists("/proc/driver/nvidia/version", ignored);
    if (asked == "cuda" || (asked == "auto" && hasGpu))
        return "cuda:0";
    return asked == "auto" ? "cpu" : std::string(asked);
}

Result<void> startInTurn(const std::filesystem::path& program, std::string_view device,
                         const std::filesystem::path& jobFolder)
{
    const auto start = [&]() -> Result<void> {
        TRAINYARD_CHECK(enqueueJob(device, jobFolder));
        TRAINYARD_CHECK(launchQueued(program));
        return {};
    };
    Result<void> started = start();
    if (!started) // who is told that it failed starts it once more; this one must not run as well
        endWaitingJob(jobFolder, JobState::Failed, started.error());
    return started;
}

Result<std::vector<QueuedJob>> queuedJobs()
{
    std::vector<QueuedJob> jobs;
    std::error_code ignored;
    if (!std::filesystem::exists(queuePath(), ignored))
        return jobs;
    TRAINYARD_TRY(const FileLock lock, lockQueue(kQueuePatience));
    TRAINYARD_TRY(const std::vector<Entry> entries, readQueue());
    for (const Entry& entry : entries) {
        if (entry.state == JobState::Queued && entry.isReachable)
            jobs.push_back(entry.job);
    }
    return jobs;
}

namespace {

using Started = std::vector<std::filesystem::path>;

/// Nothing where somebody else holds the queue.
Result<std::optional<Started>> launchUnlessHeld(const std::filesystem::path& program)
{
    Started started;
    std::error_code ignored;
    if (!std::filesystem::exists(queuePath(), ignored))
        return std::optional(started);
    const Result<FileLock> lock = lockQueue(kLaunchPatience);
    if (!lock)
        return lock.error().code == ErrorCode::Conflict ? Result<std::optional<Started>>(std::nullopt)
                                                        : fail(lock.error());
    TRAINYARD_TRY(std::vector<Entry> entries, readQueue());
    std::erase_if(entries, endWhereItNeverStarted);
    std::set<std::string> busy;
    for (const Entry& entry : entries) {
        if (isAtWork(entry) || FileLock::holder(deviceLockPath(entry.job.device)))
            busy.insert(entry.job.device);
    }
    Result<void> launched;
    for (Entry& entry : entries) {
        if (!launched || !entry.isReachable || !busy.insert(entry.job.device).second)
            continue;
        const Result<int> pid = startDetached(program, entry.job.folder);
        if (pid) {
            entry.launchedMs = systemClock().utcMilliseconds();
            started.push_back(entry.job.folder);
        } else {
            launched = fail(pid.error());
        }
    }
    TRAINYARD_CHECK(writeQueue(entries));
    TRAINYARD_CHECK(launched);
    return std::optional(std::move(started));
}

} // namespace

Result<std::vector<std::filesystem::path>> launchQueued(const std::filesystem::path& program)
{
    TRAINYARD_TRY(const std::optional<Started> started, launchUnlessHeld(program));
    return started.value_or(Started());
}

bool launchWaiting(const std::filesystem::path& program)
{
    const auto started = launchUnlessHeld(program);
    if (!started)
        logLine(LogLevel::Warning, "the next queued job was not started: " + started.error().message);
    return !started || started->has_value();
}

} // namespace trainyard
