// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/pictures.h"
#include "app/engine/request.h"
#include "app/engine/verbs.h"
#include "core/base/clock.h"
#include "core/engine/trainer.h"
#include "core/jobs/device_queue.h"
#include "core/training/starter_weights.h"

#include <cstdio>
#include <optional>

namespace trainyard::engine {

namespace {

constexpr std::int64_t kEventIntervalNs = 100'000'000;

/// Turns what happens in a run into the job's events and the terminal's progress.
class JobObserver : public TrainingObserver
{
public:
    explicit JobObserver(VerbContext& context) : m_context(context) {}

    void stepDone(const StepReport& report) override
    {
        m_context.progress({"training", report.step, report.totalSteps});
        const std::int64_t now = systemClock().monotonicNanoseconds();
        if (report.step != report.totalSteps && now - m_lastEventNs < kEventIntervalNs)
            return;
        m_lastEventNs = now;
        m_context.worker.emitEvent("step", stepReportToJson(report));
    }

    void epochDone(const EpochReport& report) override
    {
        m_context.worker.emitEvent("epoch", epochReportToJson(report));
        char text[200];
        int length = std::snprintf(text, sizeof text, "epoch %lld: loss %.4f, accuracy %.1f %%",
                                   static_cast<long long>(report.epoch + 1), report.trainLoss,
                                   report.trainAccuracy * 100.0);
        if (report.validationLoss && length > 0)
            std::snprintf(text + length, sizeof text - static_cast<std::size_t>(length),
                          "; validation loss %.4f, accuracy %.1f %%%s", *report.validationLoss,
                          report.validationAccuracy.value_or(0) * 100.0, report.isBest ? " (best)" : "");
        m_context.console.note(text);
    }

    void note(const std::string& text) override
    {
        m_context.worker.emitEvent("note", Json{{"text", text}});
        m_context.console.note(text);
    }

    TrainingCommand command() override
    {
        switch (m_context.takeControl()) {
        case JobWorker::Control::Stop:
            return TrainingCommand::Stop;
        case JobWorker::Control::Pause:
            return TrainingCommand::Pause;
        case JobWorker::Control::Checkpoint:
            return TrainingCommand::Checkpoint;
        case JobWorker::Control::None:
            break;
        }
        return TrainingCommand::Continue;
    }

private:
    VerbContext& m_context;
    std::int64_t m_lastEventNs = 0;
};

/// What the run is trained on: its own frozen dataset, or the project as it is now.
Result<Dataset> datasetOf(VerbContext& context, const std::filesystem::path& runFolder)
{
    if (std::filesystem::exists(runFolder / "resolved.json")) {
        TRAINYARD_TRY(const ResolvedRecipe resolved, loadResolved(runFolder));
        return loadDataset(context.job.project, resolved.datasetHash);
    }
    TRAINYARD_TRY(const Recipe recipe, loadRunRecipe(runFolder));
    TRAINYARD_TRY(auto project, openProject(context.job, Project::OpenMode::ReadOnly));
    TRAINYARD_TRY(Dataset dataset, freezeDataset(*project));
    TRAINYARD_TRY(const ResolvedRecipe resolved, resolveRecipe(recipe, dataset));
    if (const auto saved = saveDataset(context.job.project, dataset); !saved)
        return fail(saved.error());
    TRAINYARD_CHECK(saveResolved(runFolder, resolved));
    return dataset;
}

Json outcomeJson(const std::string& run, const ResolvedRecipe& resolved, const TrainingOutcome& outcome)
{
    return Json{
        {"run", run},
        {"state", outcome.state},
        {"step", outcome.step},
        {"totalSteps", resolved.totalSteps},
        {"bestStep", outcome.bestStep},
        {"bestValidationLoss", outcome.hasValidation ? Json(outcome.bestValidationLoss) : Json(nullptr)},
        {"bestValidationAccuracy",
         outcome.hasValidation ? Json(outcome.bestValidationAccuracy) : Json(nullptr)},
        {"weightsSha256", outcome.weightsSha256},
        {"dataset", resolved.datasetHash},
        {"device", resolved.device},
        {"precision", resolved.precision},
        {"finished_utc", utcText(systemClock().utcMilliseconds())}};
}

JobState jobStateOf(const std::string& state)
{
    if (state == "paused")
        return JobState::Paused;
    return state == "stopped" ? JobState::Stopped : JobState::Done;
}

std::string outcomeText(const std::string& run, const TrainingOutcome& outcome)
{
    if (outcome.state == "paused")
        return "Run " + run + " is paused at step " + std::to_string(outcome.step) +
               "; `trainyard train --resume " + run + "` goes on.";
    std::string text =
        "Run " + run + " is " + outcome.state + " after " + std::to_string(outcome.step) + " steps.";
    if (outcome.hasValidation)
        text += " Best validation accuracy " + percentText(outcome.bestValidationAccuracy) + ".";
    return text;
}

} // namespace

Result<VerbResult> workTrain(VerbContext& context)
{
    const std::string run = requestText(context.job.request, "run");
    if (run.empty() || context.job.project.empty())
        return fail(ErrorCode::InvalidArgument, "train needs a project and a run");
    TRAINYARD_TRY(const RunStatus status, findRun(context.job.project, run));
    TRAINYARD_TRY(const Dataset dataset, datasetOf(context, status.folder));
    TRAINYARD_TRY(const ResolvedRecipe resolved, loadResolved(status.folder));
    const auto decoders = makeDecoders();
    TRAINYARD_TRY(const auto pack,
                  openOrMakePack(context.job.project, dataset, packRequest(resolved.network.preprocess),
                                 *decoders, context.cancellation, context.progress));
    std::optional<TensorFile> starter;
    if (resolved.recipe.usesStarterWeights) {
        TRAINYARD_TRY(const std::filesystem::path file, starterWeightsFile(resolved.recipe.network));
        TRAINYARD_TRY(starter, readSafetensors(file));
    }
    TRAINYARD_TRY(const FileLock device,
                  acquireDevice(context.worker, resolved.device, context.cancellation,
                                [&](std::string_view text) { context.console.note(text); }));
    JobObserver observer(context);
    TRAINYARD_TRY(const TrainingOutcome outcome,
                  train(status.folder, dataset, *pack, starter ? &*starter : nullptr, observer));
    VerbResult result;
    result.result = outcomeJson(status.id, resolved, outcome);
    TRAINYARD_CHECK(saveRunOutcome(status.folder, result.result));
    result.text = outcomeText(status.id, outcome);
    result.state = jobStateOf(outcome.state);
    return result;
}

} // namespace trainyard::engine
