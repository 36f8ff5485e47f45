// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/release/onnx.h"

#include <filesystem>

namespace trainyard {

/// Runs an ONNX file through OpenCV DNN (batch of one input). Unsupported where its table of operators says so.
Result<OnnxTensor> runOpenCvDnn(const std::filesystem::path& file, const OnnxTensor& input);

} // namespace trainyard
