// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/base/path_text.h"
#include "core/base/user.h"
#include "core/jobs/job.h"
#include "core/jobs/job_console.h"
#include "core/jobs/process_identity.h"
#include "core/storage/atomic_file.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <mutex>
#include <set>
#include <span>
#include <unistd.h>

namespace trainyard {

namespace {

constexpr const char* kLockVariable = "TRAINYARD_JOB_LOCK_FD";
constexpr int kEventVersion = 1;
constexpr std::int64_t kControlIntervalNs = 50'000'000;
constexpr std::int64_t kProgressIntervalNs = 100'000'000;

struct ControlRow
{
    std::string_view name;
    JobWorker::Control control;
};

constexpr std::array kControls{
    ControlRow{"stop", JobWorker::Control::Stop},
    ControlRow{"pause", JobWorker::Control::Pause},
    ControlRow{"checkpoint", JobWorker::Control::Checkpoint},
};

bool isThinned(std::string_view type)
{
    return type == "progress" || type == "step";
}

std::optional<int> inheritedDescriptor()
{
    const char* text = std::getenv(kLockVariable);
    if (text == nullptr)
        return std::nullopt;
    int fd = -1;
    const std::string_view digits(text);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), fd);
    return error == std::errc() && end == digits.data() + digits.size() && fd > 2 ? std::optional(fd)
                                                                                  : std::nullopt;
}

Result<FileLock> takeLock(const std::filesystem::path& jobFolder, std::string_view verb)
{
    const std::filesystem::path path = jobFolder / "job.lock";
    if (const std::optional<int> fd = inheritedDescriptor()) {
        ::unsetenv(kLockVariable);
        if (Result<FileLock> lock = FileLock::adopt(*fd, path))
            return lock; // else the variable speaks of another job
    }
    return FileLock::acquire(path, std::chrono::milliseconds(0),
                             "pid " + std::to_string(::getpid()) + ", " + userAtHost() + ", trainyard " +
                                 std::string(verb));
}

/// The caller's own copy of the events ("--events PATH" or "--events fd:N"); a failure there ends the copy,
/// not the job.
class EventCopy
{
public:
    explicit EventCopy(const std::string& target)
    {
        if (target.empty())
            return;
        m_path = target;
        if (target.rfind("fd:", 0) == 0) {
            std::from_chars(target.data() + 3, target.data() + target.size(), m_fd);
            return;
        }
        Result<int> fd = posixIo().openForWriting(m_path, IoEnv::Create::Append);
        m_fd = fd.value_or(-1);
        m_isOwned = bool(fd);
        if (!fd)
            logLine(LogLevel::Warning, "no copy of the events: " + fd.error().message);
    }
    ~EventCopy()
    {
        if (m_isOwned)
            static_cast<void>(posixIo().close(m_fd, m_path));
    }
    EventCopy(const EventCopy&) = delete;
    EventCopy& operator=(const EventCopy&) = delete;

    void add(const Json& event)
    {
        if (m_fd < 0)
            return;
        const std::string line = jsonLine(event) + "\n";
        const Result<void> written =
            posixIo().write(m_fd, std::as_bytes(std::span(line.data(), line.size())), m_path);
        if (!written) {
            logLine(LogLevel::Warning, "the copy of the events ends here: " + written.error().message);
            m_fd = -1;
            m_isOwned = false;
        }
    }

private:
    std::filesystem::path m_path;
    int m_fd = -1;
    bool m_isOwned = false;
};

/// What an earlier worker of the same job, or this one before exec, has left in events.jsonl.
struct Past
{
    std::int64_t lastNumber = 0;
    std::string lastState;
    int lastPid = 0;
    std::set<std::string> answered;
};

Result<Past> readPast(const std::filesystem::path& eventsPath)
{
    JournalReader reader(eventsPath);
    TRAINYARD_TRY(const std::vector<Json> events, reader.readNew());
    Past past;
    for (const Json& event : events) {
        past.lastNumber = std::max(past.lastNumber, jsonValue(event, "seq", std::int64_t{0}));
        const std::string type = jsonValue(event, "t", std::string());
        if (type == "state") {
            past.lastState = jsonValue(event, "state", std::string());
            past.lastPid = jsonValue(event, "pid", 0);
        } else if (type == "control") {
            past.answered.insert(jsonValue(event, "id", std::string()));
        }
    }
    return past;
}

class FolderWorker final : public JobWorker
{
public:
    FolderWorker(std::filesystem::path folder, FileLock lock, Journal events, Past past,
                 const std::string& copyTarget)
        : m_folder(std::move(folder)), m_lock(std::move(lock)), m_events(std::move(events)),
          m_controls(m_folder / "control.jsonl"), m_number(past.lastNumber),
          m_answered(std::move(past.answered)), m_copy(copyTarget)
    {
    }

    const std::filesystem::path& folder() const override { return m_folder; }

    void emitEvent(std::string_view type, Json fields) override
    {
        const std::lock_guard guard(m_mutex);
        static_cast<void>(emitLocked(type, std::move(fields)));
    }

    void emitProgress(std::string_view phase, std::int64_t done, std::int64_t total) override
    {
        const std::lock_guard guard(m_mutex);
        if (m_heldBack && m_heldBackPhase != phase)
            releaseProgress();
        m_heldBack = {{"phase", phase}, {"done", done}, {"total", total}};
        const std::int64_t now = systemClock().monotonicNanoseconds();
        const bool isLast = total > 0 && done >= total;
        const bool isNewPhase = m_heldBackPhase != phase;
        m_heldBackPhase = phase;
        if (isLast || isNewPhase || now - m_lastProgressNs >= kProgressIntervalNs) {
            m_lastProgressNs = now;
            releaseProgress();
        }
    }

    Control pollControl() override
    {
        const std::lock_guard guard(m_mutex);
        const std::int64_t now = systemClock().monotonicNanoseconds();
        if (m_waiting.empty() && now - m_lastControlNs >= kControlIntervalNs) {
            m_lastControlNs = now;
            readControls();
        }
        if (m_waiting.empty())
            return Control::None;
        const Control control = m_waiting.front();
        m_waiting.erase(m_waiting.begin());
        return control;
    }

    Result<void> finish(JobState state, int exitCode, const Json& result) override
    {
        const std::lock_guard guard(m_mutex);
        releaseProgress();
        const Result<void> said =
            emitLocked("state", {{"state", jobStateName(state)}, {"exitCode", exitCode}});
        const bool isError = result.is_object() && result.size() == 1 && result.contains("error");
        Json outcome{{"version", 1}, {"exitCode", exitCode}, {"state", jobStateName(state)}};
        outcome[isError ? "error" : "result"] = isError ? result.at("error") : result;
        outcome["ts"] = systemClock().utcMilliseconds();
        TRAINYARD_CHECK(writeFileAtomically(posixIo(), m_folder / "outcome.json", jsonText(outcome)));
        return said;
    }

    Result<void> prepareExec() override
    {
        const std::lock_guard guard(m_mutex);
        releaseProgress();
        TRAINYARD_CHECK(m_events.sync());
        TRAINYARD_TRY(const int fd, m_lock.keepAcrossExec());
        if (::setenv(kLockVariable, std::to_string(fd).c_str(), 1) != 0)
            return fail(ErrorCode::Internal, "cannot hand the job on: no room in the environment");
        return {};
    }

private:
    Result<void> emitLocked(std::string_view type, Json fields)
    {
        Json event{{"v", kEventVersion},
                   {"seq", m_number + 1},
                   {"t", type},
                   {"ts", systemClock().utcMilliseconds()}};
        for (auto& [key, value] : fields.items())
            event.emplace(key, std::move(value)); // never over the four above
        Result<void> done = m_events.append(event);
        if (done) {
            ++m_number;
            m_copy.add(event);
            if (!isThinned(type))
                done = m_events.sync();
        }
        if (!done && !m_hasWarned) {
            m_hasWarned = true;
            logLine(LogLevel::Warning, "an event of the job was not stored: " + done.error().message);
        }
        return done;
    }

    void releaseProgress()
    {
        if (!m_heldBack)
            return;
        Json fields = std::move(*m_heldBack);
        m_heldBack.reset();
        static_cast<void>(emitLocked("progress", std::move(fields)));
    }

    /// Answers every request that has no answer yet.
    void readControls()
    {
        const Result<std::vector<Json>> records = m_controls.readNew();
        if (!records)
            return; // tried again at the next poll
        for (const Json& record : *records) {
            const std::string id = jsonValue(record, "id", std::string());
            const std::string request = jsonValue(record, "request", std::string());
            if (id.empty() || !m_answered.insert(id).second)
                continue;
            const auto row = std::find_if(kControls.begin(), kControls.end(),
                                          [&](const ControlRow& known) { return known.name == request; });
            const bool isKnown = row != kControls.end();
            static_cast<void>(emitLocked(
                "control",
                {{"id", id}, {"request", request}, {"answer", isKnown ? "accepted" : "unknown request"}}));
            if (isKnown)
                m_waiting.push_back(row->control);
        }
    }

    std::filesystem::path m_folder;
    FileLock m_lock;
    std::mutex m_mutex; ///< guards everything below
    Journal m_events;
    JournalReader m_controls;
    std::int64_t m_number = 0;
    std::set<std::string> m_answered;
    std::vector<Control> m_waiting;
    EventCopy m_copy;
    std::optional<Json> m_heldBack;
    std::string m_heldBackPhase;
    std::int64_t m_lastProgressNs = 0;
    std::int64_t m_lastControlNs = INT64_MIN / 2;
    bool m_hasWarned = false;
};

Result<std::unique_ptr<JobWorker>> startWorker(const std::filesystem::path& jobFolder, bool copiesEvents)
{
    TRAINYARD_TRY(const JobRequest request, readJobRequest(jobFolder));
    TRAINYARD_TRY(FileLock lock, takeLock(jobFolder, request.verb));
    std::error_code ignored;
    if (std::filesystem::exists(jobFolder / "outcome.json", ignored))
        return fail(ErrorCode::Conflict, displayText(jobFolder.native()) + ": the job has ended");
    TRAINYARD_TRY(Journal events, Journal::open(posixIo(), jobFolder / "events.jsonl"));
    TRAINYARD_TRY(Past past, readPast(jobFolder / "events.jsonl"));
    const bool isSaid = past.lastState == jobStateName(JobState::Running) && past.lastPid == ::getpid();
    auto worker = std::make_unique<FolderWorker>(
        jobFolder, std::move(lock), std::move(events), std::move(past),
        copiesEvents ? jsonValue(request.request, "events", std::string()) : std::string());
    if (!isSaid)
        worker->emitEvent("state", stateFields(JobState::Running));
    return std::unique_ptr<JobWorker>(std::move(worker));
}

} // namespace

Result<std::unique_ptr<JobWorker>> JobWorker::start(const std::filesystem::path& jobFolder)
{
    return startWorker(jobFolder, true);
}

bool endWaitingJob(const std::filesystem::path& jobFolder, JobState state, const Error& reason)
{
    const auto worker = startWorker(jobFolder, false);
    return worker && (*worker)->finish(state, exitCode(reason.code), errorJson(reason)).has_value();
}

} // namespace trainyard
