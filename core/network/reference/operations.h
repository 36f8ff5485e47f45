// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/catalogue.h"

/// The plain meaning of every operation of the catalogue, in double. Shapes have been checked by the shape
/// rules.
namespace trainyard::reference_operations {

ReferenceTensor conv2d(const ReferenceCall& call);
ReferenceTensor maxPool(const ReferenceCall& call);
ReferenceTensor globalAveragePool(const ReferenceCall& call);
ReferenceTensor batchNorm(const ReferenceCall& call);
ReferenceTensor layerNorm(const ReferenceCall& call);
ReferenceTensor softmax(const ReferenceCall& call);
ReferenceTensor relu(const ReferenceCall& call);
ReferenceTensor relu6(const ReferenceCall& call);
ReferenceTensor gelu(const ReferenceCall& call);
ReferenceTensor scale(const ReferenceCall& call);
ReferenceTensor add(const ReferenceCall& call);
ReferenceTensor multiply(const ReferenceCall& call);
ReferenceTensor linear(const ReferenceCall& call);
ReferenceTensor matmul(const ReferenceCall& call);
ReferenceTensor transpose(const ReferenceCall& call);
/// flatten, reshape, and the train-only operations: the same numbers under the output's shape.
ReferenceTensor sameNumbers(const ReferenceCall& call);

} // namespace trainyard::reference_operations
