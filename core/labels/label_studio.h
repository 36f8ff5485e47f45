// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/formats.h"

namespace trainyard {

/// Label Studio's JSON: a list of tasks with the results of persons and models. Places are percent of the
/// picture as a browser shows it, upright; boxes turn about their top left corner.

int recogniseLabelStudio(LabelSource& source);
std::vector<FormatQuestion> labelStudioQuestions(LabelSource& source);
Result<LabelSet> readLabelStudio(LabelSource& source, const FormatAnswers& answers);
Result<LossReport> writeLabelStudio(const LabelSet& labels, LabelTarget& target);

} // namespace trainyard
