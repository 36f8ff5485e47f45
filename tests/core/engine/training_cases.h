// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/trainer.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace trainyard::test {

/// Pictures of a fixed size in memory.
class MemoryPack : public PackReader
{
public:
    MemoryPack(int edge, std::vector<std::vector<std::uint8_t>> pictures, std::vector<std::int64_t> ids);

    [[nodiscard]] PackShape shape() const override;
    [[nodiscard]] std::span<const std::int64_t> itemIds() const override { return m_ids; }
    [[nodiscard]] std::span<const std::uint8_t> pixels(std::int64_t index) const override;
    [[nodiscard]] bool isIntact(std::int64_t index) const override { return index != m_damaged; }
    [[nodiscard]] std::string attribute(std::string_view) const override { return {}; }
    void damage(std::int64_t index) { m_damaged = index; }

private:
    int m_edge;
    std::vector<std::vector<std::uint8_t>> m_pictures;
    std::vector<std::int64_t> m_ids;
    std::int64_t m_damaged = -1;
};

/// The dataset of tests/data/engine/make_losses.py: item i (id 100 + i) of class i % 3, noise with one
/// brighter channel. The first `train` items train, then `validation` validate.
struct SmallDataset
{
    Dataset dataset;
    std::unique_ptr<MemoryPack> pack;
};
SmallDataset smallDataset(std::int64_t train, std::int64_t validation, int edge);

/// Keeps everything it hears; says what `decide` says after each step.
class RecordingObserver : public TrainingObserver
{
public:
    void stepDone(const StepReport& report) override { steps.push_back(report); }
    void epochDone(const EpochReport& report) override { epochs.push_back(report); }
    void note(const std::string& text) override { notes.push_back(text); }
    TrainingCommand command() override
    {
        return decide ? decide(steps.back().step) : TrainingCommand::Continue;
    }

    std::vector<StepReport> steps;
    std::vector<EpochReport> epochs;
    std::vector<std::string> notes;
    std::function<TrainingCommand(std::int64_t step)> decide;
};

/// resnet-small in float32 on the CPU with two threads.
Recipe smallRecipe();
/// A run folder with its resolved recipe; aborts where that fails.
void makeRun(const std::filesystem::path& folder, const Recipe& recipe, const Dataset& dataset);
/// A network of a few thousand parameters with everything that has a state or throws dice: batch norms,
/// drop-path on a residual, dropout.
NetworkSpec tinyNetwork(const std::vector<std::string>& labels, int edge);
/// makeRun() with another network than the recipe's.
void makeRun(const std::filesystem::path& folder, const Recipe& recipe, const Dataset& dataset,
             const NetworkSpec& network);

} // namespace trainyard::test
