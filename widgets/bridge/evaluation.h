// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/predictions.h"
#include "core/evaluation/classification.h"

#include <filesystem>

namespace trainyard::widgets {

/// One evaluation, whole: what the model answered and the figures over it.
struct Evaluation
{
    std::filesystem::path folder;
    Predictions predictions;
    ClassificationReport report;
};

/// Reads evaluations/<id>/predictions.h5 and computes its figures. Any thread.
Result<Evaluation> loadEvaluation(const std::filesystem::path& folder);

/// The items of a cell of the confusion matrix, surest answer first; truth and answer are indices into the
/// labels.
std::vector<ItemId> cellItems(const Evaluation& evaluation, int truth, int answer);
/// All wrong answers, surest first.
std::vector<ItemId> mistakenItems(const Evaluation& evaluation);

} // namespace trainyard::widgets
