// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <cstdint>
#include <optional>

namespace trainyard {

/// What is said of one optimizer update; the payload of a "step" event.
struct StepReport
{
    std::int64_t step = 0; ///< finished steps, from 1
    std::int64_t totalSteps = 0;
    std::int64_t epoch = 0;  ///< from 0
    double loss = 0;         ///< mean over the batch
    double learningRate = 0; ///< that this update took
    double gradientNorm = 0; ///< L2 over all parameters
    double itemsPerSecond = 0;

    bool operator==(const StepReport&) const = default;
};

/// What is said at the end of an epoch; the payload of an "epoch" event.
struct EpochReport
{
    std::int64_t epoch = 0; ///< from 0
    std::int64_t step = 0;
    double trainLoss = 0; ///< mean over the epoch's items while the network changed
    double trainAccuracy = 0;
    std::optional<double> validationLoss; ///< nothing without a validation split
    std::optional<double> validationAccuracy;
    bool isBest = false; ///< lowest validation loss so far

    bool operator==(const EpochReport&) const = default;
};

Json stepReportToJson(const StepReport& report);
Result<StepReport> stepReportFromJson(const Json& json, std::string_view source);
Json epochReportToJson(const EpochReport& report);
Result<EpochReport> epochReportFromJson(const Json& json, std::string_view source);

} // namespace trainyard
