// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/network/preprocess.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace trainyard {

/// A dimension: a number, or a name (N, H, W, T) that is known when the network runs.
struct Dimension
{
    std::int64_t value = -1; ///< -1: symbolic
    std::string symbol;

    bool operator==(const Dimension&) const = default;
};

/// A parameter or buffer by name; operations refer to it, so two may share one.
struct ParameterSpec
{
    std::string name;
    std::vector<std::int64_t> shape;
    std::string initialiser; ///< "kaiming-normal", "uniform-fan-in", "zeros", "ones"
    bool isTrainable = true; ///< false: a buffer such as running statistics

    bool operator==(const ParameterSpec&) const = default;
};

/// One operation of the catalogue with its inputs (names of values), output names, parameters by role and
/// attributes.
///
/// Catalogue of version 1: conv2d, batch-norm, relu, relu6, gelu, add, multiply, max-pool,
/// global-average-pool, flatten, linear, dropout (train only), drop-path (train only), softmax, layer-norm,
/// matmul, transpose, reshape, scale.
struct Operation
{
    std::string name; ///< unique
    std::string type; ///< catalogue entry
    std::vector<std::string> inputs;
    std::vector<std::string> outputs;
    std::map<std::string, std::string>
        parameters; ///< role ("weight", "bias", "mean", "variance") to parameter name
    Json attributes =
        Json::object(); ///< conv2d: stride, padding "same" | [top, left, bottom, right], groups; ...
    std::string block;  ///< named block that it belongs to; empty for none
    bool isTrainOnly = false;

    bool operator==(const Operation&) const = default;
};

struct ValueSpec
{
    std::string name;
    std::vector<Dimension> shape;

    bool operator==(const ValueSpec&) const = default;
};

/// A network as data: the only description from which the engine builds modules, exporters write files, and
/// shapes, counts and references are computed. Operations stand in an order in which they can run.
///
/// Convention: output "logits" for classifiers; "embedding" is the value before the last linear layer.
struct NetworkSpec
{
    int version = 1;
    std::string name; ///< "efficientnet-lite0"
    std::vector<ValueSpec> inputs;
    std::vector<ValueSpec> outputs;
    std::vector<ParameterSpec> parameters;
    std::vector<Operation> operations;
    Preprocess preprocess;
    std::vector<std::string> postprocess; ///< "softmax"
    std::vector<std::string> labels;      ///< class names by output index

    bool operator==(const NetworkSpec&) const = default;
};

Json networkToJson(const NetworkSpec& spec);
/// Checks everything that validateNetwork() checks.
Result<NetworkSpec> networkFromJson(const Json& json, std::string_view source);
Result<void> validateNetwork(const NetworkSpec& spec);

/// The shape of every value for concrete input shapes ("input" -> {1, 3, 224, 224}).
Result<std::map<std::string, std::vector<std::int64_t>>>
inferShapes(const NetworkSpec& spec, const std::map<std::string, std::vector<std::int64_t>>& inputs);

struct NetworkCounts
{
    std::int64_t parameters = 0;      ///< trainable numbers
    std::int64_t multiplyAdds = 0;    ///< for one picture
    std::int64_t activationBytes = 0; ///< float32, sum of all values of one picture
};
Result<NetworkCounts> countNetwork(const NetworkSpec& spec);

/// Padding of TensorFlow's SAME in one dimension: {before, after}; the smaller half first.
std::pair<std::int64_t, std::int64_t> samePadding(std::int64_t size, std::int64_t kernel,
                                                  std::int64_t stride);

} // namespace trainyard
