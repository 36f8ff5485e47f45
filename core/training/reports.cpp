// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/reports.h"

namespace trainyard {

namespace {

Json optionalNumber(const std::optional<double>& value)
{
    return value ? Json(*value) : Json(nullptr);
}

std::optional<double> optionalNumber(const Json& json, const char* key)
{
    if (!json.contains(key) || !json.at(key).is_number())
        return std::nullopt;
    return json.at(key).get<double>();
}

} // namespace

Json stepReportToJson(const StepReport& report)
{
    return Json{{"step", report.step},
                {"totalSteps", report.totalSteps},
                {"epoch", report.epoch},
                {"loss", report.loss},
                {"learningRate", report.learningRate},
                {"gradientNorm", report.gradientNorm},
                {"itemsPerSecond", report.itemsPerSecond}};
}

Result<StepReport> stepReportFromJson(const Json& json, std::string_view source)
{
    StepReport report;
    TRAINYARD_TRY(report.step, jsonField<std::int64_t>(json, "step", source));
    TRAINYARD_TRY(report.totalSteps, jsonField<std::int64_t>(json, "totalSteps", source));
    TRAINYARD_TRY(report.epoch, jsonField<std::int64_t>(json, "epoch", source));
    TRAINYARD_TRY(report.loss, jsonField<double>(json, "loss", source));
    TRAINYARD_TRY(report.learningRate, jsonField<double>(json, "learningRate", source));
    TRAINYARD_TRY(report.gradientNorm, jsonField<double>(json, "gradientNorm", source));
    TRAINYARD_TRY(report.itemsPerSecond, jsonField<double>(json, "itemsPerSecond", source));
    return report;
}

Json epochReportToJson(const EpochReport& report)
{
    return Json{{"epoch", report.epoch},
                {"step", report.step},
                {"trainLoss", report.trainLoss},
                {"trainAccuracy", report.trainAccuracy},
                {"validationLoss", optionalNumber(report.validationLoss)},
                {"validationAccuracy", optionalNumber(report.validationAccuracy)},
                {"isBest", report.isBest}};
}

Result<EpochReport> epochReportFromJson(const Json& json, std::string_view source)
{
    EpochReport report;
    TRAINYARD_TRY(report.epoch, jsonField<std::int64_t>(json, "epoch", source));
    TRAINYARD_TRY(report.step, jsonField<std::int64_t>(json, "step", source));
    TRAINYARD_TRY(report.trainLoss, jsonField<double>(json, "trainLoss", source));
    TRAINYARD_TRY(report.trainAccuracy, jsonField<double>(json, "trainAccuracy", source));
    report.validationLoss = optionalNumber(json, "validationLoss");
    report.validationAccuracy = optionalNumber(json, "validationAccuracy");
    TRAINYARD_TRY(report.isBest, jsonField<bool>(json, "isBest", source));
    return report;
}

} // namespace trainyard
