// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/job.h"

#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace trainyard::test {

/// A fresh job for job_helper.
inline std::filesystem::path makeJob(const std::filesystem::path& jobs, Json request)
{
    JobRequest job;
    job.verb = "test";
    job.request = std::move(request);
    job.author = "anna@host/cli";
    return createJob(jobs, job).value();
}

inline std::vector<Json> eventsOf(const std::filesystem::path& folder)
{
    return JournalReader(folder / "events.jsonl").readNew().value();
}

/// The states in their order.
inline std::vector<std::string> statesOf(const std::filesystem::path& folder)
{
    std::vector<std::string> states;
    const std::vector<Json> events = eventsOf(folder);
    for (const Json& event : events) {
        if (event.at("t") == "state")
            states.push_back(event.at("state"));
    }
    return states;
}

/// 1, 2, 3, ...: no event is missing or doubled.
inline bool areNumbered(const std::vector<Json>& events)
{
    std::int64_t number = 0;
    for (const Json& event : events) {
        if (event.at("seq").get<std::int64_t>() != ++number)
            return false;
    }
    return true;
}

inline bool hasNote(const std::filesystem::path& folder, const std::string& text)
{
    const std::vector<Json> events = eventsOf(folder);
    for (const Json& event : events) {
        if (event.at("t") == "note" && event.at("text") == text)
            return true;
    }
    return false;
}

/// Looks until it is so, for half a minute at most.
inline bool comesTrue(const std::function<bool()>& condition)
{
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline)
            return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

inline bool endsAs(const std::filesystem::path& folder, JobState state)
{
    return comesTrue([&] {
        const auto status = readJobStatus(folder);
        return status && status->state == state && status->outcome.has_value();
    });
}

} // namespace trainyard::test
