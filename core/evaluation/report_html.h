// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluation/classification.h"

#include <functional>
#include <string>

namespace trainyard {

/// The JPEG bytes of a prediction's picture (a thumbnail), or empty.
using PictureSource = std::function<std::string(const Prediction&)>;

/// One self-contained page: no script, nothing loaded, every value escaped; figures with intervals, confusion
/// matrix, worst mistakes with their pictures. Same input, same bytes.
std::string reportHtml(const ClassificationReport& report, const Predictions& predictions,
                       const std::string& title, const PictureSource& pictures);

} // namespace trainyard
