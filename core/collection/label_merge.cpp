// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/label_merge.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <unordered_map>

namespace trainyard {

namespace {

constexpr double kSameThing = 0.5; ///< intersection over union of the boxes around

void putNumber(std::string& bytes, std::int64_t number)
{
    bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
}

/// Equal for labels that say the same, whoever gave them.
std::string fingerprint(const Annotation& annotation)
{
    std::string bytes = shapeToBytes(annotation.shape);
    putNumber(bytes, static_cast<std::int64_t>(annotation.kind()));
    if (const Box* box = annotation.box())
        for (const double value : {box->x, box->y, box->width, box->height})
            putNumber(bytes, std::bit_cast<std::int64_t>(value + 0.0));
    putNumber(bytes, annotation.classId);
    putNumber(bytes, annotation.group);
    putNumber(bytes, annotation.zOrder);
    putNumber(bytes, flagsToNumber(annotation.flags));
    return bytes + attributesToText(annotation.attributes);
}

double overlap(const Annotation& a, const Annotation& b)
{
    if (a.isClassTag() && b.isClassTag())
        return 1;
    const auto one = boundingBox(a.shape);
    const auto other = boundingBox(b.shape);
    if (!one || !other)
        return 0;
    const double width = std::min(one->x + one->width, other->x + other->width) - std::max(one->x, other->x);
    const double height =
        std::min(one->y + one->height, other->y + other->height) - std::max(one->y, other->y);
    if (width <= 0 || height <= 0)
        return 0;
    const double shared = width * height;
    return shared / (one->width * one->height + other->width * other->height - shared);
}

/// The project's label with what the source says of it.
Annotation replaced(const Annotation& present, const Annotation& incoming)
{
    Annotation after = incoming;
    after.id = present.id;
    after.item = present.item;
    return after;
}

/// Pairs what is left of both sides; the project's labels that nothing is like are removed.
void replaceWithTheirs(std::vector<const Annotation*> mine, std::vector<Annotation> theirs, LabelMerge& merge)
{
    for (Annotation& label : theirs) {
        auto best = mine.end();
        double bestOverlap = kSameThing;
        for (auto it = mine.begin(); it != mine.end(); ++it) {
            if ((*it)->kind() != label.kind() || ((*it)->classId != label.classId && !label.isClassTag()))
                continue;
            if (const double shared = overlap(**it, label); shared >= bestOverlap) {
                best = it;
                bestOverlap = shared;
            }
        }
        if (best == mine.end()) {
            merge.added.push_back(std::move(label));
            continue;
        }
        merge.changed.emplace_back(**best, replaced(**best, label));
        mine.erase(best);
    }
    for (const Annotation* label : mine)
        merge.removed.push_back(*label);
}

} // namespace

LabelMerge mergeLabels(const std::vector<Annotation>& present, std::vector<Annotation> incoming,
                       bool isLabelled, MergeRule rule)
{
    LabelMerge merge;
    if (present.empty() && !isLabelled) {
        merge.added = std::move(incoming);
        return merge;
    }
    std::unordered_multimap<std::string, const Annotation*> known;
    for (const Annotation& annotation : present)
        known.emplace(fingerprint(annotation), &annotation);
    std::vector<Annotation> different;
    for (Annotation& label : incoming) {
        const auto found = known.find(fingerprint(label));
        if (found != known.end()) {
            known.erase(found);
            ++merge.same;
        } else {
            different.push_back(std::move(label));
        }
    }
    std::vector<const Annotation*> mine;
    for (const Annotation& annotation : present) {
        const auto [first, last] = known.equal_range(fingerprint(annotation));
        if (std::any_of(first, last, [&](const auto& entry) { return entry.second == &annotation; }))
            mine.push_back(&annotation);
    }
    merge.differs = !different.empty() || !mine.empty();
    switch (rule) {
    case MergeRule::Keep:
        merge.left = std::ssize(different);
        break;
    case MergeRule::Theirs:
        replaceWithTheirs(std::move(mine), std::move(different), merge);
        break;
    case MergeRule::Both:
        for (Annotation& label : different)
            merge.added.push_back(std::move(label));
        break;
    }
    return merge;
}

bool LabelMerge::changesTags() const
{
    const auto isTag = [](const Annotation& label) { return label.isClassTag(); };
    return std::any_of(added.begin(), added.end(), isTag) ||
           std::any_of(removed.begin(), removed.end(), isTag) ||
           std::any_of(changed.begin(), changed.end(),
                       [&](const auto& change) { return isTag(change.first) || isTag(change.second); });
}

std::vector<Annotation> mergedLabels(std::vector<Annotation> present, const LabelMerge& merge)
{
    std::erase_if(present, [&](const Annotation& label) {
        return std::any_of(merge.removed.begin(), merge.removed.end(),
                           [&](const Annotation& gone) { return gone.id == label.id; });
    });
    for (Annotation& label : present)
        for (const auto& [before, after] : merge.changed)
            if (before.id == label.id)
                label = after;
    present.insert(present.end(), merge.added.begin(), merge.added.end());
    return present;
}

Annotation annotationFromFile(const FileAnnotation& label, ClassId classId, std::string_view format)
{
    Annotation annotation;
    annotation.classId = classId;
    annotation.shape = label.shape;
    annotation.source = AnnotationSource::Import;
    annotation.sourceName = format;
    annotation.score = label.score;
    annotation.group = label.group;
    annotation.zOrder = label.zOrder;
    annotation.flags = label.flags;
    annotation.attributes = label.attributes;
    annotation.extra = wrappedExtra(format, label.extra);
    return annotation;
}

std::string wrappedExtra(std::string_view format, const std::string& extra)
{
    if (extra.empty())
        return {};
    return "{\"" + std::string(format) + "\":" + extra + "}";
}

std::string unwrappedExtra(std::string_view format, const std::string& extra)
{
    if (extra.empty())
        return {};
    const auto json = parseJson(extra, "extra");
    if (!json || !json->is_object() || !json->contains(format))
        return {};
    return json->at(std::string(format)).dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace trainyard
