// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/network_spec.h"
#include "core/storage/safetensors.h"

#include <map>
#include <string>
#include <vector>

namespace trainyard {

/// The network as an ONNX ModelProto (opset 17, ir_version 8): input float32 [N, 3, H, W] after
/// preprocessing, symbolic batch; batch norms are kept, train-only operations left out. metadata_props carry
/// labels and preprocess.
Result<std::string> onnxBytes(const NetworkSpec& spec, const TensorFile& weights);

/// Our small evaluator of exactly the operators that onnxBytes() emits, on the written bytes. Values in
/// float32.
struct OnnxTensor
{
    std::vector<std::int64_t> shape;
    std::vector<float> values;
};
Result<std::map<std::string, OnnxTensor>> runOnnx(std::string_view model,
                                                  const std::map<std::string, OnnxTensor>& inputs);

} // namespace trainyard
