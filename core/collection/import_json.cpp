// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/collection/import.h"

#include <array>

namespace trainyard {

namespace {

constexpr std::array<std::pair<SourceFormat, std::string_view>, 3> kFormats = {{
    {SourceFormat::Auto, "auto"},
    {SourceFormat::ImageFolder, "image-folder"},
    {SourceFormat::PascalVoc, "pascal-voc"},
}};

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

std::string_view sourceFormatName(SourceFormat format)
{
    for (const auto& [value, name] : kFormats)
        if (value == format)
            return name;
    return {};
}

std::optional<SourceFormat> sourceFormatFromName(std::string_view name)
{
    for (const auto& [value, text] : kFormats)
        if (text == name)
            return value;
    return std::nullopt;
}

Json importRequestToJson(const ImportRequest& request)
{
    Json json;
    putPath(json, "source", request.source.native());
    json["format"] = sourceFormatName(request.format);
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
    const std::string format = jsonValue(json, "format", std::string("auto"));
    const auto known = sourceFormatFromName(format);
    if (!known)
        return fail(ErrorCode::InvalidFile,
                    "import request: field 'format' does not know '" + displayText(format) + "'");
    request.format = *known;
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
    Json classes = Json::array();
    for (const auto& [name, count] : plan.classes)
        classes.push_back({{"name", name}, {"count", count}});
    Json splits = Json::object();
    for (const auto& [split, count] : plan.splits)
        splits[std::string(splitName(split))] = count;
    Json questions = Json::array();
    for (const ImportQuestion& question : plan.questions)
        questions.push_back({{"key", question.key},
                             {"text", question.text},
                             {"choices", question.choices},
                             {"default", question.preset},
                             {"flag", question.flag}});
    return {{"format", sourceFormatName(plan.format)},
            {"pictures", plan.pictures},
            {"label_files", plan.labelFiles},
            {"boxes", plan.boxes},
            {"classes", classes},
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
    json["revision"] = result.revision;
    json["notes"] = result.losses.notes;
    json["rejections"] = Json::array();
    for (const Rejection& rejection : result.rejections)
        json["rejections"].push_back(rejectionToJson(rejection));
    return json;
}

} // namespace trainyard
