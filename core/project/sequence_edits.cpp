// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/sequence_edits.h"

#include "core/labels/box_interpolation.h"
#include "core/project/annotation_edits.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace trainyard {

namespace {

double distanceOfMiddles(const Annotation& left, const Annotation& right)
{
    const auto a = boundingBox(left.shape);
    const auto b = boundingBox(right.shape);
    if (!a || !b)
        return std::numeric_limits<double>::infinity();
    return std::hypot(a->x + a->width / 2 - b->x - b->width / 2, a->y + a->height / 2 - b->y - b->height / 2);
}

/// Of the shapes of one item, the one that `last` was before.
std::optional<Annotation> sameShape(std::span<const Annotation> annotations, const Annotation& last)
{
    std::optional<Annotation> nearest;
    for (const Annotation& annotation : annotations) {
        if (annotation.classId != last.classId || annotation.kind() != last.kind() ||
            opinionOf(annotation) != opinionOf(last))
            continue;
        if (!nearest || distanceOfMiddles(annotation, last) < distanceOfMiddles(*nearest, last))
            nearest = annotation;
    }
    return nearest;
}

Annotation between(const Annotation& key, Shape shape)
{
    Annotation annotation;
    annotation.classId = key.classId;
    annotation.shape = std::move(shape);
    annotation.flags = key.flags;
    annotation.attributes = key.attributes;
    annotation.zOrder = key.zOrder;
    annotation.sourceName = opinionOf(key);
    return annotation;
}

} // namespace

Result<Edit> makeInterpolation(Project& project, std::span<const ItemId> frames, std::size_t current,
                               const Annotation& last)
{
    if (last.isClassTag() || current >= frames.size())
        return fail(ErrorCode::InvalidArgument, "only a shape can be interpolated");
    std::optional<Annotation> key;
    std::size_t frame = current;
    while (!key && frame > 0 && current - frame < kFarthestKeyFrame) {
        --frame;
        TRAINYARD_TRY(const std::vector<Annotation> annotations, project.annotations(frames[frame]));
        key = sameShape(annotations, last);
    }
    if (!key)
        return fail(ErrorCode::NotFound, "no picture before this one has a " +
                                             std::string(shapeKindName(last.kind())) + " of this class");
    if (frame + 1 == current)
        return fail(ErrorCode::NotFound, "the picture just before has this shape already: none lies between");
    const std::vector<KeyFrame> keys = {{static_cast<std::int64_t>(frame), key->shape},
                                        {static_cast<std::int64_t>(current), last.shape}};
    TRAINYARD_TRY(std::vector<KeyFrame> shapes, framesBetween(keys));
    Edit edit{"interpolate",
              "interpolate " + annotationWords(project, std::span(&last, 1)) + " over " +
                  std::to_string(shapes.size()) + (shapes.size() == 1 ? " picture" : " pictures"),
              {}};
    for (KeyFrame& shape : shapes) {
        const ItemId item = frames[static_cast<std::size_t>(shape.frame)];
        Annotation annotation = between(*key, std::move(shape.shape));
        annotation.item = item;
        TRAINYARD_TRY(Edit one,
                      makeAnnotationsEdit(project, item, "", "", {{std::move(annotation)}, {}, {}}));
        edit.rows.insert(edit.rows.end(), one.rows.begin(), one.rows.end());
    }
    return edit;
}

} // namespace trainyard
