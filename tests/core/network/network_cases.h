// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/network_spec.h"
#include "core/network/reference.h"
#include "core/storage/safetensors.h"

#include <string>
#include <vector>

namespace trainyard::test {

/// One operation with PyTorch's answer (tests/data/network/operations.json).
struct OperationCase
{
    std::string name;
    NetworkSpec spec; ///< inputs "a" (and "b"), output "out"
    std::map<std::string, ReferenceTensor> parameters;
    std::map<std::string, ReferenceTensor> inputs;
    ReferenceTensor output;
};
std::vector<OperationCase> operationCases();

/// The attention block with PyTorch's answers at two lengths (tests/data/network/attention.json).
struct AttentionCase
{
    NetworkSpec spec;
    std::map<std::string, ReferenceTensor> parameters;
    struct Run
    {
        ReferenceTensor tokens;
        ReferenceTensor states;
        ReferenceTensor scores;
    };
    std::vector<Run> runs;
};
AttentionCase attentionCase();

/// A golden file of tests/data as JSON; aborts where it cannot be read.
Json goldenJson(const std::string& path);
ReferenceTensor tensorFromJson(const Json& json);
/// Weights as a file holds them, for the reference.
std::map<std::string, ReferenceTensor> referenceTensors(const TensorFile& file);
/// float32 tensors from references.
TensorFile tensorFile(const std::map<std::string, ReferenceTensor>& tensors);
/// The initial values of every parameter of a network (statistics included).
TensorFile initialTensors(const NetworkSpec& spec, std::uint64_t seed);
/// Pixels 0..255 [n, h, w, 3] after the network's preprocessing: [n, 3, h, w].
ReferenceTensor preparedPixels(const std::string& pixels, const NetworkSpec& spec, std::int64_t count);
/// The largest absolute difference; infinity for different sizes or where a number is NaN.
double largestDifference(const std::vector<double>& a, const std::vector<double>& b);
std::vector<std::string> numberedLabels(int count);

} // namespace trainyard::test
