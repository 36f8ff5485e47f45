// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/catalogue.h"
#include "core/release/onnx_model.h"

#include <set>

namespace trainyard {

/// The graph that is being written, and what the emitters ask of it.
class OnnxGraphWriter
{
public:
    /// `taken` are the names of the network's values, which constants must not have.
    OnnxGraphWriter(OnnxModel& model, std::set<std::string> taken) : m_model(model), m_taken(std::move(taken))
    {
    }

    /// Appends a node with one output.
    void node(const std::string& type, const std::string& name, std::vector<std::string> inputs,
              const std::string& output, std::map<std::string, OnnxAttribute> attributes = {});
    std::string constant(const std::string& name, std::vector<std::int64_t> shape,
                         std::variant<std::vector<float>, std::vector<std::int64_t>> values);
    /// A name for a value between the nodes of one operation.
    std::string temporary(const std::string& wish) { return freeName(wish); }
    /// `value` is the same numbers as `source`.
    void alias(const std::string& value, const std::string& source) { m_aliases[value] = resolved(source); }
    [[nodiscard]] std::string resolved(const std::string& value) const;

private:
    std::string freeName(const std::string& wish);
    OnnxModel& m_model;
    std::set<std::string> m_taken;
    std::map<std::string, std::string> m_aliases;
};

/// What an emitter writes: the operation, the names of its inputs and parameters in the graph, and its
/// shapes.
struct OnnxEmission
{
    const Operation& operation;
    std::vector<std::string> inputs;
    std::map<std::string, std::string> parameters;
    std::vector<Shape> inputShapes;
    std::map<std::string, Shape> parameterShapes;
    Shape outputShape;
    std::string output;
};
using OnnxEmitter = void (*)(OnnxGraphWriter& graph, const OnnxEmission& emission);

/// nullptr for a type without an emitter.
OnnxEmitter onnxEmitter(std::string_view operationType);

} // namespace trainyard
