// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/formats.h"

namespace trainyard {

/// LabelMe (labelme 3 to 6): one JSON file for each picture. Pictures are shown upright; masks stand in the
/// file as pictures.

int recogniseLabelMe(LabelSource& source);
std::vector<FormatQuestion> labelMeQuestions(LabelSource& source);
Result<LabelSet> readLabelMe(LabelSource& source, const FormatAnswers& answers);
Result<LossReport> writeLabelMe(const LabelSet& labels, LabelTarget& target);

} // namespace trainyard
