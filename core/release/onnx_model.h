// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/network_spec.h"

#include <map>
#include <string>
#include <variant>
#include <vector>

namespace trainyard {

/// An attribute of an ONNX node: INT, FLOAT or INTS.
using OnnxAttribute = std::variant<std::int64_t, float, std::vector<std::int64_t>>;

struct OnnxNode
{
    std::string type; ///< "Conv"
    std::string name;
    std::vector<std::string> inputs; ///< an empty name is an input that is left out
    std::vector<std::string> outputs;
    std::map<std::string, OnnxAttribute> attributes;
};

/// A constant of the graph: float32 or int64 numbers.
struct OnnxConstant
{
    std::string name;
    std::vector<std::int64_t> shape;
    std::variant<std::vector<float>, std::vector<std::int64_t>> values;
};

/// As much of ONNX's ModelProto as Trainyard writes and reads. Node order is execution order.
struct OnnxModel
{
    std::int64_t irVersion = 8;
    std::int64_t opset = 17;
    std::string producer;
    std::string producerVersion;
    std::string graphName;
    std::vector<OnnxNode> nodes;
    std::vector<OnnxConstant> constants;
    std::vector<ValueSpec> inputs;  ///< float32
    std::vector<ValueSpec> outputs; ///< float32
    std::map<std::string, std::string> metadata;
};

std::string encodeOnnx(const OnnxModel& model);
/// CorruptFile for bytes that are no such model, Unsupported for parts of ONNX that Trainyard does not write.
Result<OnnxModel> decodeOnnx(std::string_view bytes);

} // namespace trainyard
