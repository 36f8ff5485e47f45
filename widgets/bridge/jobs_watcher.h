// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/journal.h"
#include "widgets/bridge/job_view.h"

#include <chrono>
#include <map>
#include <vector>

namespace trainyard::widgets {

/// Follows all job folders below one folder by reading their journals.
///
/// No thread of its own: poll() is called by one thread at a time. State events are never dropped; of
/// progress and steps only the newest of each poll is kept. Nothing fails: what cannot be read is tried
/// again.
class JobsWatcher
{
public:
    explicit JobsWatcher(std::filesystem::path jobsFolder);

    /// The jobs that are new or changed since the last call, oldest first.
    std::vector<JobView> poll();

private:
    struct Watched
    {
        JobView view;
        JournalReader events;
        bool isEnded = false;
        std::int64_t phaseStartMs = 0;
        std::int64_t phaseStartDone = 0;
        std::chrono::steady_clock::time_point lastLifeCheck;
    };
    void findNew(std::vector<JobView>& changed);
    bool follow(Watched& job);
    void apply(Watched& job, const Json& event);
    bool settle(Watched& job);

    std::filesystem::path m_folder;
    std::map<std::string, Watched> m_jobs;
};

} // namespace trainyard::widgets
