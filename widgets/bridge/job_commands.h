// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cleaning/checks.h"
#include "core/collection/export.h"
#include "core/collection/import.h"
#include "core/jobs/job.h"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace trainyard::widgets {

/// Requests of jobs, each with the command line that does the same. The verbs are those of the command line.

/// Whose jobs these are: a project's, or nobody's (empty folder).
struct JobOwner
{
    std::filesystem::path project;
    std::string author;
};

JobRequest importJob(const JobOwner& owner, const ImportRequest& request);
/// Only says what an import would do; its result is the plan.
JobRequest importPlanJob(const JobOwner& owner, const ImportRequest& request);
JobRequest exportJob(const JobOwner& owner, const ExportRequest& request);
/// Only says what an export would write and lose; its result is the plan.
JobRequest exportPlanJob(const JobOwner& owner, const ExportRequest& request);
/// True for jobs that a panel waits for by itself, so that lists of jobs leave them out.
bool isQuiet(const JobRequest& request);
JobRequest checkJob(const JobOwner& owner, std::span<const IssueKind> kinds);
/// What `trainyard classes` does to all labels of a class: "merge" into another (value "#ID"), "delete" with
/// its labels, "adopt" of a deleted one's. Classes by id.
JobRequest mergeClassesJob(const JobOwner& owner, ClassId from, ClassId into);
JobRequest deleteClassJob(const JobOwner& owner, ClassId classId);
JobRequest adoptLabelsJob(const JobOwner& owner, ClassId deletedClass, ClassId into);
JobRequest trainJob(const JobOwner& owner, const std::string& runId, const std::string& device,
                    bool isResumed);
JobRequest evaluateJob(const JobOwner& owner, const std::string& model, const std::string& split);
JobRequest packageJob(const JobOwner& owner, const std::string& runId, const std::filesystem::path& out);
JobRequest publishJob(const JobOwner& owner, const std::string& source, const std::string& name,
                      const std::string& alias);
JobRequest predictJob(const JobOwner& owner, const std::string& model,
                      const std::vector<std::filesystem::path>& inputs);
JobRequest verifyJob(const JobOwner& owner, const std::filesystem::path& package);
JobRequest demoJob(const JobOwner& owner, const std::filesystem::path& folder);

/// A path as programs of ours take it: text where its bytes are UTF-8, else {"b64": ...}.
Json pathJson(const std::filesystem::path& path);

} // namespace trainyard::widgets
