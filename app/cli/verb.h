// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/jobs/job_runner.h"
#include "core/project/project.h"

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace trainyard::cli {

enum class OptionType { Flag, Text, TextList, Path, PathList, Integer, Real };

/// One option or positional argument of a verb. The name without dashes is the key in Invocation::options.
struct OptionSpec
{
    const char* name; ///< "--per-class" or "SOURCE"
    OptionType type;
    const char* help;
    bool isRequired = false;
};

/// A command line after parsing: only values of known options, paths made absolute.
struct Invocation
{
    std::string verb;
    Json options = Json::object(); ///< key to value; absent options are absent
    bool printsJson = false;
    std::filesystem::path project; ///< empty where none was named or found
    std::string author;
    std::vector<std::string> argv;

    [[nodiscard]] bool has(const char* key) const { return options.contains(key); }
    [[nodiscard]] std::string text(const char* key, const std::string& fallback = {}) const;
    [[nodiscard]] std::vector<std::string> texts(const char* key) const;
    [[nodiscard]] std::int64_t integer(const char* key, std::int64_t fallback) const;
    [[nodiscard]] double real(const char* key, double fallback) const;
    [[nodiscard]] bool flag(const char* key) const { return options.contains(key); }
};

/// Where a verb's work is done.
enum class VerbPlace {
    Here,   ///< at once, in this process, without a job folder
    Job,    ///< in this process, as the worker of a job folder
    Engine, ///< as a job, by trainyard-engine
};

/// One verb of the command line.
struct Verb
{
    const char* name;
    const char* help;
    VerbPlace place;
    bool needsProject;
    std::vector<OptionSpec> options;
    /// Here: does the work.
    Result<VerbResult> (*run)(const Invocation&) = nullptr;
    /// Job and Engine: checks the options and words the request (may fill in the run id).
    Result<Json> (*request)(const Invocation&, std::string& runId) = nullptr;
    /// Job: does the work.
    Result<VerbResult> (*work)(VerbContext&) = nullptr;
};

std::span<const Verb> verbs();
const Verb* findVerb(std::string_view name);

/// Opens the invocation's project, or says how to name one.
Result<std::unique_ptr<Project>> openProject(const Invocation& invocation, Project::OpenMode mode);
/// Opens the project that a job belongs to.
Result<std::unique_ptr<Project>> openJobProject(const JobRequest& job, Project::OpenMode mode);

/// An item by "#id" or by path (absolute, or relative to a source root).
Result<ItemId> findItem(Project& project, const std::string& text);

/// The folder share/trainyard beside the programs: samples/, backbones/.
std::filesystem::path shareFolder();
/// This program's own file.
std::filesystem::path ownProgram();

/// Text as a JSON value and back; bytes that are not UTF-8 travel as {"b64": ...}.
Json bytesToJson(const std::string& bytes);
std::string bytesFromJson(const Json& value);

// The verbs, one group a file.
Result<VerbResult> runInit(const Invocation&);
Result<VerbResult> runStatus(const Invocation&);
Result<VerbResult> runItems(const Invocation&);
Result<VerbResult> runLabel(const Invocation&);
Result<VerbResult> runClasses(const Invocation&);
Result<VerbResult> runReview(const Invocation&);
Result<VerbResult> runAgreement(const Invocation&);
Result<VerbResult> runUndo(const Invocation&);
Result<VerbResult> runRedo(const Invocation&);
Result<VerbResult> runHistory(const Invocation&);
Result<VerbResult> runDiff(const Invocation&);
Result<VerbResult> runSplit(const Invocation&);
Result<VerbResult> runIssues(const Invocation&);
Result<VerbResult> runRelocate(const Invocation&);
Result<VerbResult> runRuns(const Invocation&);
Result<VerbResult> runJobs(const Invocation&);
Result<VerbResult> runAttach(const Invocation&);
Result<VerbResult> runCompare(const Invocation&);
Result<VerbResult> runRegistry(const Invocation&);

Result<Json> importRequest(const Invocation&, std::string& runId);
Result<VerbResult> workImport(VerbContext&);
Result<Json> exportRequest(const Invocation&, std::string& runId);
Result<VerbResult> workExport(VerbContext&);
Result<Json> fixRequest(const Invocation&, std::string& runId);
Result<VerbResult> workFix(VerbContext&);
Result<Json> demoRequest(const Invocation&, std::string& runId);
Result<VerbResult> workDemo(VerbContext&);

Result<Json> checkRequest(const Invocation&, std::string& runId);
Result<VerbResult> workCheck(VerbContext&);
Result<Json> trainRequest(const Invocation&, std::string& runId);
Result<Json> evaluateRequest(const Invocation&, std::string& runId);
Result<Json> packageRequest(const Invocation&, std::string& runId);
Result<Json> verifyRequest(const Invocation&, std::string& runId);
Result<Json> publishRequest(const Invocation&, std::string& runId);
Result<Json> predictRequest(const Invocation&, std::string& runId);
Result<Json> doctorRequest(const Invocation&, std::string& runId);

} // namespace trainyard::cli
