// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/imaging/decoder_pool.h"
#include "core/jobs/job_runner.h"
#include "core/project/project.h"

#include <vector>

namespace trainyard::engine {

/// The embedding of every item by the starter network at 128 pixels, in the order of `items`; empty where the
/// file cannot be read. What was computed before comes from the facts (cache/facts/embeddings), the rest is
/// added there.
Result<std::vector<std::vector<float>>> itemEmbeddings(Project& project, const std::vector<Item>& items,
                                                       DecoderPool& decoders, VerbContext& context);

} // namespace trainyard::engine
