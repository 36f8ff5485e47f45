// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/text_table.h"
#include "app/cli/verb.h"
#include "core/base/path_text.h"
#include "core/collection/source_scan.h"
#include "core/project/edits.h"
#include "core/storage/read_file.h"

#include <iostream>
#include <thread>
#include <unistd.h>

namespace trainyard::cli {

namespace {

/// The picture limits live with the project; a flag changes them for good.
Result<DecodeLimits> projectLimits(Project& project, const Json& request)
{
    DecodeLimits limits;
    const auto settle = [&](const char* key, std::int64_t& value) -> Result<void> {
        if (request.contains(key)) {
            value = request[key].get<std::int64_t>();
            if (value < 1)
                return fail(ErrorCode::InvalidArgument, std::string("--") + key + " must be above 0");
            TRAINYARD_TRY(const Edit edit, makeSetSetting(project, key, std::to_string(value)));
            if (!edit.rows.empty())
                TRAINYARD_CHECK(project.applyNow(edit));
            return {};
        }
        TRAINYARD_TRY(const std::string text, project.setting(key));
        if (!text.empty())
            value = std::atoll(text.c_str());
        return {};
    };
    TRAINYARD_CHECK(settle("max-pixels", limits.maxPixels));
    TRAINYARD_CHECK(settle("max-bytes", limits.maxBytes));
    return limits;
}

std::string labelCountsText(const LabelCounts& labels)
{
    std::string text = withThousands(labels.added) + " added, " + withThousands(labels.changed) +
                       " changed, " + withThousands(labels.same) + " the same, " +
                       withThousands(labels.left) + " left because the project's were kept, " +
                       withThousands(labels.rejected) + " rejected";
    if (labels.suggested > 0)
        text += ", " + withThousands(labels.suggested) + " predictions kept as suggestions";
    if (labels.removed > 0)
        text += "; " + withThousands(labels.removed) + " of the project's removed";
    return text;
}

std::string planText(const ImportPlan& plan)
{
    std::string text = plan.format + ": " + withThousands(plan.pictures) + " pictures, " +
                       withThousands(plan.labelFiles) + " label files, " + withThousands(plan.boxes) +
                       " boxes\n";
    for (const auto& [kind, count] : plan.shapes)
        text += "  labels of kind " + kind + ": " + withThousands(count) + "\n";
    if (plan.knownItems > 0) {
        text += "  " + withThousands(plan.newItems) + " pictures are new, " + withThousands(plan.knownItems) +
                " are items already; labels of " + withThousands(plan.differingItems) + " differ\n";
        text += "  labels: " + labelCountsText(plan.labels) + "\n";
    }
    for (const auto& [name, count] : plan.classes)
        text += "  class " + displayText(name) + ": " + withThousands(count) + "\n";
    for (const auto& [split, count] : plan.splits)
        text += "  split " + std::string(splitName(split)) + ": " + withThousands(count) + "\n";
    text += "  needs " + withThousands(plan.bytesNeeded / 1024) + " KiB of " +
            withThousands(plan.bytesFree / 1024) + " KiB free\n";
    for (const std::string& note : plan.notes)
        text += "  note: " + displayText(note) + "\n";
    for (const ImportQuestion& question : plan.questions)
        text += "  question: " + displayText(question.text) + " (" + question.flag + ", default " +
                question.preset + ")\n";
    return text;
}

/// Puts the open questions to a person at a terminal. Without one the presets count, and a question that has
/// to be asked is exit 3.
Result<void> settleQuestions(const ImportPlan& plan, Json& answers)
{
    for (const ImportQuestion& question : plan.questions) {
        if (answers.contains(question.key))
            continue;
        const bool hasTerminal = isatty(STDIN_FILENO) != 0;
        if (!hasTerminal && !question.mustAsk)
            continue;
        if (!hasTerminal)
            return fail(ErrorCode::InvalidFile, displayText(question.text) + " Answer with " + question.flag +
                                                    " or in the file of --answers under '" + question.key +
                                                    "'.");
        std::cerr << displayText(question.text) << " [" << question.preset << "] " << std::flush;
        std::string answer;
        std::getline(std::cin, answer);
        answers[question.key] = answer.empty() ? question.preset : answer;
    }
    return {};
}

std::string resultText(const ImportResult& result)
{
    std::string text = "Read " + withThousands(result.read) + ": accepted " + withThousands(result.accepted) +
                       " (" + withThousands(result.added) + " new, " + withThousands(result.unchanged) +
                       " unchanged, " + withThousands(result.changed) + " changed, " +
                       withThousands(result.moved) + " moved; " + withThousands(result.damaged) +
                       " damaged), left out " + withThousands(result.leftOut) + ", rejected " +
                       withThousands(result.rejected) + ".";
    if (result.labels.read > 0)
        text += "\nLabels: read " + withThousands(result.labels.read) + ": " +
                labelCountsText(result.labels) + ".";
    for (const std::string& note : result.losses.notes)
        text += "\nnote: " + displayText(note);
    for (std::size_t i = 0; i < result.rejections.size() && i < 10; ++i) {
        const Rejection& r = result.rejections[i];
        text += "\nrejected: " + displayText(r.path) + (r.place.empty() ? "" : ", " + r.place) + ": " +
                displayText(r.reason) + (r.remedy.empty() ? "" : "; " + displayText(r.remedy));
    }
    if (result.rejected > 10)
        text += "\n(" + withThousands(result.rejected - 10) + " more; --json and the project list them all)";
    return text;
}

} // namespace

Result<Json> importRequest(const Invocation& invocation, std::string&)
{
    ImportRequest request;
    request.source = invocation.text("SOURCE");
    request.format = invocation.text("format", std::string(kAutoFormat));
    if (request.format != kAutoFormat && findLabelFormat(request.format) == nullptr)
        return fail(ErrorCode::InvalidArgument,
                    "--format " + displayText(request.format) + ": known formats are " + importFormatNames());
    request.copiesFiles = invocation.flag("copy");
    request.cropsBoxes = invocation.flag("crops");
    request.perClass = invocation.integer("per-class", 0);
    request.seed = static_cast<std::uint64_t>(invocation.integer("seed", 0));
    if (request.perClass < 0 || (request.perClass > 0 && !request.cropsBoxes))
        return fail(ErrorCode::InvalidArgument, "--per-class N needs --crops and N above 0");
    if (invocation.has("voc-base")) {
        const std::int64_t base = invocation.integer("voc-base", 1);
        if (base != 0 && base != 1)
            return fail(ErrorCode::InvalidArgument, "--voc-base is 0 or 1");
        request.vocBase = static_cast<int>(base);
    }
    if (invocation.has("answers")) {
        TRAINYARD_TRY(const std::string text, readFile(invocation.text("answers"), 1 << 20));
        TRAINYARD_TRY(request.answers, parseJson(text, displayText(invocation.text("answers"))));
    }
    for (const std::string& answer : invocation.texts("answer")) {
        const std::size_t equals = answer.find('=');
        if (equals == std::string::npos)
            return fail(ErrorCode::InvalidArgument,
                        "--answer " + displayText(answer) + ": expected KEY=VALUE");
        request.answers[answer.substr(0, equals)] = answer.substr(equals + 1);
    }
    Json json = importRequestToJson(request);
    json["plan"] = invocation.flag("plan");
    json["max-rejects"] = invocation.real("max-rejects", 100.0);
    for (const char* key : {"max-pixels", "max-bytes"}) {
        if (invocation.has(key))
            json[key] = invocation.integer(key, 0);
    }
    return json;
}

Result<VerbResult> workImport(VerbContext& context)
{
    const Json& options = context.job.request;
    const bool isPlan = jsonValue<bool>(options, "plan", false);
    TRAINYARD_TRY(ImportRequest request, importRequestFromJson(options));
    TRAINYARD_TRY(auto project, openJobProject(context.job, isPlan ? Project::OpenMode::ReadOnly
                                                                   : Project::OpenMode::ReadWrite));
    if (!isPlan) {
        TRAINYARD_TRY(request.limits, projectLimits(*project, options));
    }
    const auto decoders =
        DecoderPool::create(helperProgram("trainyard-decode"),
                            std::max(1, static_cast<int>(std::thread::hardware_concurrency())));
    TRAINYARD_TRY(SourceScan scan, scanSource(request, *decoders, context.cancellation, context.progress));
    TRAINYARD_TRY(const ImportPlan plan,
                  planScanned(*project, request, scan, context.cancellation, context.progress));
    VerbResult out;
    if (isPlan) {
        out.result = importPlanToJson(plan);
        out.text = planText(plan);
        return out;
    }
    TRAINYARD_CHECK(settleQuestions(plan, request.answers));
    TRAINYARD_TRY(const FormatAnswers answers, importAnswers(request));
    if (answers != scan.answers) {
        TRAINYARD_TRY(scan, scanSource(request, *decoders, context.cancellation, context.progress));
    }
    TRAINYARD_TRY(const ImportResult result,
                  importScanned(*project, *decoders, request, scan, context.cancellation, context.progress));
    out.result = importResultToJson(result);
    out.text = resultText(result);
    const double share =
        result.read == 0 ? 0.0
                         : 100.0 * static_cast<double>(result.rejected) / static_cast<double>(result.read);
    const bool isNothing = result.accepted == 0 && result.read > 0;
    out.exitCode = isNothing || share > jsonValue<double>(options, "max-rejects", 100.0) ? 4 : 0;
    if (context.cancellation.isCancelled())
        out.state = JobState::Stopped;
    return out;
}

} // namespace trainyard::cli
