// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/project/project.h"

#include <cstdint>

namespace trainyard::cli {

/// How many faults of known truth the demo plants.
struct PlantCounts
{
    int exactCopies = 3;
    int nearCopies = 5;
    int truncated = 4;
    int swappedLabels = 6;
};

/// Plants faults into a freshly imported project of crops, as Edits of its author: exact and re-encoded or
/// slightly resized copies beside their originals (with class, source picture and box), JPEGs cut off in
/// place, labels swapped. The truth comes back as {"duplicate": [[item, copy], ...], "near-duplicate": [...],
/// "damaged": [item, ...], "wrong-label": [...]}.
Result<Json> plantFaults(Project& project, const PlantCounts& counts, std::uint64_t seed);

/// Open issues against the planted truth: {"planted": {kind: n}, "found": {kind: n}, "false": {kind: n}}.
Result<Json> judgeChecks(Project& project, const Json& truth);

} // namespace trainyard::cli
