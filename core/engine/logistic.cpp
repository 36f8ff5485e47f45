// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/detail/logistic.h"

#include <algorithm>
#include <deque>

namespace trainyard::detail {

namespace {

constexpr int kHistory = 10;
constexpr int kMostHalvings = 30;

struct Value
{
    double loss = 0;
    at::Tensor gradient; ///< flat: W [d, k], then the bias [k]
};

/// Mean cross-entropy + ridge / (2 n) |W|^2; the bias is free.
Value evaluate(const LogisticProblem& problem, const at::Tensor& point)
{
    const std::int64_t n = problem.rows.size(0);
    const std::int64_t d = problem.rows.size(1);
    const at::Tensor weight = point.narrow(0, 0, d * problem.classes).view({d, problem.classes});
    const at::Tensor bias = point.narrow(0, d * problem.classes, problem.classes);
    const at::Tensor logProbabilities = at::log_softmax(at::addmm(bias, problem.rows, weight), 1);
    const at::Tensor truth = problem.labels.unsqueeze(1);
    const double penalty = problem.ridge / static_cast<double>(n);
    Value value;
    value.loss = -logProbabilities.gather(1, truth).mean().item<double>() +
                 0.5 * penalty * weight.square().sum().item<double>();
    at::Tensor error = logProbabilities.exp();
    error.scatter_add_(1, truth, at::full({n, 1}, -1.0, error.options()));
    error.div_(static_cast<double>(n));
    const at::Tensor gradient = at::matmul(problem.rows.t(), error).add_(weight, penalty);
    value.gradient = at::cat({gradient.reshape({-1}), error.sum(0)});
    return value;
}

/// Pairs of steps and gradient changes (Nocedal 1980).
class History
{
public:
    void add(const at::Tensor& step, const at::Tensor& change)
    {
        const double product = at::dot(step, change).item<double>();
        if (product <= 1e-14)
            return;
        if (m_pairs.size() == kHistory)
            m_pairs.pop_front();
        m_pairs.push_back({step, change, 1.0 / product});
    }

    [[nodiscard]] at::Tensor direction(const at::Tensor& gradient) const
    {
        at::Tensor q = gradient.clone();
        std::vector<double> factors(m_pairs.size());
        for (std::size_t i = m_pairs.size(); i-- > 0;) {
            factors[i] = m_pairs[i].inverse * at::dot(m_pairs[i].step, q).item<double>();
            q.sub_(m_pairs[i].change, factors[i]);
        }
        if (!m_pairs.empty()) {
            const Pair& newest = m_pairs.back();
            q.div_(newest.inverse * at::dot(newest.change, newest.change).item<double>());
        }
        for (std::size_t i = 0; i < m_pairs.size(); ++i) {
            const double beta = m_pairs[i].inverse * at::dot(m_pairs[i].change, q).item<double>();
            q.add_(m_pairs[i].step, factors[i] - beta);
        }
        return q.neg_();
    }

private:
    struct Pair
    {
        at::Tensor step;
        at::Tensor change;
        double inverse;
    };
    std::deque<Pair> m_pairs;
};

} // namespace

at::Tensor fitLogistic(const LogisticProblem& problem, const at::Tensor& start, const LogisticLimits& limits)
{
    const std::int64_t numbers = (problem.rows.size(1) + 1) * problem.classes;
    at::Tensor point = start.defined() ? start.clone() : at::zeros({numbers}, problem.rows.options());
    Value here = evaluate(problem, point);
    History history;
    for (int step = 0; step < limits.mostSteps && here.gradient.abs().max().item<double>() > limits.tolerance;
         ++step) {
        const at::Tensor direction = history.direction(here.gradient);
        const double slope = at::dot(direction, here.gradient).item<double>();
        double length = step == 0 ? std::min(1.0, 1.0 / here.gradient.norm().item<double>()) : 1.0;
        Value there;
        at::Tensor next;
        int halvings = 0;
        for (; halvings < kMostHalvings; ++halvings, length /= 2) {
            next = at::add(point, direction, length);
            there = evaluate(problem, next);
            if (there.loss <= here.loss + 1e-4 * length * slope)
                break;
        }
        if (halvings == kMostHalvings)
            break; // as good as the number format allows
        history.add(next - point, there.gradient - here.gradient);
        point = next;
        here = there;
    }
    return point;
}

} // namespace trainyard::detail
