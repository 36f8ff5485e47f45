// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/suggestion_probe.h"

#include "core/engine/detail/embedding_rows.h"
#include "core/engine/detail/logistic.h"
#include "core/engine/detail/machine.h"

#include <algorithm>
#include <map>

namespace trainyard {

namespace {

constexpr std::size_t kMostExamples = 8'192;
/// Strength of the L2 penalty where rows have length kLength: on CIFAR-10 the mean probability of the
/// likeliest class is then near the share that is right, both with 100 and with 1,000 examples.
constexpr double kRidge = 3.0;
constexpr double kLength = 10.0;
constexpr double kTolerance = 3e-5;
constexpr int kFewestSteps = 10;
constexpr int kMostSteps = 100;
/// Multiplications of one fit; narrow matrices are multiplied at some ten thousand million a second.
constexpr double kMostProducts = 2e9;

/// At most kMostExamples, every class thinned by the same share, in the given order.
std::vector<ProbeExample> thinned(std::span<const ProbeExample> examples)
{
    if (examples.size() <= kMostExamples)
        return {examples.begin(), examples.end()};
    const double share = static_cast<double>(kMostExamples) / static_cast<double>(examples.size());
    std::map<ClassId, double> owed; // starts full, so that every class keeps its first example
    std::vector<ProbeExample> kept;
    for (const ProbeExample& example : examples) {
        double& own = owed.try_emplace(example.classId, 1.0).first->second;
        if (own >= 1.0) {
            kept.push_back(example);
            own -= 1.0;
        }
        own += share;
    }
    return kept;
}

std::vector<ClassId> classesOf(std::span<const ProbeExample> examples)
{
    std::vector<ClassId> classes;
    for (const ProbeExample& example : examples)
        classes.push_back(example.classId);
    std::sort(classes.begin(), classes.end());
    classes.erase(std::unique(classes.begin(), classes.end()), classes.end());
    return classes;
}

std::int64_t placeOf(const std::vector<ClassId>& classes, ClassId classId)
{
    const auto it = std::lower_bound(classes.begin(), classes.end(), classId);
    return it != classes.end() && *it == classId ? it - classes.begin() : -1;
}

/// Weights [d, k] and bias [k] of classes.
struct Fitted
{
    std::vector<ClassId> classes;
    at::Tensor weight;
    at::Tensor bias;
};

/// The old weights as a starting point for the new classes and rows around `mean`; undefined where there are
/// none.
at::Tensor startFrom(const Fitted& old, const std::vector<ClassId>& classes, const at::Tensor& mean)
{
    const std::int64_t width = mean.size(0);
    if (!old.weight.defined() || old.weight.size(0) != width)
        return {};
    const auto k = static_cast<std::int64_t>(classes.size());
    at::Tensor weight = at::zeros({width, k});
    at::Tensor bias = at::zeros({k});
    for (std::int64_t i = 0; i < k; ++i) {
        const std::int64_t place = placeOf(old.classes, classes[static_cast<std::size_t>(i)]);
        if (place < 0)
            continue;
        weight.select(1, i).copy_(old.weight.select(1, place));
        bias[i].copy_(old.bias[place]);
    }
    return at::cat({weight.reshape({-1}), bias + at::matmul(mean, weight)});
}

Fitted fitted(const EmbeddingMatrix& matrix, std::span<const ProbeExample> examples, const Fitted& old)
{
    const std::vector<ProbeExample> some = thinned(examples);
    Fitted next;
    next.classes = classesOf(some);
    std::vector<std::int64_t> rows;
    std::vector<std::int64_t> labels;
    for (const ProbeExample& example : some) {
        rows.push_back(example.row);
        labels.push_back(placeOf(next.classes, example.classId));
    }
    const std::int64_t d = matrix.width();
    const auto k = static_cast<std::int64_t>(next.classes.size());
    // The bias is free, so shifted rows have the same minimum: around their mean it is reached in fewer
    // steps.
    at::Tensor centred = detail::floatRows(matrix, rows).mul_(kLength);
    const at::Tensor mean = centred.mean(0);
    centred.sub_(mean);
    const detail::LogisticProblem problem{centred, at::tensor(labels, at::kLong), kRidge, k};
    const double productsOfStep = 2.0 * static_cast<double>(rows.size()) * static_cast<double>(d * k);
    const int steps = std::clamp(static_cast<int>(kMostProducts / productsOfStep), kFewestSteps, kMostSteps);
    const at::Tensor point =
        detail::fitLogistic(problem, startFrom(old, next.classes, mean), {steps, kTolerance});
    next.weight = point.narrow(0, 0, d * k).view({d, k}).contiguous();
    next.bias = at::sub(point.narrow(0, d * k, k), at::matmul(mean, next.weight));
    return next;
}

/// Probabilities [n, k] of some rows.
at::Tensor probabilitiesOf(const EmbeddingMatrix& matrix, const Fitted& probe,
                           std::span<const std::int64_t> rows)
{
    const at::Tensor logits =
        at::addmm(probe.bias, detail::floatRows(matrix, rows), probe.weight, 1.0, kLength);
    return at::softmax(logits, 1).contiguous();
}

} // namespace

struct SuggestionProbe::State
{
    Fitted probe;
};

SuggestionProbe::SuggestionProbe() : m_state(std::make_unique<State>()) {}
SuggestionProbe::~SuggestionProbe() = default;

bool SuggestionProbe::isFitted() const
{
    return !m_state->probe.classes.empty();
}

const std::vector<ClassId>& SuggestionProbe::classes() const
{
    return m_state->probe.classes;
}

Result<void> SuggestionProbe::fit(const EmbeddingMatrix& matrix, std::span<const ProbeExample> examples)
{
    if (classesOf(examples).size() < 2)
        return fail(ErrorCode::Refused, "a probe needs examples of two classes");
    return detail::guarded([&]() -> Result<void> {
        const c10::InferenceMode inference;
        detail::useThreads(0);
        m_state->probe = fitted(matrix, examples, m_state->probe);
        return {};
    });
}

Result<ProbeAnswers> SuggestionProbe::answer(const EmbeddingMatrix& matrix,
                                             std::span<const std::int64_t> rows, ClassId ofClass) const
{
    const Fitted& probe = m_state->probe;
    if (probe.classes.empty())
        return fail(ErrorCode::Refused, "the probe has learnt nothing yet");
    return detail::guarded([&]() -> Result<ProbeAnswers> {
        const c10::InferenceMode inference;
        detail::useThreads(0);
        const std::int64_t asked = ofClass == 0 ? -1 : placeOf(probe.classes, ofClass);
        ProbeAnswers answers;
        for (std::size_t first = 0; first < rows.size(); first += detail::kRowsAtOnce) {
            const auto some = rows.subspan(first, std::min(detail::kRowsAtOnce, rows.size() - first));
            const at::Tensor probabilities = probabilitiesOf(matrix, probe, some);
            const auto [values, places] = at::topk(probabilities, 2, 1);
            const auto* value = values.data_ptr<float>();
            const auto* place = places.data_ptr<std::int64_t>();
            for (std::size_t i = 0; i < some.size(); ++i) {
                answers.best.push_back(probe.classes[static_cast<std::size_t>(place[2 * i])]);
                answers.probability.push_back(value[2 * i]);
                answers.margin.push_back(value[2 * i] - value[2 * i + 1]);
                if (ofClass != 0)
                    answers.ofClass.push_back(
                        asked < 0 ? 0.0F
                                  : probabilities.data_ptr<float>()[i * probe.classes.size() +
                                                                    static_cast<std::size_t>(asked)]);
            }
        }
        return answers;
    });
}

Result<std::vector<float>> SuggestionProbe::heldOut(const EmbeddingMatrix& matrix,
                                                    std::span<const ProbeExample> learnt,
                                                    std::span<const ProbeExample> asked)
{
    if (classesOf(learnt).size() < 2)
        return fail(ErrorCode::Refused, "a probe needs examples of two classes");
    return detail::guarded([&]() -> Result<std::vector<float>> {
        const c10::InferenceMode inference;
        detail::useThreads(0);
        const Fitted probe = fitted(matrix, learnt, {});
        std::vector<float> result;
        for (std::size_t first = 0; first < asked.size(); first += detail::kRowsAtOnce) {
            const auto some = asked.subspan(first, std::min(detail::kRowsAtOnce, asked.size() - first));
            std::vector<std::int64_t> rows;
            for (const ProbeExample& example : some)
                rows.push_back(example.row);
            const at::Tensor probabilities = probabilitiesOf(matrix, probe, rows);
            for (std::size_t i = 0; i < some.size(); ++i) {
                const std::int64_t place = placeOf(probe.classes, some[i].classId);
                result.push_back(place < 0
                                     ? 0.0F
                                     : probabilities.data_ptr<float>()[i * probe.classes.size() +
                                                                       static_cast<std::size_t>(place)]);
            }
        }
        return result;
    });
}

} // namespace trainyard
