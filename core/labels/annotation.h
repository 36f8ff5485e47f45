// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/imaging/image.h"

#include <optional>
#include <string>

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
    std::optional<Box> box;           ///< pixel-edge coordinates of the upright picture
    AnnotationSource source = AnnotationSource::Person;
    std::string sourceName;           ///< model or format, where it is not a person
    std::optional<double> score;      ///< 0..1, from a model
    bool isReviewed = false;

    bool operator==(const Annotation&) const = default;
};

} // namespace trainyard
