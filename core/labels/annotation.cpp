// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/annotation.h"

#include <array>
#include <cmath>
#include <utility>

namespace trainyard {

namespace {

constexpr std::array<std::pair<AnnotationKind, std::string_view>, 2> kKinds = {{
    {AnnotationKind::ClassTag, "class-tag"},
    {AnnotationKind::Box, "box"},
}};

constexpr std::array<std::pair<AnnotationSource, std::string_view>, 3> kSources = {{
    {AnnotationSource::Person, "person"},
    {AnnotationSource::Model, "model"},
    {AnnotationSource::Import, "import"},
}};

template <typename Rows, typename Value>
std::string_view nameIn(const Rows& rows, Value value)
{
    for (const auto& [row, name] : rows)
        if (row == value)
            return name;
    return {};
}

template <typename Value, std::size_t count>
std::optional<Value> valueIn(const std::array<std::pair<Value, std::string_view>, count>& rows,
                             std::string_view name)
{
    for (const auto& [value, text] : rows)
        if (text == name)
            return value;
    return std::nullopt;
}

template <typename Value, std::size_t count>
Result<Value> namedField(const std::array<std::pair<Value, std::string_view>, count>& rows, const Json& json,
                         const char* key, std::string_view source)
{
    TRAINYARD_TRY(const auto name, jsonField<std::string>(json, key, source));
    if (const auto value = valueIn(rows, name))
        return *value;
    return fail(ErrorCode::InvalidFile,
                std::string(source) + ": field '" + key + "' does not know '" + name + "'");
}

} // namespace

std::string_view annotationKindName(AnnotationKind kind)
{
    return nameIn(kKinds, kind);
}

std::string_view annotationSourceName(AnnotationSource source)
{
    return nameIn(kSources, source);
}

std::optional<AnnotationKind> annotationKindFromName(std::string_view name)
{
    return valueIn(kKinds, name);
}

std::optional<AnnotationSource> annotationSourceFromName(std::string_view name)
{
    return valueIn(kSources, name);
}

Json boxToJson(const Box& box)
{
    return Json::array({box.x, box.y, box.width, box.height});
}

Result<Box> boxFromJson(const Json& json, std::string_view source)
{
    const auto wrong = [&] {
        return fail(ErrorCode::InvalidFile,
                    std::string(source) +
                        ": a box is [x, y, width, height] with four finite numbers and a size of at least 0");
    };
    if (!json.is_array() || json.size() != 4)
        return wrong();
    std::array<double, 4> values{};
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!json[i].is_number())
            return wrong();
        values[i] = json[i].get<double>();
        if (!std::isfinite(values[i]))
            return wrong();
    }
    if (values[2] < 0 || values[3] < 0)
        return wrong();
    return Box{values[0], values[1], values[2], values[3]};
}

Json annotationToJson(const Annotation& annotation)
{
    Json json = {{"id", annotation.id},
                 {"item", annotation.item},
                 {"kind", annotationKindName(annotation.kind)},
                 {"class", annotation.classId},
                 {"source", annotationSourceName(annotation.source)},
                 {"reviewed", annotation.isReviewed}};
    if (annotation.box)
        json["box"] = boxToJson(*annotation.box);
    if (!annotation.sourceName.empty())
        json["source_name"] = annotation.sourceName;
    if (annotation.score)
        json["score"] = *annotation.score;
    return json;
}

Result<Annotation> annotationFromJson(const Json& json, std::string_view source)
{
    Annotation annotation;
    TRAINYARD_TRY(annotation.id, jsonField<AnnotationId>(json, "id", source));
    TRAINYARD_TRY(annotation.item, jsonField<ItemId>(json, "item", source));
    TRAINYARD_TRY(annotation.kind, namedField(kKinds, json, "kind", source));
    TRAINYARD_TRY(annotation.classId, jsonField<ClassId>(json, "class", source));
    TRAINYARD_TRY(annotation.source, namedField(kSources, json, "source", source));
    TRAINYARD_TRY(annotation.isReviewed, jsonField<bool>(json, "reviewed", source));
    annotation.sourceName = jsonValue(json, "source_name", std::string());
    if (json.contains("box")) {
        TRAINYARD_TRY(annotation.box, boxFromJson(json.at("box"), source));
    } else if (annotation.kind == AnnotationKind::Box) {
        return fail(ErrorCode::InvalidFile, std::string(source) + ": field 'box' is missing");
    }
    if (json.contains("score")) {
        TRAINYARD_TRY(const double score, jsonField<double>(json, "score", source));
        if (!(score >= 0 && score <= 1))
            return fail(ErrorCode::InvalidFile, std::string(source) + ": field 'score' is outside 0..1");
        annotation.score = score;
    }
    return annotation;
}

} // namespace trainyard
