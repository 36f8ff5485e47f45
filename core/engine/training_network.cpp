// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/detail/training_network.h"

#include "core/engine/detail/machine.h"
#include "core/engine/detail/weights.h"

#include <ATen/core/Reduction.h>
#include <cmath>

namespace trainyard::detail {

namespace {

constexpr const char* kLogits = "logits";
constexpr const char* kEmbedding = "embedding";
constexpr std::int64_t kIgnoredLabel = -100;

at::Tensor crossEntropy(const at::Tensor& logits, const at::Tensor& labels, const at::Tensor& weights,
                        std::int64_t reduction, double smoothing)
{
    return at::cross_entropy_loss(logits, labels, weights, reduction, kIgnoredLabel, smoothing);
}

std::int64_t countCorrect(const at::Tensor& logits, const at::Tensor& labels)
{
    return logits.argmax(1).eq(labels).sum().item<std::int64_t>();
}

std::vector<std::int64_t> rowsNotFinite(const at::Tensor& logits)
{
    const at::Tensor isBad = at::isfinite(logits).all(1).logical_not().nonzero().flatten().to(at::kCPU);
    std::vector<std::int64_t> rows;
    for (std::int64_t i = 0; i < isBad.numel(); ++i)
        rows.push_back(isBad[i].item<std::int64_t>());
    return rows;
}

} // namespace

TrainingNetwork::TrainingNetwork(Graph graph, const ResolvedRecipe& resolved)
    : m_graph(std::move(graph)), m_recipe(resolved.recipe), m_usesBfloat16(resolved.precision == "bfloat16"),
      m_isFrozen(resolved.recipe.isBackboneFrozen)
{
}

Result<std::unique_ptr<TrainingNetwork>> TrainingNetwork::create(const ResolvedRecipe& resolved,
                                                                 const std::vector<double>& classWeights)
{
    TRAINYARD_TRY(const at::Device device, deviceFrom(resolved.device));
    TRAINYARD_TRY(Graph graph, Graph::create(resolved.network, device));
    std::unique_ptr<TrainingNetwork> network(new TrainingNetwork(std::move(graph), resolved));
    TRAINYARD_CHECK(network->prepare(classWeights));
    return network;
}

Result<void> TrainingNetwork::prepare(const std::vector<double>& classWeights)
{
    const std::string input = m_graph.spec().inputs.front().name;
    TRAINYARD_TRY(m_whole, m_graph.plan({input}, {kLogits}));
    if (m_isFrozen) {
        TRAINYARD_TRY(m_backbone, m_graph.plan({input}, {kEmbedding}));
        TRAINYARD_TRY(m_head, m_graph.plan({kEmbedding}, {kLogits}));
    }
    if (!classWeights.empty())
        m_classWeights = at::tensor(classWeights, at::kDouble).to(m_graph.device(), at::kFloat);
    return {};
}

/// Parameters that do not change lose their gradients, so that nothing is computed for them.
void TrainingNetwork::makeOptimizer()
{
    std::vector<std::size_t> trained;
    for (const std::size_t number : m_graph.usedParameters(m_isFrozen ? m_head : m_whole)) {
        if (m_graph.spec().parameters[number].isTrainable)
            trained.push_back(number);
    }
    std::vector<bool> isTrained(m_graph.parameters().size());
    for (const std::size_t number : trained)
        isTrained[number] = true;
    for (std::size_t i = 0; i < isTrained.size(); ++i)
        m_graph.parameters()[i].set_requires_grad(isTrained[i]);
    m_optimizer = std::make_unique<Optimizer>(m_graph, std::move(trained), m_recipe);
}

Result<void> TrainingNetwork::start(const TensorFile* starterWeights)
{
    return guarded([&]() -> Result<void> {
        if (starterWeights != nullptr)
            TRAINYARD_CHECK(startFromWeights(m_graph, *starterWeights, m_recipe.seed));
        else
            initialiseWeights(m_graph, m_recipe.seed);
        makeOptimizer();
        return {};
    });
}

Result<void> TrainingNetwork::restore(const Checkpoint& checkpoint)
{
    return guarded([&]() -> Result<void> {
        TRAINYARD_CHECK(loadWeights(m_graph, checkpoint.model));
        makeOptimizer();
        return m_optimizer->restore(checkpoint.optimizer);
    });
}

void TrainingNetwork::save(Checkpoint& checkpoint) const
{
    checkpoint.model = weightsOf(m_graph);
    checkpoint.optimizer = m_optimizer->state();
}

at::Tensor TrainingNetwork::embed(const at::Tensor& pictures) const
{
    const c10::AutoGradMode noGradients(false);
    return m_graph.run(m_backbone, {pictures}, {false, m_usesBfloat16, 0, 0, true}).front().to(at::kFloat);
}

at::Tensor TrainingNetwork::forward(const at::Tensor& input, bool isEmbedded, const GraphMode& mode) const
{
    if (!m_isFrozen)
        return m_graph.run(m_whole, {input}, mode).front();
    return m_graph.run(m_head, {isEmbedded ? input : embed(input)}, mode).front();
}

StepResult TrainingNetwork::step(const at::Tensor& input, bool isEmbedded, const at::Tensor& labels,
                                 double learningRate, std::uint64_t seed, std::int64_t step)
{
    const GraphMode mode{true, m_usesBfloat16, seed, static_cast<std::uint64_t>(step),
                         m_recipe.keepsStatistics};
    const at::Tensor logits = forward(input, isEmbedded, mode).to(at::kFloat);
    const at::Tensor loss =
        crossEntropy(logits, labels, m_classWeights, at::Reduction::Mean, m_recipe.labelSmoothing);
    StepResult result;
    result.loss = loss.item<double>();
    result.correct = countCorrect(logits, labels);
    if (std::isfinite(result.loss)) {
        loss.backward();
        result.gradientNorm = m_optimizer->gradientNorm();
    }
    result.isFinite = std::isfinite(result.loss) && std::isfinite(result.gradientNorm);
    if (result.isFinite) {
        m_optimizer->update(learningRate);
    } else {
        result.badRows = rowsNotFinite(logits);
        m_optimizer->clearGradients();
    }
    return result;
}

EvaluationSums TrainingNetwork::evaluate(const at::Tensor& input, bool isEmbedded,
                                         const at::Tensor& labels) const
{
    const c10::AutoGradMode noGradients(false);
    const at::Tensor logits = forward(input, isEmbedded, {false, m_usesBfloat16, 0, 0, true}).to(at::kFloat);
    EvaluationSums sums;
    sums.loss =
        crossEntropy(logits, labels, {}, at::Reduction::None, 0.0).to(at::kDouble).sum().item<double>();
    sums.correct = countCorrect(logits, labels);
    sums.items = labels.size(0);
    return sums;
}

} // namespace trainyard::detail
