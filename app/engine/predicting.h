// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/model_source.h"
#include "app/engine/pictures.h"

#include <vector>

namespace trainyard::engine {

/// predictions: {"path", "label", "probabilities": {class: p} of the surest classes, falling, "damage" where
/// the file decodes in part}; rejected: {"path", "code", "reason"}.
struct Answers
{
    Json predictions = Json::array();
    Json rejected = Json::array();
};

/// Answers in the order of `files`, a few hundred pictures in memory at a time.
Result<Answers> predictFiles(const Model& model, NetworkRunner& runner, const std::vector<std::string>& files,
                             std::int64_t top, DecoderPool& decoders, const Cancellation& cancellation,
                             const ProgressObserver& progress);

} // namespace trainyard::engine
