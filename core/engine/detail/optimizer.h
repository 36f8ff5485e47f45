// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/detail/graph.h"
#include "core/storage/safetensors.h"
#include "core/training/recipe.h"

#include <cstdint>
#include <string>
#include <vector>

namespace trainyard::detail {

/// AdamW (Loshchilov and Hutter 2019; betas 0.9 and 0.999, epsilon 1e-8) or SGD with momentum, as PyTorch
/// defines them.
///
/// On the CPU one fused pass over parameter, gradient and state; elsewhere LibTorch's operations. The
/// parameters are those of the graph, which must outlive the optimizer.
class Optimizer
{
public:
    /// `trained`: numbers of the graph's parameters that change.
    Optimizer(Graph& graph, std::vector<std::size_t> trained, const Recipe& recipe);

    /// L2 norm of all gradients; infinite or NaN where one is. Call after backward.
    [[nodiscard]] double gradientNorm();
    /// One update with the gradients that are there, then forgets them.
    void update(double learningRate);
    void clearGradients();
    [[nodiscard]] std::int64_t updates() const { return m_updates; }

    /// State by parameter name, with the number of updates.
    [[nodiscard]] TensorFile state() const;
    Result<void> restore(const TensorFile& state);

    /// Uses LibTorch's operations on the CPU, too: for comparing the two ways.
    void useOperations() { m_isFused = false; }

private:
    struct Slot
    {
        std::string name;
        std::size_t parameter = 0;
        at::Tensor first;  ///< mean of gradients, or momentum
        at::Tensor second; ///< mean of squared gradients (adamw)
    };
    struct Piece
    {
        std::size_t slot = 0;
        std::int64_t begin = 0;
        std::int64_t end = 0;
    };
    void alignGradients();
    void updatePiece(const Piece& piece, double learningRate);
    void updateAdamW(Slot& slot, double learningRate);
    void updateSgd(Slot& slot, double learningRate);

    Graph& m_graph;
    std::vector<Slot> m_slots;
    std::vector<Piece> m_pieces;
    bool m_isAdamW;
    bool m_isFused;
    bool m_usesNesterov;
    double m_weightDecay;
    double m_momentum;
    std::int64_t m_updates = 0;
};

} // namespace trainyard::detail
