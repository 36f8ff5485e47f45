// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/project/label_digest.h"

#include "core/project/annotation_edits.h"
#include "core/project/edits.h"
#include "core/storage/hash.h"
#include "tests/core/project/project_fixture.h"

namespace trainyard::test {

namespace {

Ring randomRing(CounterRandom& random, std::size_t count)
{
    Ring ring(count);
    for (Vertex& vertex : ring)
        vertex = {random.uniform(0, 100), random.uniform(0, 100)};
    return ring;
}

} // namespace

Shape randomShape(ShapeKind kind, CounterRandom& random)
{
    switch (kind) {
    case ShapeKind::ClassTag:
        break;
    case ShapeKind::Box:
        return Box{random.uniform(0, 90), random.uniform(0, 90), random.uniform(1, 10),
                   random.uniform(1, 10)};
    case ShapeKind::RotatedBox:
        return RotatedBox{random.uniform(20, 80), random.uniform(20, 80), random.uniform(1, 20),
                          random.uniform(1, 20), random.uniform(0, 360)};
    case ShapeKind::Polygon:
        return Polygon{{{randomRing(random, 3 + random.below(20)), {randomRing(random, 3)}}}};
    case ShapeKind::Polyline:
        return Polyline{randomRing(random, 2 + random.below(5))};
    case ShapeKind::Point:
        return randomRing(random, 1)[0];
    case ShapeKind::Keypoints:
        return Keypoints{{{randomRing(random, 1)[0], KeypointState::Visible}, {{}, KeypointState::Absent}}};
    case ShapeKind::Mask: {
        const auto first = static_cast<std::uint32_t>(random.below(50));
        return Mask{static_cast<int>(random.below(90)), 3, 10, 10, {first, 7, 93 - first}};
    }
    }
    return {};
}

std::uint64_t labelDigest(Project& project, ItemId id)
{
    const Item item = VALUE(project.item(id));
    Json json = {{"class", item.classId}, {"state", static_cast<int>(item.reviewState)}};
    for (const Annotation& annotation : VALUE(project.annotations(id)))
        json["annotations"].push_back(annotationToJson(annotation));
    return xxh3(jsonLine(json));
}

Result<Edit> labelGesture(Project& project, ItemId item, CounterRandom& random)
{
    const auto annotations = VALUE(project.annotations(item));
    const ClassId classId = project.classes()[random.below(project.classes().size())].id;
    const std::uint64_t what = random.below(10);
    std::vector<Annotation> shapes;
    for (const Annotation& annotation : annotations)
        if (!annotation.isClassTag())
            shapes.push_back(annotation);
    if (what == 0)
        return makeSetClass(project, std::span(&item, 1), classId);
    if (what < 5 || shapes.empty()) {
        Annotation annotation;
        annotation.item = item;
        annotation.classId = classId;
        annotation.shape = randomShape(static_cast<ShapeKind>(2 + random.below(kShapeKinds - 1)), random);
        return makeAddAnnotation(project, annotation);
    }
    Annotation chosen = shapes[random.below(shapes.size())];
    if (what < 7 || shapes.size() > 30)
        return makeDeleteAnnotation(project, item, chosen.id);
    if (what == 7)
        chosen.classId = classId;
    else
        chosen.shape = randomShape(chosen.kind(), random);
    return makeChangeAnnotation(project, chosen);
}

} // namespace trainyard::test
