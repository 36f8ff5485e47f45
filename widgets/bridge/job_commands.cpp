// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/job_commands.h"

#include "core/base/clock.h"
#include "core/base/path_text.h"

#include <algorithm>

namespace trainyard::widgets {

namespace {

constexpr int kTopClasses = 5;

JobRequest make(const JobOwner& owner, const char* verb)
{
    JobRequest job;
    job.verb = verb;
    job.argv = {"trainyard", verb};
    job.author = owner.author;
    job.project = owner.project.native();
    job.createdUtcMs = systemClock().utcMilliseconds();
    return job;
}

void close(JobRequest& job, const JobOwner& owner)
{
    if (!owner.project.empty())
        job.argv.insert(job.argv.end(), {"--project", owner.project.native()});
}

} // namespace

Json pathJson(const std::filesystem::path& path)
{
    if (isUtf8(path.native()))
        return path.native();
    return Json{{"b64", base64Encode(path.native())}};
}

JobRequest importJob(const JobOwner& owner, const ImportRequest& request)
{
    JobRequest job = make(owner, "import");
    job.request = importRequestToJson(request);
    job.argv.push_back(request.source.native());
    if (request.format != kAutoFormat)
        job.argv.insert(job.argv.end(), {"--format", request.format});
    if (request.copiesFiles)
        job.argv.emplace_back("--copy");
    if (request.cropsBoxes)
        job.argv.emplace_back("--crops");
    if (request.perClass > 0)
        job.argv.insert(job.argv.end(), {"--per-class", std::to_string(request.perClass)});
    if (request.vocBase)
        job.argv.insert(job.argv.end(), {"--voc-base", std::to_string(*request.vocBase)});
    close(job, owner);
    return job;
}

JobRequest importPlanJob(const JobOwner& owner, const ImportRequest& request)
{
    JobRequest job = importJob(owner, request);
    job.request["plan"] = true;
    job.argv.emplace_back("--plan");
    return job;
}

JobRequest exportJob(const JobOwner& owner, const ExportRequest& request)
{
    JobRequest job = make(owner, "export-dataset");
    job.request = exportRequestToJson(request);
    job.argv.push_back(request.folder.native());
    if (!request.filter.empty())
        job.argv.push_back(request.filter);
    job.argv.insert(job.argv.end(), {"--format", request.format, "--pictures",
                                     std::string(exportedPicturesName(request.pictures))});
    close(job, owner);
    return job;
}

JobRequest exportPlanJob(const JobOwner& owner, const ExportRequest& request)
{
    JobRequest job = exportJob(owner, request);
    job.request["plan"] = true;
    job.argv.emplace_back("--plan");
    return job;
}

bool isQuiet(const JobRequest& request)
{
    return jsonValue(request.request, "plan", false) || request.verb == "predict";
}

JobRequest checkJob(const JobOwner& owner, std::span<const IssueKind> kinds)
{
    JobRequest job = make(owner, "check");
    Json names = Json::array();
    for (const IssueKind kind : kinds) {
        names.push_back(std::string(issueKindName(kind)));
        job.argv.emplace_back(issueKindName(kind));
    }
    // Only doubtful labels need a tensor; everything else the command line does by itself.
    const bool isHere = std::find(kinds.begin(), kinds.end(), IssueKind::WrongLabel) == kinds.end();
    job.request = Json{{"kinds", std::move(names)}, {"here", isHere}};
    close(job, owner);
    return job;
}

namespace {

std::string classText(ClassId classId)
{
    std::string text = "#";
    text += std::to_string(classId);
    return text;
}

JobRequest classesJob(const JobOwner& owner, const char* action, ClassId classId, ClassId value,
                      bool deletesLabels)
{
    JobRequest job = make(owner, "classes");
    job.request = Json{{"ACTION", action}, {"CLASS", classText(classId)}};
    job.argv.insert(job.argv.end(), {action, classText(classId)});
    if (value != 0) {
        job.request["VALUE"] = classText(value);
        job.argv.push_back(classText(value));
    }
    if (deletesLabels) {
        job.request["with-labels"] = true;
        job.argv.emplace_back("--with-labels");
    }
    close(job, owner);
    return job;
}

} // namespace

JobRequest mergeClassesJob(const JobOwner& owner, ClassId from, ClassId into)
{
    return classesJob(owner, "merge", from, into, false);
}

JobRequest deleteClassJob(const JobOwner& owner, ClassId classId)
{
    return classesJob(owner, "delete", classId, 0, true);
}

JobRequest adoptLabelsJob(const JobOwner& owner, ClassId deletedClass, ClassId into)
{
    return classesJob(owner, "adopt", deletedClass, into, false);
}

JobRequest trainJob(const JobOwner& owner, const std::string& runId, const std::string& device,
                    bool isResumed)
{
    JobRequest job = make(owner, "train");
    job.runId = runId;
    job.request = Json{{"run", runId}, {"device", device}};
    if (isResumed)
        job.argv.insert(job.argv.end(), {"--resume", runId});
    else
        job.argv.insert(job.argv.end(),
                        {"--recipe", (owner.project / "runs" / runId / "recipe.toml").native()});
    if (!isResumed && device != "auto")
        job.argv.insert(job.argv.end(), {"--device", device});
    close(job, owner);
    return job;
}

JobRequest evaluateJob(const JobOwner& owner, const std::string& model, const std::string& split)
{
    JobRequest job = make(owner, "evaluate");
    job.request = Json{{"model", model}, {"split", split}};
    job.argv.insert(job.argv.end(), {model, "--split", split});
    close(job, owner);
    return job;
}

JobRequest packageJob(const JobOwner& owner, const std::string& runId, const std::filesystem::path& out)
{
    JobRequest job = make(owner, "package");
    job.runId = runId;
    job.request = Json{{"run", runId}, {"out", pathJson(out)}, {"formats", {"safetensors", "onnx"}}};
    job.argv.insert(job.argv.end(), {runId, "--out", out.native()});
    close(job, owner);
    return job;
}

JobRequest publishJob(const JobOwner& owner, const std::string& source, const std::string& name,
                      const std::string& alias)
{
    JobRequest job = make(owner, "publish");
    job.request = Json{{"source", source}, {"name", name}, {"registry", ""}, {"alias", alias}};
    job.argv.insert(job.argv.end(), {source, name});
    if (!alias.empty())
        job.argv.insert(job.argv.end(), {"--alias", alias});
    close(job, owner);
    return job;
}

JobRequest predictJob(const JobOwner& owner, const std::string& model,
                      const std::vector<std::filesystem::path>& inputs)
{
    JobRequest job = make(owner, "predict");
    Json paths = Json::array();
    job.argv.push_back(model);
    for (const std::filesystem::path& input : inputs) {
        paths.push_back(pathJson(input));
        job.argv.push_back(input.native());
    }
    job.request = Json{{"model", model}, {"inputs", std::move(paths)}, {"top", kTopClasses}};
    close(job, owner);
    return job;
}

JobRequest verifyJob(const JobOwner& owner, const std::filesystem::path& package)
{
    JobRequest job = make(owner, "verify");
    job.request = Json{{"package", pathJson(package)}};
    job.argv.push_back(package.native());
    close(job, owner);
    return job;
}

JobRequest demoJob(const JobOwner& owner, const std::filesystem::path& folder)
{
    JobRequest job = make(owner, "demo");
    job.request = Json{{"dir", pathJson(folder)}};
    job.argv.push_back(folder.native());
    return job;
}

} // namespace trainyard::widgets
