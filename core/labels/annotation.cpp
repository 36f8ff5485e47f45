// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/annotation.h"

#include "core/base/named_values.h"

namespace trainyard {

namespace {

constexpr NamedValues<AnnotationSource, 3> kSources = {{
    {AnnotationSource::Person, "person"},
    {AnnotationSource::Model, "model"},
    {AnnotationSource::Import, "import"},
}};

/// The bits of ShapeFlags and the names of their JSON fields.
struct FlagSpec
{
    bool ShapeFlags::*flag;
    const char* name;
};
constexpr FlagSpec kFlags[] = {
    {&ShapeFlags::isOccluded, "occluded"},
    {&ShapeFlags::isTruncated, "truncated"},
    {&ShapeFlags::isCrowd, "crowd"},
};

} // namespace

std::vector<Annotation> withoutSecondOpinions(std::vector<Annotation> annotations)
{
    std::erase_if(annotations, isSecondOpinion);
    return annotations;
}

ClassId itemClassOf(std::span<const Annotation> annotations, ClassId present)
{
    ClassId first = 0;
    for (const Annotation& annotation : annotations) {
        if (!annotation.isClassTag() || isSecondOpinion(annotation))
            continue;
        if (present != 0 && annotation.classId == present)
            return present;
        if (first == 0)
            first = annotation.classId;
    }
    return first;
}

std::string_view annotationSourceName(AnnotationSource source)
{
    return nameIn(kSources, source);
}

std::optional<AnnotationSource> annotationSourceFromName(std::string_view name)
{
    return valueIn(kSources, name);
}

std::int64_t flagsToNumber(const ShapeFlags& flags)
{
    std::int64_t number = 0;
    for (std::size_t i = 0; i < std::size(kFlags); ++i)
        number |= static_cast<std::int64_t>(flags.*kFlags[i].flag) << i;
    return number;
}

ShapeFlags flagsFromNumber(std::int64_t number)
{
    ShapeFlags flags;
    for (std::size_t i = 0; i < std::size(kFlags); ++i)
        flags.*kFlags[i].flag = (number >> i & 1) != 0;
    return flags;
}

Json annotationToJson(const Annotation& annotation)
{
    Json json = {{"id", annotation.id}, {"item", annotation.item}};
    json.update(shapeToJson(annotation.shape));
    json["class"] = annotation.classId;
    json["source"] = annotationSourceName(annotation.source);
    json["reviewed"] = annotation.isReviewed;
    if (!annotation.sourceName.empty())
        json["source_name"] = annotation.sourceName;
    if (annotation.score)
        json["score"] = *annotation.score;
    if (annotation.group != 0)
        json["group"] = annotation.group;
    if (annotation.zOrder != 0)
        json["z_order"] = annotation.zOrder;
    for (const FlagSpec& spec : kFlags)
        if (annotation.flags.*spec.flag)
            json[spec.name] = true;
    if (!annotation.attributes.empty())
        json["attributes"] = attributesToJson(annotation.attributes);
    if (!annotation.extra.empty())
        json["extra"] = annotation.extra;
    return json;
}

Result<Annotation> annotationFromJson(const Json& json, std::string_view source)
{
    Annotation annotation;
    TRAINYARD_TRY(annotation.id, jsonField<AnnotationId>(json, "id", source));
    TRAINYARD_TRY(annotation.item, jsonField<ItemId>(json, "item", source));
    TRAINYARD_TRY(annotation.shape, shapeFromJson(json, source));
    TRAINYARD_TRY(annotation.classId, jsonField<ClassId>(json, "class", source));
    TRAINYARD_TRY(const auto sourceName, jsonField<std::string>(json, "source", source));
    const auto known = annotationSourceFromName(sourceName);
    if (!known)
        return fail(ErrorCode::InvalidFile,
                    std::string(source) + ": field 'source' does not know '" + sourceName + "'");
    annotation.source = *known;
    TRAINYARD_TRY(annotation.isReviewed, jsonField<bool>(json, "reviewed", source));
    annotation.sourceName = jsonValue(json, "source_name", std::string());
    if (json.contains("score")) {
        TRAINYARD_TRY(const double score, jsonField<double>(json, "score", source));
        if (!(score >= 0 && score <= 1))
            return fail(ErrorCode::InvalidFile, std::string(source) + ": field 'score' is outside 0..1");
        annotation.score = score;
    }
    annotation.group = jsonValue(json, "group", std::int64_t{0});
    annotation.zOrder = jsonValue(json, "z_order", std::int64_t{0});
    for (const FlagSpec& spec : kFlags)
        annotation.flags.*spec.flag = jsonValue(json, spec.name, false);
    if (json.contains("attributes")) {
        TRAINYARD_TRY(annotation.attributes, attributesFromJson(json.at("attributes"), source));
    }
    annotation.extra = jsonValue(json, "extra", std::string());
    return annotation;
}

} // namespace trainyard
