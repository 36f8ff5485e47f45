// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/catalogue.h"
#include "core/release/onnx_operators.h"

namespace trainyard {

namespace {

/// Values while the graph runs; a value goes when nothing asks for it any more.
class OnnxValues
{
public:
    OnnxValues(const OnnxModel& model, const std::map<std::string, OnnxTensor>& inputs)
    {
        for (const OnnxNode& node : model.nodes) {
            for (const std::string& input : node.inputs)
                ++m_uses[input];
        }
        for (const ValueSpec& output : model.outputs)
            ++m_uses[output.name];
        for (const OnnxConstant& constant : model.constants) {
            if (const auto* reals = std::get_if<std::vector<float>>(&constant.values))
                m_tensors[constant.name] = {constant.shape, *reals};
            else
                m_integers[constant.name] = std::get<std::vector<std::int64_t>>(constant.values);
        }
        for (const auto& [name, tensor] : inputs)
            m_tensors[name] = tensor;
    }

    [[nodiscard]] const OnnxTensor* find(const std::string& name) const
    {
        const auto found = m_tensors.find(name);
        return found == m_tensors.end() ? nullptr : &found->second;
    }
    [[nodiscard]] const std::vector<std::int64_t>* findIntegers(const std::string& name) const
    {
        const auto found = m_integers.find(name);
        return found == m_integers.end() ? nullptr : &found->second;
    }
    void put(const std::string& name, OnnxTensor tensor) { m_tensors[name] = std::move(tensor); }
    void used(const std::string& name)
    {
        if (--m_uses[name] == 0)
            m_tensors.erase(name);
    }

private:
    std::map<std::string, OnnxTensor> m_tensors;
    std::map<std::string, std::vector<std::int64_t>> m_integers;
    std::map<std::string, int> m_uses;
};

Result<void> checkInputs(const OnnxModel& model, const std::map<std::string, OnnxTensor>& inputs)
{
    for (const ValueSpec& expected : model.inputs) {
        const auto given = inputs.find(expected.name);
        if (given == inputs.end())
            return fail(ErrorCode::InvalidArgument, "ONNX: no value for input '" + expected.name + "'");
        const Shape& shape = given->second.shape;
        bool fits = shape.size() == expected.shape.size() &&
                    elementCount(shape) == static_cast<std::int64_t>(given->second.values.size()) &&
                    !given->second.values.empty();
        for (std::size_t i = 0; fits && i < shape.size(); ++i)
            fits = expected.shape[i].value < 0 || expected.shape[i].value == shape[i];
        if (!fits)
            return fail(ErrorCode::InvalidArgument,
                        "ONNX: input '" + expected.name + "' has the wrong shape " + shapeText(shape));
    }
    return {};
}

Result<void> runNode(const OnnxNode& node, OnnxValues& values)
{
    const OnnxOperator run = onnxOperator(node.type);
    if (run == nullptr)
        return fail(ErrorCode::Unsupported,
                    "ONNX: operator '" + node.type + "' is not one that Trainyard writes");
    if (node.outputs.size() != 1)
        return fail(ErrorCode::CorruptFile, "ONNX: node '" + node.name + "' has not one output");
    OnnxCall call{node, {}, nullptr};
    for (const std::string& input : node.inputs) {
        call.inputs.push_back(input.empty() ? nullptr : values.find(input));
        if (const auto* integers = values.findIntegers(input))
            call.integers = integers;
        else if (call.inputs.back() == nullptr && !input.empty())
            return fail(ErrorCode::CorruptFile,
                        "ONNX: node '" + node.name + "': value '" + input + "' is not made before it");
    }
    TRAINYARD_TRY(OnnxTensor result, run(call));
    values.put(node.outputs[0], std::move(result));
    for (const std::string& input : node.inputs)
        values.used(input);
    return {};
}

} // namespace

Result<std::map<std::string, OnnxTensor>> runOnnx(std::string_view model,
                                                  const std::map<std::string, OnnxTensor>& inputs)
{
    TRAINYARD_TRY(const OnnxModel decoded, decodeOnnx(model));
    TRAINYARD_CHECK(checkInputs(decoded, inputs));
    OnnxValues values(decoded, inputs);
    for (const OnnxNode& node : decoded.nodes)
        TRAINYARD_CHECK(runNode(node, values));
    std::map<std::string, OnnxTensor> outputs;
    for (const ValueSpec& output : decoded.outputs) {
        const OnnxTensor* tensor = values.find(output.name);
        if (tensor == nullptr)
            return fail(ErrorCode::CorruptFile, "ONNX: output '" + output.name + "' is not made by any node");
        outputs[output.name] = *tensor;
    }
    return outputs;
}

} // namespace trainyard
