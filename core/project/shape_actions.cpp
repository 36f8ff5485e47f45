// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/shape_actions.h"

#include "core/labels/shape_boolean.h"
#include "core/labels/shape_convert.h"

#include <algorithm>

namespace trainyard {

namespace {

/// Whether the areas have anything in common. Kinds without an area have nothing.
bool overlap(const Shape& left, const Shape& right)
{
    const auto a = boundingBox(left);
    const auto b = boundingBox(right);
    if (!a || !b || a->x >= b->x + b->width || b->x >= a->x + a->width || a->y >= b->y + b->height ||
        b->y >= a->y + a->height)
        return false;
    const auto common = intersected(left, right);
    return common && common->has_value();
}

/// The first piece stays the annotation; the others are new ones that say the same.
void addPieces(const Annotation& annotation, std::vector<Shape> pieces, AnnotationChanges& changes)
{
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        Annotation piece = annotation;
        piece.shape = std::move(pieces[i]);
        if (i == 0) {
            changes.changed.push_back(std::move(piece));
        } else {
            piece.id = 0;
            changes.added.push_back(std::move(piece));
        }
    }
}

Result<AnnotationChanges> converted(const SelectedShapes& shapes, ShapeKind kind)
{
    AnnotationChanges changes;
    for (const Annotation& annotation : shapes.chosen) {
        if (annotation.kind() == kind)
            continue;
        Annotation after = annotation;
        TRAINYARD_TRY(after.shape,
                      convertedShape(annotation.shape, kind, shapes.pictureWidth, shapes.pictureHeight));
        changes.changed.push_back(std::move(after));
    }
    return changes;
}

} // namespace

Result<AnnotationChanges> joinShapes(const SelectedShapes& shapes)
{
    // The front one is what stays, so its kind and its class count.
    std::vector<Shape> all;
    for (auto annotation = shapes.chosen.rbegin(); annotation != shapes.chosen.rend(); ++annotation)
        all.push_back(annotation->shape);
    AnnotationChanges changes;
    changes.changed.push_back(shapes.chosen.back());
    TRAINYARD_TRY(changes.changed.front().shape, joined(all));
    for (std::size_t i = 0; i + 1 < shapes.chosen.size(); ++i)
        changes.deleted.push_back(shapes.chosen[i].id);
    return changes;
}

Result<AnnotationChanges> subtractShapes(const SelectedShapes& shapes)
{
    const Annotation& what = shapes.chosen.back();
    const std::span<const Annotation> from(shapes.chosen.data(), shapes.chosen.size() - 1);
    TRAINYARD_TRY(AnnotationChanges changes,
                  withoutArea(from, what.shape, shapes.pictureWidth, shapes.pictureHeight));
    if (changes.changed.empty() && changes.deleted.empty())
        return fail(ErrorCode::InvalidArgument, "the front shape touches none of the others");
    changes.deleted.push_back(what.id);
    return changes;
}

Result<AnnotationChanges> splitShapes(const SelectedShapes& shapes)
{
    AnnotationChanges changes;
    for (const Annotation& annotation : shapes.chosen)
        if (std::vector<Shape> pieces = separated(annotation.shape); pieces.size() > 1)
            addPieces(annotation, std::move(pieces), changes);
    if (changes.added.empty())
        return fail(ErrorCode::InvalidArgument, "these shapes are in one part each");
    return changes;
}

Result<AnnotationChanges> convertToPolygons(const SelectedShapes& shapes)
{
    return converted(shapes, ShapeKind::Polygon);
}

Result<AnnotationChanges> convertToMasks(const SelectedShapes& shapes)
{
    return converted(shapes, ShapeKind::Mask);
}

Result<AnnotationChanges> convertToBoxes(const SelectedShapes& shapes)
{
    return converted(shapes, ShapeKind::Box);
}

Result<AnnotationChanges> convertToRotatedBoxes(const SelectedShapes& shapes)
{
    return converted(shapes, ShapeKind::RotatedBox);
}

Result<AnnotationChanges> withoutArea(std::span<const Annotation> chosen, const Shape& what, int pictureWidth,
                                      int pictureHeight)
{
    AnnotationChanges changes;
    for (const Annotation& annotation : chosen) {
        if (!overlap(annotation.shape, what))
            continue;
        // A mask loses the pixels that the drawn area covers, everything else the area itself.
        Shape area = what;
        if (annotation.kind() == ShapeKind::Mask) {
            TRAINYARD_TRY(area, convertedShape(what, ShapeKind::Mask, pictureWidth, pictureHeight));
        }
        TRAINYARD_TRY(std::optional<Shape> left, subtracted(annotation.shape, area));
        if (!left) {
            changes.deleted.push_back(annotation.id);
            continue;
        }
        changes.changed.push_back(annotation);
        changes.changed.back().shape = std::move(*left);
    }
    return changes;
}

Result<AnnotationChanges> cutAlong(std::span<const Annotation> chosen, const Polyline& line)
{
    AnnotationChanges changes;
    for (const Annotation& annotation : chosen)
        if (auto pieces = splitBy(annotation.shape, line); pieces && pieces->size() > 1)
            addPieces(annotation, std::move(*pieces), changes);
    if (changes.added.empty())
        return fail(ErrorCode::InvalidArgument,
                    "the line cuts no shape: it must cross one from side to side");
    return changes;
}

} // namespace trainyard
