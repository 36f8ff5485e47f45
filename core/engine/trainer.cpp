// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/trainer.h"

#include "core/base/clock.h"
#include "core/engine/detail/machine.h"
#include "core/engine/detail/run_log.h"
#include "core/engine/detail/step_inputs.h"
#include "core/engine/detail/training_network.h"
#include "core/engine/detail/training_state.h"
#include "core/training/checkpoint_writer.h"

#include <algorithm>

namespace trainyard {

namespace {

using namespace detail;

constexpr std::size_t kMostItemsNamed = 64;

std::string itemList(const std::vector<ItemId>& items)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(items.size(), kMostItemsNamed); ++i)
        text += (i == 0 ? "#" : ", #") + std::to_string(items[i]);
    return items.size() > kMostItemsNamed ? text + ", ..." : text;
}

/// n / (classes * n of the class); 0 for a class without items.
std::vector<double> inverseFrequencies(const std::vector<LoadItem>& items, std::size_t classes)
{
    std::vector<double> counts(classes, 0.0);
    for (const LoadItem& item : items)
        counts[static_cast<std::size_t>(item.label)] += 1.0;
    for (double& count : counts)
        count =
            count > 0.0 ? static_cast<double>(items.size()) / (static_cast<double>(classes) * count) : 0.0;
    return counts;
}

/// Items per second, smoothed over about ten steps.
class Throughput
{
public:
    double add(std::int64_t items)
    {
        const std::int64_t now = systemClock().monotonicNanoseconds();
        const double seconds = static_cast<double>(std::max<std::int64_t>(now - m_lastNs, 1)) * 1e-9;
        m_lastNs = now;
        const double rate = static_cast<double>(items) / seconds;
        m_rate = m_rate <= 0.0 ? rate : 0.9 * m_rate + 0.1 * rate;
        return m_rate;
    }
    void restart() { m_lastNs = systemClock().monotonicNanoseconds(); }

private:
    std::int64_t m_lastNs = systemClock().monotonicNanoseconds();
    double m_rate = 0;
};

/// One run from its resolved recipe to its end.
class TrainingRun
{
public:
    TrainingRun(const std::filesystem::path& folder, const ResolvedRecipe& resolved, const PackReader& pack,
                TrainingObserver& observer)
        : m_folder(folder), m_resolved(resolved), m_pack(pack), m_observer(observer),
          m_writer(posixIo(), folder, resolved.recipe.keepCheckpoints)
    {
    }

    Result<TrainingOutcome> run(const Dataset& dataset, const TensorFile* starterWeights)
    {
        TRAINYARD_CHECK(prepare(dataset, starterWeights));
        TRAINYARD_TRY(RunLog log, RunLog::open(m_folder, m_state.step));
        TRAINYARD_CHECK(m_inputs->start(*m_network, m_state.step));
        m_throughput.restart();
        std::string end = "done";
        while (m_state.step < m_resolved.totalSteps && !isStoppingEarly()) {
            TRAINYARD_CHECK(trainStep(log));
            const bool isEpochEnd = m_state.position == 0;
            bool wantsCheckpoint = isCheckpointDue();
            if (isEpochEnd) {
                TRAINYARD_TRY(const bool isBest, finishEpoch(log));
                wantsCheckpoint = wantsCheckpoint || isBest;
            }
            const TrainingCommand command = m_observer.command();
            const bool isEnd = m_state.step == m_resolved.totalSteps || isStoppingEarly();
            const bool isLeaving = command == TrainingCommand::Stop || command == TrainingCommand::Pause;
            if (wantsCheckpoint || isEnd || command != TrainingCommand::Continue)
                TRAINYARD_CHECK(saveNow(log));
            if (isLeaving && !isEnd) {
                end = command == TrainingCommand::Stop ? "stopped" : "paused";
                break;
            }
        }
        TRAINYARD_CHECK(m_writer.wait());
        TRAINYARD_CHECK(log.sync());
        return outcome(end);
    }

private:
    Result<void> prepare(const Dataset& dataset, const TensorFile* starterWeights)
    {
        const Preprocess& preprocess = m_resolved.network.preprocess;
        TRAINYARD_TRY(std::vector<LoadItem> items, loadItems(dataset, m_pack, preprocess, Split::Train));
        TRAINYARD_TRY(m_validation, loadItems(dataset, m_pack, preprocess, Split::Validation));
        if (items.empty())
            return fail(ErrorCode::Refused, "no item is in the training split");
        std::vector<double> classWeights;
        if (m_resolved.recipe.usesClassWeights)
            classWeights = inverseFrequencies(items, dataset.labels.size());
        TRAINYARD_TRY(m_network, TrainingNetwork::create(m_resolved, classWeights));
        m_state.seed = m_resolved.recipe.seed;
        TRAINYARD_CHECK(restoreOrStart(starterWeights));
        m_inputs = std::make_unique<TrainingInputs>(m_pack, std::move(items), m_resolved, m_state.seed);
        return {};
    }

    Result<void> restoreOrStart(const TensorFile* starterWeights)
    {
        std::vector<std::string> skipped;
        const auto newest = loadNewestCheckpoint(m_folder, skipped);
        for (const std::string& text : skipped)
            m_observer.note("damaged and left out: " + text);
        if (newest) {
            TRAINYARD_TRY(m_state, trainingStateFromJson(newest->second.state, m_resolved));
            const std::string build = "trainyard " TRAINYARD_VERSION ", libtorch " + torchVersion();
            if (const std::string text = machineDifference(newest->second.state, m_resolved, build);
                !text.empty())
                m_observer.note("not the same machine as before, the last digits may differ: " + text);
            m_observer.note("going on from step " + std::to_string(m_state.step));
            return m_network->restore(newest->second);
        }
        if (newest.error().code != ErrorCode::NotFound)
            return fail(newest.error());
        TRAINYARD_CHECK(m_network->start(starterWeights));
        return saveFirst();
    }

    /// A real checkpoint before the first step: whatever keeps one from being written shows now, not after
    /// hours.
    Result<void> saveFirst()
    {
        const Checkpoint checkpoint = snapshot();
        TRAINYARD_CHECK(saveCheckpoint(posixIo(), m_folder, 0, checkpoint));
        std::uint64_t bytes = 0;
        for (const TensorFile* file : {&checkpoint.model, &checkpoint.optimizer}) {
            for (const NamedTensor& tensor : file->tensors)
                bytes += tensor.bytes.size();
        }
        const auto needed = bytes * static_cast<std::uint64_t>(m_resolved.recipe.keepCheckpoints + 2);
        if (const auto free = posixIo().freeBytes(m_folder); free && *free < needed)
            m_observer.note("checkpoints will need " + std::to_string(needed >> 20) + " MiB, " +
                            std::to_string(*free >> 20) + " MiB are free");
        return {};
    }

    [[nodiscard]] Checkpoint snapshot() const
    {
        Checkpoint checkpoint;
        m_network->save(checkpoint);
        checkpoint.state = trainingStateToJson(m_state, m_resolved);
        return checkpoint;
    }

    /// The series first: what a checkpoint counts as done must be in the log.
    Result<void> saveNow(RunLog& log)
    {
        TRAINYARD_CHECK(log.sync());
        return m_writer.save(m_state.step, snapshot(), m_state.bestStep);
    }

    [[nodiscard]] bool isStoppingEarly() const
    {
        const std::int64_t patience = m_resolved.recipe.earlyStopEpochs;
        return patience > 0 && m_state.epochsWithoutBest >= patience;
    }

    [[nodiscard]] bool isCheckpointDue() const
    {
        const Recipe& recipe = m_resolved.recipe;
        if (recipe.checkpointSteps > 0 && m_state.step % recipe.checkpointSteps == 0)
            return true;
        return m_state.position == 0 && m_state.epoch % recipe.checkpointEpochs == 0;
    }

    Result<void> trainStep(RunLog& log)
    {
        TRAINYARD_TRY(const StepInput input, m_inputs->next());
        const double rate = learningRateAt(m_resolved.recipe, m_state.step, m_resolved.totalSteps);
        const StepResult result =
            m_network->step(input.input, input.isEmbedded, input.labels, rate, m_state.seed, m_state.step);
        if (!result.isFinite)
            return numericalFailure(result, input);
        const auto count = static_cast<std::int64_t>(input.items.size());
        StepReport report{m_state.step + 1,    m_resolved.totalSteps,  m_state.epoch, result.loss, rate,
                          result.gradientNorm, m_throughput.add(count)};
        m_state.epochLoss += result.loss * static_cast<double>(count);
        m_state.epochCorrect += result.correct;
        m_state.epochItems += count;
        m_state.consumed += count;
        ++m_state.step;
        if (++m_state.position == m_resolved.stepsPerEpoch) {
            m_state.position = 0;
            ++m_state.epoch;
        }
        TRAINYARD_CHECK(log.add(report));
        m_observer.stepDone(report);
        return {};
    }

    Result<void> numericalFailure(const StepResult& result, const StepInput& input)
    {
        std::vector<ItemId> bad;
        for (const std::int64_t row : result.badRows)
            bad.push_back(input.items[static_cast<std::size_t>(row)]);
        std::string text =
            "step " + std::to_string(m_state.step + 1) + ": the loss or its gradient is not finite";
        if (!bad.empty() && bad.size() < input.items.size())
            text += " because of the items " + itemList(bad);
        text += "; the batch holds the items " + itemList(input.items) +
                "; a lower learning rate may help; the last checkpoint is kept";
        TRAINYARD_CHECK(m_writer.wait());
        return fail(ErrorCode::NumericalFailure, text);
    }

    Result<EvaluationSums> validate()
    {
        EvaluationSums sums;
        TRAINYARD_CHECK(forEachBatch(m_pack, m_validation, m_resolved.network.preprocess, m_network->device(),
                                     [&](const StepInput& input) {
                                         const auto batch =
                                             m_network->evaluate(input.input, false, input.labels);
                                         sums.loss += batch.loss;
                                         sums.correct += batch.correct;
                                         sums.items += batch.items;
                                     }));
        return sums;
    }

    /// True where the validation loss is the lowest so far.
    Result<bool> finishEpoch(RunLog& log)
    {
        const auto items = static_cast<double>(m_state.epochItems);
        EpochReport report;
        report.epoch = m_state.epoch - 1;
        report.step = m_state.step;
        report.trainLoss = m_state.epochLoss / items;
        report.trainAccuracy = static_cast<double>(m_state.epochCorrect) / items;
        m_state.epochLoss = 0;
        m_state.epochCorrect = 0;
        m_state.epochItems = 0;
        if (!m_validation.empty()) {
            TRAINYARD_TRY(const EvaluationSums sums, validate());
            report.validationLoss = sums.loss / static_cast<double>(sums.items);
            report.validationAccuracy = static_cast<double>(sums.correct) / static_cast<double>(sums.items);
            report.isBest = m_state.bestStep < 0 || *report.validationLoss < m_state.bestLoss;
            ++m_state.epochsWithoutBest;
        }
        if (report.isBest) {
            m_state.bestStep = m_state.step;
            m_state.bestLoss = *report.validationLoss;
            m_state.bestAccuracy = *report.validationAccuracy;
            m_state.epochsWithoutBest = 0;
        }
        TRAINYARD_CHECK(log.add(report));
        m_observer.epochDone(report);
        m_throughput.restart();
        return report.isBest;
    }

    Result<TrainingOutcome> outcome(const std::string& end) const
    {
        TrainingOutcome outcome;
        outcome.state = end;
        outcome.step = m_state.step;
        outcome.bestStep = m_state.bestStep >= 0 ? m_state.bestStep : m_state.step;
        outcome.hasValidation = m_state.bestStep >= 0;
        outcome.bestValidationLoss = m_state.bestLoss;
        outcome.bestValidationAccuracy = m_state.bestAccuracy;
        TRAINYARD_TRY(outcome.weightsSha256, checkpointModelSha256(m_folder, m_state.step));
        return outcome;
    }

    std::filesystem::path m_folder;
    const ResolvedRecipe& m_resolved;
    const PackReader& m_pack;
    TrainingObserver& m_observer;
    CheckpointWriter m_writer;
    TrainingState m_state;
    std::unique_ptr<TrainingNetwork> m_network;
    std::unique_ptr<TrainingInputs> m_inputs;
    std::vector<LoadItem> m_validation;
    Throughput m_throughput;
};

} // namespace

Result<TrainingOutcome> train(const std::filesystem::path& runFolder, const Dataset& dataset,
                              const PackReader& pack, const TensorFile* starterWeights,
                              TrainingObserver& observer)
{
    TRAINYARD_TRY(const ResolvedRecipe resolved, loadResolved(runFolder));
    if (resolved.datasetHash != dataset.hash)
        return fail(ErrorCode::Conflict, "the run was resolved for another dataset");
    return guarded([&]() -> Result<TrainingOutcome> {
        makeDeterministic();
        useThreads(resolved.threads);
        TrainingRun run(runFolder, resolved, pack, observer);
        return run.run(dataset, starterWeights);
    });
}

} // namespace trainyard
