// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/jobs_watcher.h"

#include "core/storage/read_file.h"
#include "widgets/bridge/text.h"

#include <QCoreApplication>
#include <algorithm>
#include <system_error>

namespace trainyard::widgets {

namespace {

constexpr std::size_t kMaxJobs = 200; ///< older ones stay on the disk and out of the window
constexpr auto kLifeCheck = std::chrono::milliseconds(500);
constexpr double kFirstEstimateSeconds = 1.0;

using SteadyClock = std::chrono::steady_clock;

std::vector<std::string> newestFolders(const std::filesystem::path& folder)
{
    std::vector<std::string> names;
    std::error_code error;
    for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        if (it->path().filename().native().front() != '.')
            names.push_back(it->path().filename().native());
    std::sort(names.begin(), names.end());
    if (names.size() > kMaxJobs)
        names.erase(names.begin(), names.end() - kMaxJobs);
    return names;
}

std::optional<Json> readOutcome(const std::filesystem::path& folder)
{
    const auto bytes = readFile(folder / "outcome.json", 64U << 20);
    if (!bytes)
        return std::nullopt;
    auto json = parseJson(*bytes, "outcome.json");
    return json ? std::optional<Json>(std::move(*json)) : std::nullopt;
}

} // namespace

JobsWatcher::JobsWatcher(std::filesystem::path jobsFolder) : m_folder(std::move(jobsFolder)) {}

std::vector<JobView> JobsWatcher::poll()
{
    std::vector<JobView> changed;
    for (auto& [name, job] : m_jobs)
        if (!job.isEnded && follow(job))
            changed.push_back(job.view);
    findNew(changed);
    return changed;
}

void JobsWatcher::findNew(std::vector<JobView>& changed)
{
    for (const std::string& name : newestFolders(m_folder)) {
        if (m_jobs.contains(name))
            continue;
        const std::filesystem::path folder = m_folder / name;
        auto request = readJobRequest(folder);
        if (!request)
            continue; // not a job, or not written yet
        JobView view;
        view.id = QString::fromStdString(name);
        view.folder = folder;
        view.request = std::move(*request);
        auto [it, isNew] =
            m_jobs.emplace(name, Watched{view, JournalReader(folder / "events.jsonl"), false, 0, 0, {}});
        follow(it->second);
        changed.push_back(it->second.view);
    }
}

bool JobsWatcher::follow(Watched& job)
{
    const auto events = job.events.readNew();
    bool isChanged = false;
    if (events) {
        for (const Json& event : *events)
            apply(job, event);
        isChanged = !events->empty();
    }
    return settle(job) || isChanged;
}

void JobsWatcher::apply(Watched& job, const Json& event)
{
    JobView& view = job.view;
    const auto type = jsonValue<std::string>(event, "t", {});
    if (type == "state") {
        if (const auto state = jobStateFromName(jsonValue<std::string>(event, "state", {})))
            view.state = *state;
    } else if (type == "note") {
        view.note = shown(jsonValue<std::string>(event, "text", {}));
    } else if (type == "step") {
        view.lastStep = event;
    }
    if (type != "progress" && type != "step")
        return;
    const bool isStep = type == "step";
    const QString phase = isStep ? QCoreApplication::translate("jobs", "training")
                                 : shown(jsonValue<std::string>(event, "phase", {}));
    const auto done = jsonValue<std::int64_t>(event, isStep ? "step" : "done", 0);
    const auto total = jsonValue<std::int64_t>(event, isStep ? "totalSteps" : "total", view.total);
    const auto utcMs = jsonValue<std::int64_t>(event, "ts", 0);
    if (phase != view.phase || done < view.done) {
        job.phaseStartMs = utcMs;
        job.phaseStartDone = done;
        view.secondsLeft = -1;
    }
    view.phase = phase;
    view.done = done;
    view.total = total;
    const double seconds = static_cast<double>(utcMs - job.phaseStartMs) / 1000.0;
    if (seconds >= kFirstEstimateSeconds && done > job.phaseStartDone && total > 0)
        view.secondsLeft =
            seconds / static_cast<double>(done - job.phaseStartDone) * static_cast<double>(total - done);
}

/// Looks after the end: the outcome once the state is a last one, and death while it is not.
bool JobsWatcher::settle(Watched& job)
{
    JobView& view = job.view;
    const auto now = SteadyClock::now();
    const auto end = [&] {
        job.isEnded = true;
        view.secondsLeft = -1;
        view.isSettled = true;
        return true;
    };
    if (view.isLive()) {
        if (now - job.lastLifeCheck < kLifeCheck)
            return false;
        job.lastLifeCheck = now;
        if (view.state == JobState::Queued || isWorkedOn(view.folder))
            return false;
        // The lock is free: read the whole folder once more, the last events may have come meanwhile.
        const auto status = readJobStatus(view.folder);
        if (!status || status->state == JobState::Running)
            return false;
        view.state = status->state;
        view.outcome = status->outcome;
        return end();
    }
    view.outcome = readOutcome(view.folder);
    if (view.outcome || !isWorkedOn(view.folder))
        return end();
    return false;
}

} // namespace trainyard::widgets
