// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/detail/optimizer.h"

#include "core/engine/detail/fused_update.h"
#include "core/engine/detail/weights.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace trainyard::detail {

namespace {

constexpr std::int64_t kPieceSize = 65536;

constexpr const char* kFirstName[] = {".momentum_buffer", ".exp_avg"};
constexpr const char* kSecondName = ".exp_avg_sq";

} // namespace

Optimizer::Optimizer(Graph& graph, std::vector<std::size_t> trained, const Recipe& recipe)
    : m_graph(graph), m_isAdamW(recipe.optimizer == "adamw"), m_isFused(graph.device().is_cpu()),
      m_usesNesterov(recipe.usesNesterov), m_weightDecay(recipe.weightDecay), m_momentum(recipe.momentum)
{
    for (const std::size_t number : trained) {
        const at::Tensor& parameter = graph.parameters()[number];
        Slot slot{graph.spec().parameters[number].name, number, at::zeros_like(parameter.detach()), {}};
        if (m_isAdamW)
            slot.second = at::zeros_like(parameter.detach());
        for (std::int64_t begin = 0; begin < parameter.numel(); begin += kPieceSize)
            m_pieces.push_back({m_slots.size(), begin, std::min(parameter.numel(), begin + kPieceSize)});
        m_slots.push_back(std::move(slot));
    }
}

/// The fused pass walks memory, so gradients take the layout of their parameters.
void Optimizer::alignGradients()
{
    for (const Slot& slot : m_slots) {
        at::Tensor& parameter = m_graph.parameters()[slot.parameter];
        at::Tensor& gradient = parameter.mutable_grad();
        if (gradient.defined() && gradient.strides() != parameter.strides())
            gradient = at::empty_like(parameter.detach()).copy_(gradient);
    }
}

double Optimizer::gradientNorm()
{
    alignGradients();
    if (!m_isFused) {
        double sum = 0;
        for (const Slot& slot : m_slots) {
            const at::Tensor& gradient = m_graph.parameters()[slot.parameter].grad();
            if (gradient.defined())
                sum += at::sum(at::square(gradient.to(at::kDouble))).item<double>();
        }
        return std::sqrt(sum);
    }
    std::vector<double> sums(m_pieces.size(), 0.0);
    at::parallel_for(
        0, static_cast<std::int64_t>(m_pieces.size()), 1, [&](std::int64_t from, std::int64_t to) {
            for (std::int64_t p = from; p < to; ++p) {
                const Piece& piece = m_pieces[static_cast<std::size_t>(p)];
                const at::Tensor& gradient = m_graph.parameters()[m_slots[piece.slot].parameter].grad();
                if (!gradient.defined())
                    continue;
                const float* values = gradient.data_ptr<float>();
                sums[static_cast<std::size_t>(p)] = squaredSum(values + piece.begin, piece.end - piece.begin);
            }
        });
    double total = 0;
    for (const double sum : sums)
        total += sum;
    return std::sqrt(total);
}

void Optimizer::updatePiece(const Piece& piece, double learningRate)
{
    Slot& slot = m_slots[piece.slot];
    at::Tensor& parameter = m_graph.parameters()[slot.parameter];
    const at::Tensor& gradient = parameter.grad();
    if (!gradient.defined())
        return;
    const UpdateRange range{
        parameter.data_ptr<float>() + piece.begin, gradient.data_ptr<float>() + piece.begin,
        slot.first.data_ptr<float>() + piece.begin,
        m_isAdamW ? slot.second.data_ptr<float>() + piece.begin : nullptr, piece.end - piece.begin};
    if (m_isAdamW)
        fusedAdamW(range, adamWStep(learningRate, m_weightDecay, m_updates));
    else
        fusedSgd(range, static_cast<float>(learningRate), static_cast<float>(m_weightDecay),
                 static_cast<float>(m_momentum), m_usesNesterov);
}

void Optimizer::updateAdamW(Slot& slot, double learningRate)
{
    at::Tensor& parameter = m_graph.parameters()[slot.parameter];
    const at::Tensor& gradient = parameter.grad();
    const AdamWStep step = adamWStep(learningRate, m_weightDecay, m_updates);
    slot.first.mul_(kAdamBeta1).add_(gradient, 1.0 - kAdamBeta1);
    slot.second.mul_(kAdamBeta2).addcmul_(gradient, gradient, 1.0 - kAdamBeta2);
    const at::Tensor denominator = slot.second.sqrt().div_(step.rootCorrection).add_(kAdamEpsilon);
    parameter.mul_(step.keep).addcdiv_(slot.first, denominator, -static_cast<double>(step.size));
}

void Optimizer::updateSgd(Slot& slot, double learningRate)
{
    at::Tensor& parameter = m_graph.parameters()[slot.parameter];
    const at::Tensor gradient = at::add(parameter.grad(), parameter, m_weightDecay);
    slot.first.mul_(m_momentum).add_(gradient);
    parameter.add_(m_usesNesterov ? at::add(gradient, slot.first, m_momentum) : slot.first, -learningRate);
}

void Optimizer::update(double learningRate)
{
    const c10::AutoGradMode noGradients(false);
    alignGradients();
    ++m_updates;
    if (m_isFused) {
        at::parallel_for(0, static_cast<std::int64_t>(m_pieces.size()), 1,
                         [&](std::int64_t from, std::int64_t to) {
                             for (std::int64_t p = from; p < to; ++p)
                                 updatePiece(m_pieces[static_cast<std::size_t>(p)], learningRate);
                         });
    } else {
        for (Slot& slot : m_slots) {
            if (!m_graph.parameters()[slot.parameter].grad().defined())
                continue;
            if (m_isAdamW)
                updateAdamW(slot, learningRate);
            else
                updateSgd(slot, learningRate);
        }
    }
    clearGradients();
}

void Optimizer::clearGradients()
{
    for (const Slot& slot : m_slots)
        m_graph.parameters()[slot.parameter].mutable_grad() = at::Tensor();
}

TensorFile Optimizer::state() const
{
    TensorFile file;
    file.metadata["format"] = "pt";
    file.metadata["optimizer"] = m_isAdamW ? "adamw" : "sgd";
    file.metadata["updates"] = std::to_string(m_updates);
    for (const Slot& slot : m_slots) {
        file.tensors.push_back(namedFrom(slot.name + kFirstName[m_isAdamW ? 1 : 0], slot.first));
        if (m_isAdamW)
            file.tensors.push_back(namedFrom(slot.name + kSecondName, slot.second));
    }
    return file;
}

Result<void> Optimizer::restore(const TensorFile& state)
{
    const auto optimizer = state.metadata.find("optimizer");
    if (optimizer == state.metadata.end() || optimizer->second != (m_isAdamW ? "adamw" : "sgd"))
        return fail(ErrorCode::CorruptFile, "the checkpoint's optimizer state is of another optimizer");
    const auto updates = state.metadata.find("updates");
    const std::string text = updates == state.metadata.end() ? "" : updates->second;
    const char* end = text.data() + text.size();
    if (text.empty() || std::from_chars(text.data(), end, m_updates).ptr != end)
        return fail(ErrorCode::CorruptFile,
                    "the checkpoint's optimizer state does not say how many updates were made");
    const auto take = [&](const std::string& name, at::Tensor& target) -> Result<void> {
        const NamedTensor* tensor = state.find(name);
        if (tensor == nullptr || tensor->shape != target.sizes().vec())
            return fail(ErrorCode::CorruptFile, "the checkpoint's optimizer state lacks " + name);
        target.copy_(tensorFrom(*tensor));
        return {};
    };
    for (Slot& slot : m_slots) {
        TRAINYARD_CHECK(take(slot.name + kFirstName[m_isAdamW ? 1 : 0], slot.first));
        if (m_isAdamW)
            TRAINYARD_CHECK(take(slot.name + kSecondName, slot.second));
    }
    return {};
}

} // namespace trainyard::detail
