// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/detail/graph.h"
#include "core/storage/safetensors.h"

#include <cstdint>
#include <string>

namespace trainyard::detail {

/// A float32 tensor on the CPU in the order of its shape.
at::Tensor tensorFrom(const NamedTensor& named);
NamedTensor namedFrom(const std::string& name, const at::Tensor& tensor);

/// Parameter `number` of the graph takes these values on its device, trainable parameters with gradients.
void setParameter(Graph& graph, std::size_t number, const at::Tensor& values);

/// Every parameter from its initialiser.
void initialiseWeights(Graph& graph, std::uint64_t seed);
/// Every parameter from the file but those of the last layer, which may have another number of classes.
/// CorruptFile lists what is missing or has another shape.
Result<void> startFromWeights(Graph& graph, const TensorFile& starter, std::uint64_t seed);
/// Every parameter from the file, and the file holds nothing else: CorruptFile lists the differences.
Result<void> loadWeights(Graph& graph, const TensorFile& weights);
TensorFile weightsOf(const Graph& graph);

} // namespace trainyard::detail
