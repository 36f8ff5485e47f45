// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancellation.h"
#include "core/base/progress.h"
#include "core/imaging/decoder_pool.h"
#include "core/project/project.h"

#include <map>
#include <span>
#include <vector>

namespace trainyard {

struct CheckResult
{
    std::map<IssueKind, std::int64_t> found; ///< open issues of each kind afterwards
    std::map<IssueKind, std::int64_t> added; ///< of them new
    Revision revision = 0;
};

/// Finds damaged items, exact duplicates (content hash), near duplicates (perceptual hash within 10 bits,
/// confirmed on pixels) and leaks between splits (duplicates across splits, groups in two splits), and writes
/// their issues as one revision. Issues that were dismissed or fixed stay so and are not found again.
Result<CheckResult> checkPictures(Project& project, DecoderPool& decoders, std::span<const IssueKind> kinds,
                                  const Cancellation& cancellation, const ProgressObserver& progress);

/// Out-of-sample probabilities of one item, from a cross-validated probe.
struct ItemProbabilities
{
    ItemId item = 0;
    ClassId label = 0;
    std::vector<double> probabilities; ///< by the order of `classes`
};

/// An item whose label is in doubt.
struct LabelDoubt
{
    ItemId item = 0;
    ClassId label = 0;
    ClassId suggested = 0;
    double selfConfidence = 0; ///< probability of the given label
};

/// Confident learning (Northcutt, Jiang, Chuang 2021): threshold t_k = mean p_k over the items labelled k; an
/// item labelled i is a candidate for j != i where p_j >= t_j and j is the most probable such class; ranked
/// by p_i.
std::vector<LabelDoubt> findLabelDoubts(std::span<const ItemProbabilities> items,
                                        std::span<const ClassId> classes);

/// Writes wrong-label issues for the doubts; open ones that are no longer in doubt are closed as fixed.
Result<CheckResult> recordLabelDoubts(Project& project, std::span<const LabelDoubt> doubts);

/// What a fix of one kind would do: exclude damaged items, the extra copies, the suspects; leaks: exclude the
/// item on the training side. Only open issues among `issues` (empty: all of the kind). Never relabels.
struct FixPlan
{
    Edit edit;
    std::int64_t items = 0;
    std::int64_t issues = 0;
};
Result<FixPlan> planFix(Project& project, IssueKind kind, std::span<const IssueId> issues);

} // namespace trainyard
