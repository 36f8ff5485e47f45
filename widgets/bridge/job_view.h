// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/job.h"

#include <QString>
#include <filesystem>
#include <optional>

namespace trainyard::widgets {

/// One job as the window shows it.
struct JobView
{
    QString id; ///< the folder's name
    std::filesystem::path folder;
    JobRequest request;
    JobState state = JobState::Queued;
    QString phase; ///< in words, as the worker says it
    std::int64_t done = 0;
    std::int64_t total = 0;  ///< 0: not known
    double secondsLeft = -1; ///< of this phase; below 0: not known yet
    QString note;            ///< the newest note
    Json lastStep;           ///< the newest "step" event, null where there was none
    std::optional<Json> outcome;
    bool isSettled = false;   ///< it has ended and its outcome, if any, is here
    std::int64_t endedMs = 0; ///< when this window saw it end; 0 where it had ended before

    [[nodiscard]] bool isLive() const { return state == JobState::Queued || state == JobState::Running; }
    [[nodiscard]] bool isFailed() const { return state == JobState::Failed || state == JobState::Died; }
    [[nodiscard]] double share() const
    {
        return total > 0 ? static_cast<double>(done) / static_cast<double>(total) : -1;
    }
};

/// "Import pictures", "Train", ...
QString jobTitle(const JobRequest& request);
/// What it works on: a folder, a run.
QString jobSubject(const JobRequest& request);
/// Where it stands, in one line: "reading pictures · 120 of 364 · 20 s left".
QString jobProgressText(const JobView& job);
/// How it ended, in one sentence with the figures that count.
QString jobResultText(const JobView& job);
/// The command line that does the same.
QString jobCommand(const JobRequest& request);

} // namespace trainyard::widgets
