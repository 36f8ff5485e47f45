// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/release/onnx_check.h"

#include "core/network/catalogue.h"
#include "core/release/onnx_model.h"
#include "core/storage/read_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/dnn.hpp>

namespace trainyard {

namespace {

/// What OpenCV 4.6 computes as ONNX means it, for pictures (N, C, H, W) and matrices. Its importer has no Erf
/// (5.0) and no LayerNormalization (4.8), and takes MatMul, Transpose and Reshape for other things than we do
/// beyond two dimensions.
constexpr std::array<std::string_view, 10> kOperators{
    "Add",  "BatchNormalization", "Clip",    "Conv", "Flatten",
    "Gemm", "GlobalAveragePool",  "MaxPool", "Relu", "Softmax"};

Result<void> checkOperators(const OnnxModel& model)
{
    for (const OnnxNode& node : model.nodes) {
        if (std::find(kOperators.begin(), kOperators.end(), node.type) == kOperators.end())
            return fail(ErrorCode::Unsupported, "OpenCV's ONNX reader cannot run " + node.type);
    }
    if (model.inputs.size() != 1 || model.inputs[0].shape.size() != 4)
        return fail(ErrorCode::Unsupported, "OpenCV's ONNX reader is asked for one picture input only");
    return {};
}

/// OpenCV 4.6 knows Clip as it was before operator set 11, with its limits as attributes.
void moveClipLimits(OnnxModel& model)
{
    const auto limit = [&](const std::string& name) -> OnnxAttribute {
        const auto found = std::find_if(model.constants.begin(), model.constants.end(),
                                        [&](const OnnxConstant& constant) { return constant.name == name; });
        const auto* values =
            found == model.constants.end() ? nullptr : std::get_if<std::vector<float>>(&found->values);
        return values == nullptr || values->size() != 1 ? std::nanf("") : values->front();
    };
    for (OnnxNode& node : model.nodes) {
        if (node.type != "Clip" || node.inputs.size() != 3)
            continue;
        node.attributes = {{"min", limit(node.inputs[1])}, {"max", limit(node.inputs[2])}};
        node.inputs.resize(1);
    }
}

Result<OnnxTensor> forward(const std::filesystem::path& file, OnnxModel model, const OnnxTensor& input,
                           const std::string& output)
{
    moveClipLimits(model);
    const std::string bytes = encodeOnnx(model);
    try {
        cv::dnn::Net net = cv::dnn::readNetFromONNX(bytes.data(), bytes.size());
        net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
        const std::vector<int> shape(input.shape.begin(), input.shape.end());
        const cv::Mat blob(static_cast<int>(shape.size()), shape.data(), CV_32F,
                           const_cast<float*>(input.values.data()));
        net.setInput(blob, model.inputs[0].name);
        const cv::Mat answer = net.forward(output);
        OnnxTensor tensor;
        for (int i = 0; i < answer.dims; ++i)
            tensor.shape.push_back(answer.size[i]);
        if (answer.type() != CV_32F || !answer.isContinuous())
            return fail(ErrorCode::Internal, "OpenCV answered with something else than float32 numbers");
        tensor.values.assign(answer.ptr<float>(), answer.ptr<float>() + answer.total());
        return tensor;
    } catch (const cv::Exception& e) {
        return fail(ErrorCode::Unsupported, file.filename().string() + ": OpenCV cannot run this file",
                    e.what());
    }
}

} // namespace

Result<OnnxTensor> runOpenCvDnn(const std::filesystem::path& file, const OnnxTensor& input,
                                const std::string& output)
{
    TRAINYARD_TRY(const std::string bytes, readFile(file, std::uint64_t{1} << 31));
    TRAINYARD_TRY(const OnnxModel model, decodeOnnx(bytes));
    TRAINYARD_CHECK(checkOperators(model));
    if (elementCount(input.shape) != static_cast<std::int64_t>(input.values.size()) || input.values.empty())
        return fail(ErrorCode::InvalidArgument,
                    "the input's numbers do not fit its shape " + shapeText(input.shape));
    return forward(file, model, input, output);
}

} // namespace trainyard
