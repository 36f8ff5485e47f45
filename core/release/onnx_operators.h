// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/release/onnx.h"
#include "core/release/onnx_model.h"

namespace trainyard {

/// A node that is about to run: its inputs in order (nullptr for one that is left out). Shapes and integer
/// inputs are not trusted; an operator answers CorruptFile where they do not fit.
struct OnnxCall
{
    const OnnxNode& node;
    std::vector<const OnnxTensor*> inputs;
    const std::vector<std::int64_t>* integers = nullptr; ///< the int64 constant among the inputs (Reshape)
};
using OnnxOperator = Result<OnnxTensor> (*)(const OnnxCall& call);

/// nullptr for an operator that onnxBytes() never writes.
OnnxOperator onnxOperator(std::string_view type);

} // namespace trainyard
