// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/import_plan.h"

namespace trainyard::widgets {

namespace {

constexpr std::string_view kSource = "import plan";

} // namespace

Result<ImportPlan> importPlanFromJson(const Json& json)
{
    ImportPlan plan;
    TRAINYARD_TRY(const auto format, jsonField<std::string>(json, "format", kSource));
    plan.format = sourceFormatFromName(format).value_or(SourceFormat::ImageFolder);
    TRAINYARD_TRY(plan.pictures, jsonField<std::int64_t>(json, "pictures", kSource));
    plan.labelFiles = jsonValue<std::int64_t>(json, "label_files", 0);
    plan.boxes = jsonValue<std::int64_t>(json, "boxes", 0);
    plan.bytesNeeded = jsonValue<std::int64_t>(json, "bytes_needed", 0);
    plan.bytesFree = jsonValue<std::int64_t>(json, "bytes_free", 0);
    for (const Json& row : jsonValue<Json>(json, "classes", Json::array()))
        plan.classes.emplace_back(jsonValue<std::string>(row, "name", {}),
                                  jsonValue<std::int64_t>(row, "count", 0));
    for (const Split split : {Split::Train, Split::Validation, Split::Test}) {
        const auto count = jsonValue<std::int64_t>(jsonValue<Json>(json, "splits", Json::object()),
                                                   std::string(splitName(split)).c_str(), 0);
        if (count > 0)
            plan.splits.emplace_back(split, count);
    }
    for (const Json& row : jsonValue<Json>(json, "questions", Json::array())) {
        ImportQuestion question;
        TRAINYARD_TRY(question.key, jsonField<std::string>(row, "key", kSource));
        question.text = jsonValue<std::string>(row, "text", {});
        question.choices = jsonValue<std::vector<std::string>>(row, "choices", {});
        question.preset = jsonValue<std::string>(row, "default", {});
        question.flag = jsonValue<std::string>(row, "flag", {});
        plan.questions.push_back(std::move(question));
    }
    plan.notes = jsonValue<std::vector<std::string>>(json, "notes", {});
    return plan;
}

} // namespace trainyard::widgets
