// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/imaging/decoder_pool.h"
#include "core/jobs/job_runner.h"
#include "core/project/project.h"

#include <string>
#include <vector>

namespace trainyard::engine {

/// The embedding of every item by the starter network (app/engine/embedder.h), in the order of `items`; empty
/// where the file cannot be read. What was computed before comes from the facts (cache/facts/embeddings), the
/// rest is added there.
Result<std::vector<std::vector<float>>> itemEmbeddings(Project& project, const std::vector<Item>& items,
                                                       DecoderPool& decoders, VerbContext& context);

/// What must not be on both sides of a fold: the given group, else the source picture, else equal files.
std::string independentUnit(const Item& item);

} // namespace trainyard::engine
