// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/base/json.h"
#include "core/imaging/image.h"

#include <optional>
#include <string>
#include <string_view>

namespace trainyard {

enum class AnnotationKind { ClassTag = 1, Box = 2 };
enum class AnnotationSource { Person = 1, Model = 2, Import = 3 };

/// One statement about an item: a class for the whole of it, or a class for a box in it.
struct Annotation
{
    AnnotationId id = 0;
    ItemId item = 0;
    AnnotationKind kind = AnnotationKind::ClassTag;
    ClassId classId = 0;
    std::optional<Box> box; ///< pixel-edge coordinates of the upright picture
    AnnotationSource source = AnnotationSource::Person;
    std::string sourceName;      ///< model or format, where it is not a person
    std::optional<double> score; ///< 0..1, from a model
    bool isReviewed = false;

    bool operator==(const Annotation&) const = default;
};

std::string_view annotationKindName(AnnotationKind kind);       ///< "class-tag", "box"
std::string_view annotationSourceName(AnnotationSource source); ///< "person", "model", "import"
std::optional<AnnotationKind> annotationKindFromName(std::string_view name);
std::optional<AnnotationSource> annotationSourceFromName(std::string_view name);

/// A box is [x, y, width, height]; fields that are empty are left out.
Json annotationToJson(const Annotation& annotation);
/// InvalidFile names the field: an unknown kind or source, a box without four finite numbers or with a
/// negative size, a box annotation without a box, a score outside 0..1.
Result<Annotation> annotationFromJson(const Json& json, std::string_view source);

Json boxToJson(const Box& box);
Result<Box> boxFromJson(const Json& json, std::string_view source);

} // namespace trainyard
