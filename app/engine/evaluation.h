// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/model_source.h"
#include "core/dataset/predictions.h"
#include "core/jobs/job_runner.h"

namespace trainyard::engine {

/// The dataset that a model is judged on: the one it was trained on where the project has it (its test items
/// were never seen), else the project as it is now.
Result<Dataset> datasetFor(const Model& model, VerbContext& context);
/// The pack of a dataset at the size of a network, made where it is absent.
Result<std::unique_ptr<PackReader>> packFor(const Model& model, const Dataset& dataset, VerbContext& context);

/// The model's logits for every item of a split, in float32. Refused where the split is empty or the classes
/// are others.
Result<Predictions> predictSplit(const Model& model, NetworkRunner& runner, const Dataset& dataset,
                                 const PackReader& pack, Split split, VerbContext& context);

} // namespace trainyard::engine
