// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/import_plan.h"

namespace trainyard::widgets {

namespace {

constexpr std::string_view kSource = "import plan";

} // namespace

Result<ImportPlan> importPlanFromJson(const Json& json)
{
    ImportPlan plan;
    TRAINYARD_TRY(plan.format, jsonField<std::string>(json, "format", kSource));
    plan.formatTitle = jsonValue(json, "format_title", plan.format);
    TRAINYARD_TRY(plan.pictures, jsonField<std::int64_t>(json, "pictures", kSource));
    plan.labelFiles = jsonValue<std::int64_t>(json, "label_files", 0);
    plan.boxes = jsonValue<std::int64_t>(json, "boxes", 0);
    plan.bytesNeeded = jsonValue<std::int64_t>(json, "bytes_needed", 0);
    plan.bytesFree = jsonValue<std::int64_t>(json, "bytes_free", 0);
    for (const Json& row : jsonValue<Json>(json, "classes", Json::array()))
        plan.classes.emplace_back(jsonValue<std::string>(row, "name", {}),
                                  jsonValue<std::int64_t>(row, "count", 0));
    plan.newItems = jsonValue<std::int64_t>(json, "new_items", 0);
    plan.knownItems = jsonValue<std::int64_t>(json, "known_items", 0);
    plan.differingItems = jsonValue<std::int64_t>(json, "differing_items", 0);
    plan.labels = labelCountsFromJson(jsonValue<Json>(json, "labels", Json::object()));
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
        question.mustAsk = jsonValue(row, "must_ask", true);
        plan.questions.push_back(std::move(question));
    }
    plan.notes = jsonValue<std::vector<std::string>>(json, "notes", {});
    return plan;
}

} // namespace trainyard::widgets
