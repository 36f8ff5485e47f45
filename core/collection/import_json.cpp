// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/named_values.h"
#include "core/base/path_text.h"
#include "core/collection/import.h"
#include "core/labels/formats.h"

#include <array>

namespace trainyard {

namespace {

constexpr NamedValues<MergeRule, 3> kMergeRules = {{
    {MergeRule::Keep, "keep"},
    {MergeRule::Theirs, "theirs"},
    {MergeRule::Both, "both"},
}};

constexpr std::array<std::pair<const char*, std::int64_t LabelCounts::*>, 8> kLabelCounts = {{
    {"read", &LabelCounts::read},
    {"added", &LabelCounts::added},
    {"changed", &LabelCounts::changed},
    {"same", &LabelCounts::same},
    {"left", &LabelCounts::left},
    {"suggested", &LabelCounts::suggested},
    {"rejected", &LabelCounts::rejected},
    {"removed", &LabelCounts::removed},
}};

Json countsToJson(const std::vector<std::pair<std::string, std::int64_t>>& counts)
{
    Json json = Json::array();
    for (const auto& [name, count] : counts)
        json.push_back({{"name", name}, {"count", count}});
    return json;
}

/// The counts of a result with their names in JSON.
constexpr std::array<std::pair<const char*, std::int64_t ImportResult::*>, 10> kCounts = {{
    {"read", &ImportResult::read},
    {"accepted", &ImportResult::accepted},
    {"left_out", &ImportResult::leftOut},
    {"rejected", &ImportResult::rejected},
    {"added", &ImportResult::added},
    {"unchanged", &ImportResult::unchanged},
    {"changed", &ImportResult::changed},
    {"moved", &ImportResult::moved},
    {"damaged", &ImportResult::damaged},
    {"duplicates", &ImportResult::duplicates},
}};

/// "NAME" where the bytes are UTF-8, else an escaped form for people with the bytes beside it.
void putPath(Json& json, const std::string& key, const std::string& bytes)
{
    json[key] = isUtf8(bytes) ? bytes : displayText(bytes);
    if (!isUtf8(bytes))
        json[key + "_b64"] = base64Encode(bytes);
}

std::string takePath(const Json& json, const std::string& key)
{
    const std::string encoded = jsonValue(json, (key + "_b64").c_str(), std::string());
    return encoded.empty() ? jsonValue(json, key.c_str(), std::string()) : base64Decode(encoded);
}

Json rejectionToJson(const Rejection& rejection)
{
    Json json;
    putPath(json, "path", rejection.path);
    json["place"] = rejection.place;
    json["reason"] = rejection.reason;
    json["remedy"] = rejection.remedy;
    return json;
}

} // namespace

Json labelCountsToJson(const LabelCounts& counts)
{
    Json json;
    for (const auto& [name, count] : kLabelCounts)
        json[name] = counts.*count;
    return json;
}

LabelCounts labelCountsFromJson(const Json& json)
{
    LabelCounts counts;
    for (const auto& [name, count] : kLabelCounts)
        counts.*count = jsonValue<std::int64_t>(json, name, 0);
    return counts;
}

std::string_view mergeRuleName(MergeRule rule)
{
    return nameIn(kMergeRules, rule);
}

std::optional<MergeRule> mergeRuleFromName(std::string_view name)
{
    return valueIn(kMergeRules, name);
}

Json importRequestToJson(const ImportRequest& request)
{
    Json json;
    putPath(json, "source", request.source.native());
    json["format"] = request.format;
    json["copy"] = request.copiesFiles;
    json["crops"] = request.cropsBoxes;
    json["per_class"] = request.perClass;
    json["seed"] = request.seed;
    if (request.vocBase)
        json["voc_base"] = *request.vocBase;
    json["answers"] = request.answers;
    json["max_pixels"] = request.limits.maxPixels;
    json["max_bytes"] = request.limits.maxBytes;
    return json;
}

Result<ImportRequest> importRequestFromJson(const Json& json)
{
    constexpr std::string_view kSource = "import request";
    ImportRequest request;
    request.source = takePath(json, "source");
    if (request.source.empty())
        return fail(ErrorCode::InvalidFile, "import request: field 'source' is missing");
    request.format = jsonValue(json, "format", std::string(kAutoFormat));
    if (request.format != kAutoFormat && findLabelFormat(request.format) == nullptr)
        return fail(ErrorCode::InvalidFile,
                    "import request: field 'format' does not know '" + displayText(request.format) + "'");
    TRAINYARD_TRY(request.copiesFiles, jsonField<bool>(json, "copy", kSource));
    TRAINYARD_TRY(request.cropsBoxes, jsonField<bool>(json, "crops", kSource));
    TRAINYARD_TRY(request.perClass, jsonField<std::int64_t>(json, "per_class", kSource));
    TRAINYARD_TRY(request.seed, jsonField<std::uint64_t>(json, "seed", kSource));
    if (json.contains("voc_base")) {
        TRAINYARD_TRY(const int base, jsonField<int>(json, "voc_base", kSource));
        if (base != 0 && base != 1)
            return fail(ErrorCode::InvalidFile, "import request: field 'voc_base' is neither 0 nor 1");
        request.vocBase = base;
    }
    if (json.contains("answers"))
        request.answers = json.at("answers");
    request.limits.maxPixels = jsonValue(json, "max_pixels", request.limits.maxPixels);
    request.limits.maxBytes = jsonValue(json, "max_bytes", request.limits.maxBytes);
    return request;
}

Json importPlanToJson(const ImportPlan& plan)
{
    Json splits = Json::object();
    for (const auto& [split, count] : plan.splits)
        splits[std::string(splitName(split))] = count;
    Json questions = Json::array();
    for (const ImportQuestion& question : plan.questions)
        questions.push_back({{"key", question.key},
                             {"text", question.text},
                             {"choices", question.choices},
                             {"default", question.preset},
                             {"flag", question.flag},
                             {"must_ask", question.mustAsk}});
    return {{"format", plan.format},
            {"format_title", plan.formatTitle},
            {"pictures", plan.pictures},
            {"label_files", plan.labelFiles},
            {"boxes", plan.boxes},
            {"shapes", countsToJson(plan.shapes)},
            {"classes", countsToJson(plan.classes)},
            {"new_classes", plan.newClasses},
            {"new_items", plan.newItems},
            {"known_items", plan.knownItems},
            {"differing_items", plan.differingItems},
            {"labels", labelCountsToJson(plan.labels)},
            {"splits", splits},
            {"bytes_needed", plan.bytesNeeded},
            {"bytes_free", plan.bytesFree},
            {"questions", questions},
            {"notes", plan.notes}};
}

Json importResultToJson(const ImportResult& result)
{
    Json json;
    for (const auto& [name, count] : kCounts)
        json[name] = result.*count;
    json["labels"] = labelCountsToJson(result.labels);
    json["revision"] = result.revision;
    json["notes"] = result.losses.notes;
    json["rejections"] = Json::array();
    for (const Rejection& rejection : result.rejections)
        json["rejections"].push_back(rejectionToJson(rejection));
    return json;
}

} // namespace trainyard
