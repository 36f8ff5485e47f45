// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/detail/torch_compat.h"
#include "core/network/network_spec.h"

#include <cstdint>
#include <string>
#include <vector>

namespace trainyard::detail {

/// How a graph is run.
struct GraphMode
{
    bool isTraining = false;   ///< dropout, drop path, and batch statistics unless they are kept
    bool usesBfloat16 = false; ///< autocast; values that leave the network are float32 all the same
    std::uint64_t seed = 0;    ///< of dropout and drop-path masks, with the step and the operation's place
    std::uint64_t step = 0;
    bool keepsStatistics = false; ///< batch norms compute as in evaluation, also when training
};

struct GraphOperation;
struct OperationCall
{
    const GraphOperation& operation;
    const std::vector<at::Tensor>& inputs;
    const std::vector<at::Tensor>& parameters; ///< of the whole network
    const GraphMode& mode;
    bool mayOverwrite = false; ///< nobody else reads the first input
};
using OperationFunction = at::Tensor (*)(const OperationCall& call);

/// An operation with every name and attribute looked up.
struct GraphOperation
{
    OperationFunction function = nullptr;
    std::vector<std::size_t> inputs; ///< numbers of values
    std::size_t output = 0;
    std::int64_t index = 0; ///< in the description; keys random masks
    int weight = -1;        ///< numbers of parameters, -1: none
    int bias = -1;
    int mean = -1;
    int variance = -1;
    std::int64_t stride = 1;
    std::int64_t kernel = 1;
    std::int64_t groups = 1;
    std::int64_t axis = -1;
    bool isSamePadding = false;
    std::vector<std::int64_t> padding; ///< top, left, bottom, right
    std::vector<std::int64_t> sizes;   ///< reshape's shape or transpose's order
    double epsilon = 1e-5;
    double momentum = 0.1;
    double rate = 0;
    double factor = 1;
    bool isOutput = false; ///< makes one of the network's outputs: computed in float32
};

/// How the engine computes an operation of the catalogue.
struct OperationRow
{
    const char* type;
    OperationFunction function;
    bool isOverwritable; ///< its result is no view, and its gradient does not need it: the next may work in
                         ///< place
};
const OperationRow* operationRow(std::string_view type);

/// A network as tensors: the operations of a NetworkSpec, run one after the other on tensors by autograd.
///
/// Parameters are float32, convolution weights with channels last. One thread at a time.
class Graph
{
public:
    /// The parameters start undefined. Unsupported names an operation that the engine does not know.
    static Result<Graph> create(const NetworkSpec& spec, const at::Device& device);

    [[nodiscard]] const NetworkSpec& spec() const { return m_spec; }
    [[nodiscard]] const at::Device& device() const { return m_device; }
    [[nodiscard]] std::vector<at::Tensor>& parameters() { return m_parameters; }
    [[nodiscard]] const std::vector<at::Tensor>& parameters() const { return m_parameters; }

    /// The operations between given values and wanted ones, and what may be forgotten after each.
    struct Plan
    {
        std::vector<std::size_t> operations;
        std::vector<std::vector<std::size_t>> lastUses; ///< values that no later operation reads
        std::vector<std::size_t> given;
        std::vector<std::size_t> wanted;
        std::vector<int> readers; ///< of each value in this plan
    };
    /// NotFound for an unknown value, Refused where a wanted one does not follow from the given ones.
    [[nodiscard]] Result<Plan> plan(const std::vector<std::string>& given,
                                    const std::vector<std::string>& wanted) const;
    /// Throws what LibTorch throws.
    [[nodiscard]] std::vector<at::Tensor> run(const Plan& plan, const std::vector<at::Tensor>& given,
                                              const GraphMode& mode) const;

    /// Numbers of the parameters that operations between `given` and `wanted` use.
    [[nodiscard]] std::vector<std::size_t> usedParameters(const Plan& plan) const;

private:
    explicit Graph(NetworkSpec spec, const at::Device& device) : m_spec(std::move(spec)), m_device(device) {}
    Result<void> compile();

    NetworkSpec m_spec;
    at::Device m_device;
    std::vector<std::string> m_values;
    std::vector<bool> m_isOverwritable; ///< by value
    std::vector<GraphOperation> m_operations;
    std::vector<at::Tensor> m_parameters;
};

} // namespace trainyard::detail
