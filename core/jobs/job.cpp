// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/job.h"

#include "core/base/clock.h"
#include "core/base/path_text.h"
#include "core/base/user.h"
#include "core/jobs/process_identity.h"
#include "core/storage/atomic_file.h"
#include "core/storage/read_file.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <pwd.h>
#include <random>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace trainyard {

namespace {

constexpr int kTakeOutTries = 8;
constexpr auto kTakeOutPause = std::chrono::milliseconds(3);

constexpr int kJobVersion = 1;
constexpr int kNameTries = 16;

struct StateRow
{
    JobState state;
    std::string_view name;
    bool isEnd;
};

constexpr std::array kStates{
    StateRow{JobState::Queued, "queued", false}, StateRow{JobState::Running, "running", false},
    StateRow{JobState::Paused, "paused", true},  StateRow{JobState::Stopped, "stopped", true},
    StateRow{JobState::Done, "done", true},      StateRow{JobState::Failed, "failed", true},
    StateRow{JobState::Died, "died", true},
};

const StateRow& rowOf(JobState state)
{
    return *std::find_if(kStates.begin(), kStates.end(),
                         [&](const StateRow& row) { return row.state == state; });
}

std::string randomHex(int digits)
{
    static constexpr char kDigits[] = "0123456789abcdef";
    std::random_device random;
    std::string text;
    for (int i = 0; i < digits; ++i)
        text += kDigits[random() % 16];
    return text;
}

/// Paths and arguments are bytes: a text where they are UTF-8, else {"path_b64", "shown"}.
Json bytesToJson(const std::string& bytes)
{
    if (isUtf8(bytes))
        return bytes;
    return {{"path_b64", base64Encode(bytes)}, {"shown", displayText(bytes)}};
}

Result<std::string> bytesFromJson(const Json& value, std::string_view source)
{
    if (value.is_string())
        return value.get<std::string>();
    TRAINYARD_TRY(const std::string text, jsonField<std::string>(value, "path_b64", source));
    return base64Decode(text);
}

Json requestToJson(const JobRequest& request)
{
    Json argv = Json::array();
    for (const std::string& argument : request.argv)
        argv.push_back(bytesToJson(argument));
    return {{"version", kJobVersion},
            {"verb", request.verb},
            {"request", request.request},
            {"argv", std::move(argv)},
            {"author", request.author},
            {"host", hostName()},
            {"project", bytesToJson(request.project)},
            {"run", request.runId},
            {"created", request.createdUtcMs}};
}

Result<JobRequest> requestFromJson(const Json& json, const std::string& source)
{
    TRAINYARD_TRY(const int version, jsonField<int>(json, "version", source));
    if (version > kJobVersion)
        return fail(ErrorCode::Unsupported,
                    source + ": written by a newer version (" + std::to_string(version) + ")");
    JobRequest request;
    TRAINYARD_TRY(request.verb, jsonField<std::string>(json, "verb", source));
    TRAINYARD_TRY(request.request, jsonField<Json>(json, "request", source));
    for (const Json& argument : jsonValue(json, "argv", Json::array())) {
        TRAINYARD_TRY(std::string bytes, bytesFromJson(argument, source));
        request.argv.push_back(std::move(bytes));
    }
    TRAINYARD_TRY(request.project, bytesFromJson(jsonValue(json, "project", Json("")), source));
    request.author = jsonValue(json, "author", std::string());
    request.runId = jsonValue(json, "run", std::string());
    request.createdUtcMs = jsonValue(json, "created", std::int64_t{0});
    return request;
}

/// Claims a name of its own by writing job.json where none is.
Result<std::filesystem::path> claimFolder(const std::filesystem::path& jobsFolder, const JobRequest& request)
{
    const std::string text = jsonText(requestToJson(request));
    const std::string stem = utcFolderText(request.createdUtcMs) + "-" + request.verb + "-";
    for (int attempt = 1;; ++attempt) {
        const std::filesystem::path folder = jobsFolder / (stem + randomHex(4));
        TRAINYARD_CHECK(posixIo().makeFolder(folder));
        const Result<void> written =
            writeFileAtomically(posixIo(), folder / "job.json", text, AtomicMode::CreateOnly);
        if (written)
            return folder;
        if (written.error().code != ErrorCode::Conflict || attempt == kNameTries)
            return fail(written.error());
    }
}

/// The last record of a type in the text of events.jsonl, found from the end.
std::optional<Json> lastEvent(std::string_view events, std::string_view type)
{
    const std::string mark = "\"t\":\"" + std::string(type) + "\"";
    std::size_t from = std::string_view::npos;
    for (std::size_t at = events.rfind(mark, from); at != std::string_view::npos;
         at = events.rfind(mark, from)) {
        const std::size_t before = events.rfind('\n', at);
        const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
        const std::size_t end = events.find('\n', at);
        if (end != std::string_view::npos) {
            Result<Json> record = parseJson(events.substr(begin, end - begin), "event");
            if (record && jsonValue(*record, "t", std::string()) == type)
                return std::move(*record);
        }
        if (at == 0)
            break;
        from = at - 1;
    }
    return std::nullopt;
}

/// Fills in state, pid and progress; gives the number of the state event, 0 where there is none yet.
std::int64_t readEvents(JobStatus& status)
{
    const Result<std::string> events = readFile(status.folder / "events.jsonl");
    if (!events)
        return 0; // a job that was only asked for: queued
    if (const auto progress = lastEvent(*events, "progress"))
        status.lastProgress = *progress;
    const auto state = lastEvent(*events, "state");
    if (!state)
        return 0;
    status.state = jobStateFromName(jsonValue(*state, "state", std::string())).value_or(JobState::Queued);
    status.pid = jsonValue(*state, "pid", 0);
    return jsonValue(*state, "seq", std::int64_t{0});
}

/// A worker takes the lock before it says that it runs, and says that it ended before it lets go. So it died
/// where the lock was free between two looks at the same state.
void readState(JobStatus& status)
{
    std::int64_t seen = readEvents(status);
    while (!hasEnded(status.state) && status.pid != 0 && !isWorkedOn(status.folder)) {
        const std::int64_t now = readEvents(status);
        if (now == seen) {
            status.state = JobState::Died;
            return;
        }
        seen = now;
    }
}

} // namespace

std::string_view jobStateName(JobState state)
{
    return rowOf(state).name;
}

std::optional<JobState> jobStateFromName(std::string_view name)
{
    for (const StateRow& row : kStates) {
        if (row.name == name)
            return row.state;
    }
    return std::nullopt;
}

bool hasEnded(JobState state)
{
    return rowOf(state).isEnd;
}

Json stateFields(JobState state)
{
    const ProcessIdentity process = thisProcess();
    return {{"state", jobStateName(state)},
            {"pid", process.pid},
            {"start", process.startTicks},
            {"boot", process.bootId},
            {"host", hostName()}};
}

Result<std::filesystem::path> createJob(const std::filesystem::path& jobsFolder, const JobRequest& request)
{
    JobRequest dated = request;
    if (dated.createdUtcMs == 0)
        dated.createdUtcMs = systemClock().utcMilliseconds();
    TRAINYARD_CHECK(makeFolders(posixIo(), jobsFolder));
    TRAINYARD_TRY(std::filesystem::path folder, claimFolder(jobsFolder, dated));
    TRAINYARD_TRY(Journal events, Journal::open(posixIo(), folder / "events.jsonl"));
    TRAINYARD_CHECK(events.append({{"v", kJobVersion},
                                   {"seq", 1},
                                   {"t", "state"},
                                   {"ts", systemClock().utcMilliseconds()},
                                   {"state", jobStateName(JobState::Queued)}}));
    TRAINYARD_CHECK(events.sync());
    TRAINYARD_CHECK(posixIo().syncFolder(jobsFolder));
    return folder;
}

Result<JobRequest> readJobRequest(const std::filesystem::path& jobFolder)
{
    const std::filesystem::path path = jobFolder / "job.json";
    TRAINYARD_TRY(const std::string text, readFile(path));
    TRAINYARD_TRY(const Json json, parseJson(text, displayText(path.native())));
    return requestFromJson(json, displayText(path.native()));
}

bool isWorkedOn(const std::filesystem::path& jobFolder)
{
    return FileLock::holder(jobFolder / "job.lock").has_value();
}

Result<JobStatus> readJobStatus(const std::filesystem::path& jobFolder)
{
    JobStatus status;
    status.folder = jobFolder;
    TRAINYARD_TRY(status.request, readJobRequest(jobFolder));
    readState(status);
    const std::filesystem::path outcomePath = jobFolder / "outcome.json";
    if (const Result<std::string> text = readFile(outcomePath)) {
        if (Result<Json> outcome = parseJson(*text, displayText(outcomePath.native())))
            status.outcome = std::move(*outcome);
    }
    // A full disk may have kept the last state event away; the outcome says the same.
    if (status.outcome && (status.state == JobState::Died || !hasEnded(status.state)))
        status.state =
            jobStateFromName(jsonValue(*status.outcome, "state", std::string())).value_or(JobState::Failed);
    return status;
}

std::vector<JobStatus> listJobs(const std::filesystem::path& jobsFolder)
{
    std::vector<JobStatus> jobs;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(jobsFolder, error), end; !error && entry != end;
         entry.increment(error)) {
        if (Result<JobStatus> status = readJobStatus(entry->path()))
            jobs.push_back(std::move(*status));
    }
    std::sort(jobs.begin(), jobs.end(), [](const JobStatus& a, const JobStatus& b) {
        return a.request.createdUtcMs != b.request.createdUtcMs
                   ? a.request.createdUtcMs > b.request.createdUtcMs
                   : a.folder > b.folder;
    });
    return jobs;
}

Result<std::string> requestControl(const std::filesystem::path& jobFolder, JobWorker::Control control)
{
    static constexpr std::array<std::string_view, 4> kNames{"", "stop", "pause", "checkpoint"};
    const std::string_view name = kNames[static_cast<std::size_t>(control)];
    if (name.empty())
        return fail(ErrorCode::InvalidArgument, "a request to a job must ask for something");
    TRAINYARD_TRY(const JobStatus status, readJobStatus(jobFolder));
    if (hasEnded(status.state))
        return fail(ErrorCode::Conflict, displayText(jobFolder.filename().native()) + " has ended (" +
                                             std::string(jobStateName(status.state)) + ")");
    std::string id = randomHex(16);
    const bool isEnd = control == JobWorker::Control::Stop || control == JobWorker::Control::Pause;
    // Whoever only looks whether a job is worked on holds its lock for an instant; so it is tried more than
    // once.
    for (int tries = 0; isEnd && status.state == JobState::Queued && tries < kTakeOutTries; ++tries) {
        if (tries > 0)
            std::this_thread::sleep_for(kTakeOutPause);
        if (!isWorkedOn(jobFolder) &&
            endWaitingJob(jobFolder, JobState::Stopped,
                          {ErrorCode::Cancelled, "it was taken out of the queue before it began", {}}))
            return id;
    }
    TRAINYARD_CHECK(appendShared(posixIo(), jobFolder / "control.jsonl",
                                 {{"v", kJobVersion},
                                  {"id", id},
                                  {"request", name},
                                  {"ts", systemClock().utcMilliseconds()},
                                  {"by", userAtHost()}}));
    return id;
}

std::filesystem::path stateFolder()
{
    const char* state = std::getenv("XDG_STATE_HOME");
    if (state != nullptr && state[0] == '/')
        return std::filesystem::path(state) / "trainyard";
    const char* home = std::getenv("HOME");
    const passwd* entry = home == nullptr ? ::getpwuid(::getuid()) : nullptr;
    const std::filesystem::path base = home != nullptr ? home : entry != nullptr ? entry->pw_dir : "/tmp";
    return base / ".local" / "state" / "trainyard";
}

std::filesystem::path stateJobsFolder()
{
    return stateFolder() / "jobs";
}

} // namespace trainyard
