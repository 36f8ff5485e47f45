// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/linear_probe.h"

#include "core/engine/detail/logistic.h"
#include "core/engine/detail/machine.h"
#include "core/storage/hash.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace trainyard {

namespace {

constexpr int kMostSteps = 300;
constexpr std::int64_t kDoubleNumbers = 20'000'000; ///< larger problems are solved in float

/// The fold of every item: groups in the order of their hash, each to the fold with the fewest items.
std::vector<int> assignFolds(const ProbeRequest& request, int folds)
{
    std::map<std::string, std::int64_t> sizes;
    for (const std::string& group : request.groups)
        ++sizes[group];
    std::vector<std::pair<std::uint64_t, std::string>> order;
    for (const auto& [group, size] : sizes)
        order.emplace_back(xxh3(group, request.seed), group);
    std::sort(order.begin(), order.end());
    std::vector<std::int64_t> filled(static_cast<std::size_t>(folds), 0);
    std::map<std::string, int> foldOf;
    for (const auto& [hash, group] : order) {
        const auto emptiest = std::min_element(filled.begin(), filled.end());
        *emptiest += sizes[group];
        foldOf[group] = static_cast<int>(emptiest - filled.begin());
    }
    std::vector<int> result;
    for (const std::string& group : request.groups)
        result.push_back(foldOf[group]);
    return result;
}

Result<void> checkRequest(const ProbeRequest& request)
{
    const std::size_t n = request.embeddings.size();
    if (n == 0 || request.labels.size() != n || request.groups.size() != n)
        return fail(ErrorCode::InvalidArgument, "a probe needs one label and one group for every embedding");
    if (request.classes < 2 || request.folds < 2)
        return fail(ErrorCode::InvalidArgument, "a probe needs at least two classes and two folds");
    for (std::size_t i = 0; i < n; ++i) {
        if (request.labels[i] < 0 || request.labels[i] >= request.classes)
            return fail(ErrorCode::InvalidArgument,
                        "row " + std::to_string(i) + ": the label is outside the classes");
        if (request.embeddings[i].empty() || request.embeddings[i].size() != request.embeddings[0].size())
            return fail(ErrorCode::InvalidArgument,
                        "row " + std::to_string(i) + ": the embedding has another length");
        for (const float value : request.embeddings[i]) {
            if (!std::isfinite(value))
                return fail(ErrorCode::InvalidArgument,
                            "row " + std::to_string(i) + ": the embedding is not finite");
        }
    }
    return {};
}

at::Tensor embeddingTensor(const ProbeRequest& request)
{
    const auto n = static_cast<std::int64_t>(request.embeddings.size());
    const auto d = static_cast<std::int64_t>(request.embeddings[0].size());
    at::Tensor rows = at::empty({n, d}, at::kFloat);
    for (std::int64_t i = 0; i < n; ++i)
        std::copy_n(request.embeddings[static_cast<std::size_t>(i)].data(), d,
                    rows.data_ptr<float>() + i * d);
    return n * d <= kDoubleNumbers ? rows.to(at::kDouble) : rows;
}

/// Fits on the items outside the fold and writes the probabilities of those inside.
void solveFold(const ProbeRequest& request, const at::Tensor& rows, const at::Tensor& labels,
               const std::vector<int>& folds, int fold, std::vector<std::vector<double>>& result)
{
    std::vector<std::int64_t> inside;
    std::vector<std::int64_t> outside;
    for (std::size_t i = 0; i < folds.size(); ++i)
        (folds[i] == fold ? inside : outside).push_back(static_cast<std::int64_t>(i));
    const at::Tensor trainIndex = at::tensor(outside, at::kLong);
    at::Tensor train = rows.index_select(0, trainIndex);
    const at::Tensor mean = train.mean(0, true);
    const at::Tensor deviation = train.var(at::IntArrayRef{0}, false, true).sqrt_();
    const at::Tensor scale = at::where(deviation > 1e-12, deviation, at::ones_like(deviation));
    train.sub_(mean).div_(scale);
    const detail::LogisticProblem problem{train, labels.index_select(0, trainIndex), request.ridge,
                                          request.classes};
    const double tolerance = train.scalar_type() == at::kDouble ? 1e-7 : 1e-4;
    const at::Tensor point = detail::fitLogistic(problem, {}, {kMostSteps, tolerance});
    const std::int64_t d = rows.size(1);
    const at::Tensor test = rows.index_select(0, at::tensor(inside, at::kLong)).sub_(mean).div_(scale);
    const at::Tensor logits = at::addmm(point.narrow(0, d * problem.classes, problem.classes), test,
                                        point.narrow(0, 0, d * problem.classes).view({d, problem.classes}));
    const at::Tensor probabilities = at::softmax(logits, 1).to(at::kDouble).contiguous();
    for (std::size_t i = 0; i < inside.size(); ++i) {
        const double* begin =
            probabilities.data_ptr<double>() + static_cast<std::int64_t>(i) * problem.classes;
        result[static_cast<std::size_t>(inside[i])].assign(begin, begin + problem.classes);
    }
}

} // namespace

Result<std::vector<std::vector<double>>> crossValidatedProbabilities(const ProbeRequest& request)
{
    using Rows = Result<std::vector<std::vector<double>>>;
    TRAINYARD_CHECK(checkRequest(request));
    const auto groups =
        static_cast<int>(std::set<std::string>(request.groups.begin(), request.groups.end()).size());
    if (groups < 2)
        return fail(ErrorCode::Refused,
                    "a probe needs at least two groups of items, to be asked about what it did not see");
    const int foldCount = std::min(request.folds, groups);
    return detail::guarded([&]() -> Rows {
        const c10::InferenceMode inference;
        detail::useThreads(0);
        const at::Tensor rows = embeddingTensor(request);
        const at::Tensor labels =
            at::tensor(std::vector<std::int64_t>(request.labels.begin(), request.labels.end()), at::kLong);
        const std::vector<int> folds = assignFolds(request, foldCount);
        std::vector<std::vector<double>> result(request.embeddings.size());
        for (int fold = 0; fold < foldCount; ++fold)
            solveFold(request, rows, labels, folds, fold, result);
        return result;
    });
}

} // namespace trainyard
