// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/model_source.h"
#include "app/engine/worker_queue.h"
#include "core/imaging/decoder_pool.h"
#include "core/project/project.h"

namespace trainyard::engine {

/// Asks a trained classifier for every unlabelled picture of a project, slice by slice, and keeps the answers
/// in cache/facts/suggestions under the model's name; pictures that were answered before are not asked again.
///
/// Classes are found by their names; a picture whose likeliest class the project does not have gets no
/// suggestion. `project`, `model`, `runner` and `decoders` must outlive the step. `progress` hears {"done",
/// "total"}. Fails with Refused where the project has none of the model's classes.
Result<WorkerStep> suggestByModel(Project& project, const Model& model, NetworkRunner& runner,
                                  DecoderPool& decoders, const Cancellation& cancellation,
                                  std::function<void(const Json&)> progress);

} // namespace trainyard::engine
