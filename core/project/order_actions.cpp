// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/order_actions.h"

#include <algorithm>
#include <set>

namespace trainyard {

namespace {

using Order = std::vector<Annotation>;

std::set<AnnotationId> idsOf(const std::vector<Annotation>& annotations)
{
    std::set<AnnotationId> ids;
    for (const Annotation& annotation : annotations)
        ids.insert(annotation.id);
    return ids;
}

AnnotationChanges changesFrom(std::span<const Annotation> before, const Order& after)
{
    AnnotationChanges changes;
    for (const Annotation& annotation : after) {
        const auto old = std::find_if(before.begin(), before.end(),
                                      [&](const Annotation& other) { return other.id == annotation.id; });
        if (old != before.end() && old->zOrder != annotation.zOrder)
            changes.changed.push_back(annotation);
    }
    return changes;
}

/// Raises numbers as little as it takes for (order, id) to rise along the list.
void raised(Order& order)
{
    for (std::size_t i = 1; i < order.size(); ++i) {
        const Annotation& behind = order[i - 1];
        if (std::pair(order[i].zOrder, order[i].id) <= std::pair(behind.zOrder, behind.id))
            order[i].zOrder = behind.zOrder + (order[i].id > behind.id ? 0 : 1);
    }
}

void lowered(Order& order)
{
    for (std::size_t i = order.size(); i-- > 1;) {
        const Annotation& front = order[i];
        if (std::pair(order[i - 1].zOrder, order[i - 1].id) >= std::pair(front.zOrder, front.id))
            order[i - 1].zOrder = front.zOrder - (order[i - 1].id < front.id ? 0 : 1);
    }
}

} // namespace

Result<AnnotationChanges> broughtToFront(const SelectedShapes& shapes)
{
    const std::set<AnnotationId> ids = idsOf(shapes.chosen);
    Order order(shapes.all.begin(), shapes.all.end());
    std::stable_partition(order.begin(), order.end(),
                          [&](const Annotation& shape) { return !ids.contains(shape.id); });
    raised(order);
    return changesFrom(shapes.all, order);
}

Result<AnnotationChanges> sentToBack(const SelectedShapes& shapes)
{
    const std::set<AnnotationId> ids = idsOf(shapes.chosen);
    Order order(shapes.all.begin(), shapes.all.end());
    std::stable_partition(order.begin(), order.end(),
                          [&](const Annotation& shape) { return ids.contains(shape.id); });
    lowered(order);
    return changesFrom(shapes.all, order);
}

Result<AnnotationChanges> broughtForward(const SelectedShapes& shapes)
{
    const std::set<AnnotationId> ids = idsOf(shapes.chosen);
    Order order(shapes.all.begin(), shapes.all.end());
    for (std::size_t i = order.size() - 1; i-- > 0;)
        if (ids.contains(order[i].id) && !ids.contains(order[i + 1].id))
            std::swap(order[i], order[i + 1]);
    raised(order);
    return changesFrom(shapes.all, order);
}

Result<AnnotationChanges> sentBackward(const SelectedShapes& shapes)
{
    const std::set<AnnotationId> ids = idsOf(shapes.chosen);
    Order order(shapes.all.begin(), shapes.all.end());
    for (std::size_t i = 1; i < order.size(); ++i)
        if (ids.contains(order[i].id) && !ids.contains(order[i - 1].id))
            std::swap(order[i], order[i - 1]);
    lowered(order);
    return changesFrom(shapes.all, order);
}

} // namespace trainyard
