// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/base/json.h"
#include "core/labels/attributes.h"
#include "core/labels/shape.h"

#include <optional>
#include <string>
#include <string_view>

namespace trainyard {

enum class AnnotationSource { Person = 1, Model = 2, Import = 3 };

/// What is said of a shape beside its class.
struct ShapeFlags
{
    bool isOccluded = false;  ///< something hides a part of it
    bool isTruncated = false; ///< the picture's edge cuts it
    bool isCrowd =
        false; ///< a group that was not told apart (COCO's iscrowd, VOC's difficult is an attribute)

    bool operator==(const ShapeFlags&) const = default;
};

/// One statement about an item: a class for the whole of it, or a class for a shape in it.
struct Annotation
{
    AnnotationId id = 0;
    ItemId item = 0;
    ClassId classId = 0;
    Shape shape; ///< nothing: a class tag
    AnnotationSource source = AnnotationSource::Person;
    std::string sourceName;      ///< model, format, or a second person; empty: the project's own labels
    std::optional<double> score; ///< 0..1, from a model
    bool isReviewed = false;
    std::int64_t group = 0;  ///< shapes of one item with the same number above 0 belong together
    std::int64_t zOrder = 0; ///< higher lies in front; equal ones by rising id
    ShapeFlags flags;
    Attributes attributes;
    std::string extra; ///< JSON object of what a format said and we do not know, by format; usually empty

    [[nodiscard]] ShapeKind kind() const { return shapeKind(shape); }
    [[nodiscard]] bool isClassTag() const { return shape.index() == 0; }
    [[nodiscard]] const Box* box() const { return std::get_if<Box>(&shape); }

    bool operator==(const Annotation&) const = default;
};

/// True for what a named person said beside the project's own labels: it is compared with them
/// (evaluation/agreement.h) and enters no dataset.
[[nodiscard]] inline bool isSecondOpinion(const Annotation& annotation)
{
    return annotation.source == AnnotationSource::Person && !annotation.sourceName.empty();
}

/// Whose label it is: empty for the project's own.
[[nodiscard]] inline std::string opinionOf(const Annotation& annotation)
{
    return isSecondOpinion(annotation) ? annotation.sourceName : std::string();
}

std::string_view annotationSourceName(AnnotationSource source); ///< "person", "model", "import"
std::optional<AnnotationSource> annotationSourceFromName(std::string_view name);

/// Fields that are empty are left out; the shape as in labels/FORMAT.md.
Json annotationToJson(const Annotation& annotation);
/// InvalidFile names the field: an unknown kind or source, a shape that checkShape() refuses, a score outside
/// 0..1.
Result<Annotation> annotationFromJson(const Json& json, std::string_view source);

/// [x, y, width, height]
Json boxToJson(const Box& box);
Result<Box> boxFromJson(const Json& json, std::string_view source);

/// {"kind": ..., and its fields}; a class tag has the kind alone.
Json shapeToJson(const Shape& shape);
Result<Shape> shapeFromJson(const Json& json, std::string_view source);

/// One byte: bit 0 occluded, 1 truncated, 2 crowd.
std::int64_t flagsToNumber(const ShapeFlags& flags);
ShapeFlags flagsFromNumber(std::int64_t number);

} // namespace trainyard
