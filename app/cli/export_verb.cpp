// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/text_table.h"
#include "app/cli/verb.h"
#include "core/base/path_text.h"
#include "core/collection/export.h"
#include "core/labels/formats.h"

namespace trainyard::cli {

namespace {

std::string figuresText(const char* verb, const ExportResult& result, const ExportRequest& request)
{
    std::string text = verb + withThousands(result.pictures) + " pictures with " +
                       withThousands(result.labels) + " labels to " + displayText(request.folder.native()) +
                       ", " + withThousands(result.files) + " files; left out " +
                       withThousands(result.leftOut) + " items.";
    for (const std::string& note : result.losses.notes)
        text += "\nnote: " + displayText(note);
    return text;
}

} // namespace

Result<Json> exportRequest(const Invocation& invocation, std::string&)
{
    ExportRequest request;
    request.folder = invocation.text("OUT");
    request.format = invocation.text("format");
    const FormatSpec* format = findLabelFormat(request.format);
    if (format == nullptr || format->write == nullptr)
        return fail(ErrorCode::InvalidArgument, "--format " + displayText(request.format) +
                                                    ": formats that can be written are " +
                                                    exportFormatNames());
    request.filter = invocation.text("FILTER");
    const auto pictures = exportedPicturesFromName(invocation.text("pictures", "copy"));
    if (!pictures)
        return fail(ErrorCode::InvalidArgument, "--pictures is copy, link or none");
    request.pictures = *pictures;
    Json json = exportRequestToJson(request);
    json["plan"] = invocation.flag("plan");
    return json;
}

Result<VerbResult> workExport(VerbContext& context)
{
    TRAINYARD_TRY(const ExportRequest request, exportRequestFromJson(context.job.request));
    TRAINYARD_TRY(auto project, openJobProject(context.job, Project::OpenMode::ReadOnly));
    VerbResult out;
    if (jsonValue(context.job.request, "plan", false)) {
        TRAINYARD_TRY(const ExportPlan plan,
                      planExport(*project, request, context.cancellation, context.progress));
        out.result = exportPlanToJson(plan);
        out.text = figuresText("Would write ", plan.result, request);
        if (plan.replaced > 0)
            out.text += "\nnote: " + withThousands(plan.replaced) + " files of an earlier export would go";
        return out;
    }
    const auto decoders = DecoderPool::create(helperProgram("trainyard-decode"), 1);
    TRAINYARD_TRY(const ExportResult result,
                  exportDataset(*project, *decoders, request, context.cancellation, context.progress));
    out.result = exportResultToJson(result);
    out.text = figuresText("Wrote ", result, request);
    return out;
}

} // namespace trainyard::cli
