// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/predicting.h"
#include "app/engine/request.h"
#include "app/engine/verbs.h"
#include "core/base/path_text.h"

namespace trainyard::engine {

namespace {

std::string rowText(const Json& prediction)
{
    const std::string path = displayText(bytesFromJson(prediction["path"]));
    const std::string label = prediction["label"];
    return path + ": " + displayText(label) + " " +
           percentText(prediction["probabilities"][label].get<double>());
}

} // namespace

Result<VerbResult> workPredict(VerbContext& context)
{
    const Json& request = context.job.request;
    std::vector<std::string> inputs;
    for (const Json& input : jsonValue(request, "inputs", Json(Json::array())))
        inputs.push_back(bytesFromJson(input));
    if (inputs.empty())
        return fail(ErrorCode::InvalidArgument, "predict needs at least one picture or folder");
    TRAINYARD_TRY(const Model model, loadModel(context.job.project, requestText(request, "model")));
    TRAINYARD_TRY(const auto runner, makeRunner(model));
    const auto decoders = makeDecoders();
    const auto top = jsonValue<std::int64_t>(request, "top", 3);
    TRAINYARD_TRY(const Answers answers, predictFiles(model, *runner, expandInputs(inputs), top, *decoders,
                                                      context.cancellation, context.progress));
    VerbResult result;
    result.result = {
        {"model", model.name}, {"predictions", answers.predictions}, {"rejected", answers.rejected}};
    for (const Json& prediction : answers.predictions)
        result.text += rowText(prediction) + "\n";
    for (const Json& rejected : answers.rejected)
        result.text += displayText(bytesFromJson(rejected["path"])) + ": " +
                       rejected["reason"].get<std::string>() + "\n";
    if (!result.text.empty())
        result.text.pop_back();
    result.exitCode = answers.predictions.empty() ? 4 : 0;
    return result;
}

} // namespace trainyard::engine
