// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/formats.h"

namespace trainyard {

/// CVAT for images and CVAT for video, XML 1.1: images with their shapes, or tracks of shapes over frames.
/// What it cannot carry: scores, holes, several parts in one shape.

int recogniseCvat(LabelSource& source);
Result<LabelSet> readCvat(LabelSource& source, const FormatAnswers& answers);
Result<LossReport> writeCvat(const LabelSet& labels, LabelTarget& target);

} // namespace trainyard
