// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/release/onnx.h"

#include <filesystem>

namespace trainyard {

/// Runs an ONNX file through OpenCV DNN (batch of one input). Unsupported where its table of operators says
/// so. The answer is the output `output`. OpenCV gets the file's graph with the limits of Clip as attributes,
/// the only form that 4.6 knows; everything else as it stands in the file.
Result<OnnxTensor> runOpenCvDnn(const std::filesystem::path& file, const OnnxTensor& input,
                                const std::string& output = "logits");

} // namespace trainyard
