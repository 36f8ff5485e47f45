// SPDX-License-Identifier: GPL-3.0-or-later
// check, evaluate, package, verify, publish, predict, doctor: what the engine is asked.
#include "app/cli/text_table.h"
#include "app/cli/verb.h"
#include "core/base/path_text.h"
#include "core/cleaning/checks.h"
#include "core/training/run_folder.h"

#include <algorithm>
#include <thread>

namespace trainyard::cli {

namespace {

/// A model argument as the engine reads it: paths become absolute, names stay.
Json modelJson(const std::string& text)
{
    std::error_code error;
    if (std::filesystem::is_directory(text, error))
        return bytesToJson(std::filesystem::absolute(text).lexically_normal().string());
    return bytesToJson(text);
}

} // namespace

Result<Json> checkRequest(const Invocation& invocation, std::string&)
{
    std::vector<std::string> kinds = invocation.texts("KIND");
    if (kinds.empty())
        kinds = {"damaged", "duplicate", "near-duplicate", "leak", "wrong-label"};
    for (const std::string& kind : kinds) {
        if (!issueKindFromName(kind))
            return fail(ErrorCode::InvalidArgument,
                        "'" + displayText(kind) +
                            "' is no kind of issue; kinds are damaged, duplicate, near-duplicate, "
                            "wrong-label, leak");
    }
    const bool isHere = std::find(kinds.begin(), kinds.end(), "wrong-label") == kinds.end();
    return Json{{"kinds", kinds}, {"here", isHere}};
}

Result<VerbResult> workCheck(VerbContext& context)
{
    TRAINYARD_TRY(auto project, openJobProject(context.job, Project::OpenMode::ReadWrite));
    std::vector<IssueKind> kinds;
    for (const std::string& name : jsonValue<std::vector<std::string>>(context.job.request, "kinds", {})) {
        const auto kind = issueKindFromName(name);
        if (!kind)
            return fail(ErrorCode::InvalidArgument, "'" + displayText(name) + "' is no kind of issue");
        kinds.push_back(*kind);
    }
    const auto decoders =
        DecoderPool::create(helperProgram("trainyard-decode"),
                            std::max(1, static_cast<int>(std::thread::hardware_concurrency())));
    TRAINYARD_TRY(const CheckResult result,
                  checkPictures(*project, *decoders, kinds, context.cancellation, context.progress));
    VerbResult out;
    out.result = {{"found", Json::object()}, {"added", Json::object()}};
    for (const auto& [kind, count] : result.found) {
        const std::string name(issueKindName(kind));
        out.result["found"][name] = count;
        out.text += (out.text.empty() ? "" : ", ") + name + " " + withThousands(count);
    }
    for (const auto& [kind, count] : result.added)
        out.result["added"][std::string(issueKindName(kind))] = count;
    out.text = "Open issues: " + (out.text.empty() ? "none" : out.text) + ". 'trainyard issues' lists them.";
    return out;
}

Result<Json> evaluateRequest(const Invocation& invocation, std::string&)
{
    const std::string split = invocation.text("split", "test");
    if (!splitFromName(split) || split == "none")
        return fail(ErrorCode::InvalidArgument,
                    "--split " + displayText(split) + ": splits are train, val and test");
    return Json{{"model", modelJson(invocation.text("MODEL"))},
                {"split", split},
                {"require", invocation.text("require")}};
}

Result<Json> packageRequest(const Invocation& invocation, std::string& runId)
{
    TRAINYARD_TRY(const RunStatus run, findRun(invocation.project, invocation.text("RUN")));
    runId = run.id;
    return Json{
        {"run", run.id}, {"out", bytesToJson(invocation.text("out"))}, {"formats", {"safetensors", "onnx"}}};
}

Result<Json> verifyRequest(const Invocation& invocation, std::string&)
{
    return Json{{"package", bytesToJson(invocation.text("PACKAGE"))}};
}

Result<Json> publishRequest(const Invocation& invocation, std::string&)
{
    return Json{{"source", modelJson(invocation.text("SOURCE"))},
                {"name", invocation.text("NAME")},
                {"registry", bytesToJson(invocation.text("to"))},
                {"alias", invocation.text("alias")}};
}

Result<Json> predictRequest(const Invocation& invocation, std::string&)
{
    Json inputs = Json::array();
    for (const std::string& path : invocation.texts("INPUT"))
        inputs.push_back(bytesToJson(path));
    return Json{{"model", modelJson(invocation.text("MODEL"))},
                {"inputs", inputs},
                {"top", invocation.integer("top", 3)}};
}

Result<Json> doctorRequest(const Invocation&, std::string&)
{
    return Json::object();
}

} // namespace trainyard::cli
