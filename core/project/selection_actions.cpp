// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/selection_actions.h"

#include "core/labels/geometry.h"
#include "core/project/order_actions.h"
#include "core/project/shape_actions.h"

#include <algorithm>
#include <map>
#include <set>

namespace trainyard {

namespace {

constexpr double kCopyOffset = 10; ///< pixels, so that a copy can be told from what it copies

std::int64_t highestGroup(std::span<const Annotation> all)
{
    std::int64_t highest = 0;
    for (const Annotation& annotation : all)
        highest = std::max(highest, annotation.group);
    return highest;
}

Result<AnnotationChanges> duplicated(const SelectedShapes& shapes)
{
    return AnnotationChanges{copiesOf(shapes.chosen, shapes.all, kCopyOffset, kCopyOffset), {}, {}};
}

Result<AnnotationChanges> deleted(const SelectedShapes& shapes)
{
    AnnotationChanges changes;
    for (const Annotation& annotation : shapes.chosen)
        changes.deleted.push_back(annotation.id);
    return changes;
}

Result<AnnotationChanges> grouped(const SelectedShapes& shapes)
{
    AnnotationChanges changes{{}, shapes.chosen, {}};
    const std::int64_t group = highestGroup(shapes.all) + 1;
    for (Annotation& annotation : changes.changed)
        annotation.group = group;
    return changes;
}

Result<AnnotationChanges> ungrouped(const SelectedShapes& shapes)
{
    AnnotationChanges changes{{}, shapes.chosen, {}};
    for (Annotation& annotation : changes.changed)
        annotation.group = 0;
    return changes;
}

/// On for all, unless it is on for all already.
template <bool ShapeFlags::*Flag>
Result<AnnotationChanges> toggled(const SelectedShapes& shapes)
{
    const bool isOn = std::all_of(shapes.chosen.begin(), shapes.chosen.end(),
                                  [](const Annotation& annotation) { return annotation.flags.*Flag; });
    return withFlag(shapes.chosen, Flag, !isOn);
}

constexpr SelectionAction kActions[] = {
    {"duplicate", "duplicate", "duplicate", 1, duplicated},
    {"delete", "delete-shapes", "delete", 1, deleted},
    {"join", "join", "join", 2, joinShapes},
    {"subtract", "subtract", "subtract from", 2, subtractShapes},
    {"split", "split", "split", 1, splitShapes},
    {"toPolygon", "convert", "make a polygon of", 1, convertToPolygons},
    {"toMask", "convert", "make a mask of", 1, convertToMasks},
    {"toBox", "convert", "make a box of", 1, convertToBoxes},
    {"toRotatedBox", "convert", "make a rotated box of", 1, convertToRotatedBoxes},
    {"front", "order", "bring to the front", 1, broughtToFront},
    {"back", "order", "send to the back", 1, sentToBack},
    {"up", "order", "bring forward", 1, broughtForward},
    {"down", "order", "send backward", 1, sentBackward},
    {"group", "group", "group", 2, grouped},
    {"ungroup", "group", "ungroup", 1, ungrouped},
    {"occluded", "flag", "occluded or not:", 1, toggled<&ShapeFlags::isOccluded>},
    {"truncated", "flag", "truncated or not:", 1, toggled<&ShapeFlags::isTruncated>},
    {"crowd", "flag", "crowd or not:", 1, toggled<&ShapeFlags::isCrowd>},
};

} // namespace

std::span<const SelectionAction> selectionActions()
{
    return kActions;
}

const SelectionAction* findSelectionAction(std::string_view key)
{
    for (const SelectionAction& action : kActions)
        if (action.key == key)
            return &action;
    return nullptr;
}

AnnotationChanges withClass(std::span<const Annotation> chosen, ClassId classId)
{
    AnnotationChanges changes{{}, {chosen.begin(), chosen.end()}, {}};
    for (Annotation& annotation : changes.changed)
        annotation.classId = classId;
    return changes;
}

AnnotationChanges withAttribute(std::span<const Annotation> chosen, const std::string& name,
                                const std::optional<AttributeValue>& value)
{
    AnnotationChanges changes{{}, {chosen.begin(), chosen.end()}, {}};
    for (Annotation& annotation : changes.changed) {
        if (value)
            annotation.attributes.insert_or_assign(name, *value);
        else
            annotation.attributes.erase(name);
    }
    return changes;
}

AnnotationChanges withFlag(std::span<const Annotation> chosen, bool ShapeFlags::*flag, bool isOn)
{
    AnnotationChanges changes{{}, {chosen.begin(), chosen.end()}, {}};
    for (Annotation& annotation : changes.changed)
        annotation.flags.*flag = isOn;
    return changes;
}

std::vector<Annotation> copiesOf(std::span<const Annotation> annotations, std::span<const Annotation> all,
                                 double right, double down)
{
    std::vector<Annotation> copies(annotations.begin(), annotations.end());
    std::map<std::int64_t, std::int64_t> groups;
    std::int64_t nextGroup = highestGroup(all);
    for (Annotation& annotation : copies) {
        annotation.id = 0;
        annotation.item = 0;
        annotation.zOrder = 0;
        annotation.source = AnnotationSource::Person;
        annotation.sourceName.clear();
        annotation.score.reset();
        annotation.isReviewed = false;
        annotation.shape = moved(annotation.shape, right, down);
        if (annotation.group > 0) {
            const auto [place, isNew] = groups.try_emplace(annotation.group, nextGroup + 1);
            nextGroup += isNew ? 1 : 0;
            annotation.group = place->second;
        }
    }
    return copies;
}

} // namespace trainyard
