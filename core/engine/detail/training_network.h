// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/engine/detail/graph.h"
#include "core/engine/detail/optimizer.h"
#include "core/training/checkpoint.h"
#include "core/training/run_folder.h"

#include <memory>
#include <optional>
#include <vector>

namespace trainyard::detail {

struct StepResult
{
    double loss = 0;
    std::int64_t correct = 0;
    double gradientNorm = 0;
    bool isFinite = true;              ///< false: no parameter was changed
    std::vector<std::int64_t> badRows; ///< rows of the batch whose logits are not finite
};

struct EvaluationSums
{
    double loss = 0; ///< sum of -log p(truth), without smoothing or class weights
    std::int64_t correct = 0;
    std::int64_t items = 0;
};

/// A network with its optimizer: one update, one look at validation items, and both as a checkpoint.
///
/// With a frozen backbone only the layers after "embedding" change; the rest runs as in evaluation. Functions
/// with tensors throw what LibTorch throws.
class TrainingNetwork
{
public:
    /// `classWeights`: of the loss, by label; empty for none.
    static Result<std::unique_ptr<TrainingNetwork>> create(const ResolvedRecipe& resolved,
                                                           const std::vector<double>& classWeights);

    /// Starter weights, or initialisers where there are none.
    Result<void> start(const TensorFile* starterWeights);
    Result<void> restore(const Checkpoint& checkpoint);
    void save(Checkpoint& checkpoint) const;

    [[nodiscard]] const at::Device& device() const { return m_graph.device(); }
    /// Values before the trained layers, in evaluation; for frozen backbones.
    at::Tensor embed(const at::Tensor& pictures) const;
    /// One update. `input` are pictures, or embeddings where `isEmbedded`. `step` (from 0) keys the random
    /// masks.
    StepResult step(const at::Tensor& input, bool isEmbedded, const at::Tensor& labels, double learningRate,
                    std::uint64_t seed, std::int64_t step);
    EvaluationSums evaluate(const at::Tensor& input, bool isEmbedded, const at::Tensor& labels) const;

private:
    TrainingNetwork(Graph graph, const ResolvedRecipe& resolved);
    Result<void> prepare(const std::vector<double>& classWeights);
    void makeOptimizer();
    at::Tensor forward(const at::Tensor& input, bool isEmbedded, const GraphMode& mode) const;

    Graph m_graph;
    Recipe m_recipe;
    bool m_usesBfloat16;
    bool m_isFrozen;
    Graph::Plan m_whole;
    Graph::Plan m_backbone; ///< pictures to embedding; only where frozen
    Graph::Plan m_head;     ///< embedding to logits; only where frozen
    at::Tensor m_classWeights;
    std::unique_ptr<Optimizer> m_optimizer;
};

} // namespace trainyard::detail
