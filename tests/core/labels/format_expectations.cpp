// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/labels/format_expectations.h"

#include "core/labels/format_parts.h"
#include "core/labels/mask_ops.h"

#include <algorithm>
#include <map>

namespace trainyard::test {

namespace {

/// Keeps the annotations that `change` says true to, after it changed them.
void filter(LabelledPicture& picture, const std::function<bool(FileAnnotation&)>& change)
{
    std::vector<FileAnnotation> kept;
    for (FileAnnotation& annotation : picture.annotations)
        if (change(annotation))
            kept.push_back(annotation);
    picture.annotations = std::move(kept);
}

void forgetSequence(LabelledPicture& picture)
{
    picture.sequence.clear();
    picture.frameNumber = 0;
}

/// Class tags, points and lines go; rotated boxes become their corners, polygons with holes their pixels.
LabelSet keptByCoco(LabelSet labels)
{
    for (LabelledPicture& picture : labels.pictures) {
        forgetSequence(picture);
        picture.path = "images/" + std::string(fileNameOf(picture.path));
        filter(picture, [&](FileAnnotation& annotation) {
            const ShapeKind kind = shapeKind(annotation.shape);
            if (kind == ShapeKind::ClassTag || kind == ShapeKind::Point || kind == ShapeKind::Polyline)
                return false;
            if (const auto* box = std::get_if<RotatedBox>(&annotation.shape))
                annotation.shape = Polygon{{{cornersOf(*box), {}}}};
            if (const auto* polygon = std::get_if<Polygon>(&annotation.shape)) {
                const bool hasHoles = std::any_of(polygon->parts.begin(), polygon->parts.end(),
                                                  [](const auto& part) { return !part.holes.empty(); });
                if (hasHoles) {
                    const Mask mask = rasterised(annotation.shape, picture.width, picture.height);
                    if (mask.counts.empty())
                        return false;
                    annotation.shape = mask;
                }
            }
            annotation.sourceName.clear();
            return true;
        });
    }
    return labels;
}

/// Boxes around everything; polygons and masks become what is seen of them; attributes and two marks stay.
LabelSet keptByVoc(LabelSet labels)
{
    for (FileClass& fileClass : labels.classes) {
        const std::string name = fileClass.name;
        fileClass = FileClass();
        fileClass.name = name;
    }
    for (LabelledPicture& picture : labels.pictures) {
        forgetSequence(picture);
        picture.path = "JPEGImages/" + std::string(fileNameOf(picture.path));
        filter(picture, [&](FileAnnotation& annotation) {
            const auto around = boundingBox(annotation.shape);
            if (!around)
                return false;
            const double left = std::max(0.0, around->x);
            const double top = std::max(0.0, around->y);
            const Box box{left, top, std::min<double>(picture.width, around->x + around->width) - left,
                          std::min<double>(picture.height, around->y + around->height) - top};
            if (box.width <= 1 || box.height <= 1)
                return false;
            const ShapeKind kind = shapeKind(annotation.shape);
            if (kind != ShapeKind::Polygon && kind != ShapeKind::Mask)
                annotation.shape = box;
            annotation.score.reset();
            annotation.isModel = false;
            annotation.sourceName.clear();
            annotation.group = 0;
            annotation.flags.isCrowd = false;
            return true;
        });
        // What lies in front hides the pixels of what lies behind.
        std::vector<std::size_t> order;
        for (std::size_t i = 0; i < picture.annotations.size(); ++i)
            if (picture.annotations[i].shape.index() != 1)
                order.push_back(i);
        // Of equal ones the later lies in front.
        std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            const auto za = picture.annotations[a].zOrder;
            const auto zb = picture.annotations[b].zOrder;
            return za != zb ? za > zb : a > b;
        });
        Mask seen;
        for (const std::size_t i : order) {
            FileAnnotation& annotation = picture.annotations[i];
            const Mask all = rasterised(annotation.shape, picture.width, picture.height);
            const Mask visible = subtractedMasks(all, seen);
            if (visible.counts.empty())
                annotation.shape = *boundingBox(annotation.shape);
            else
                annotation.shape = visible;
            seen = unitedMasks(seen, all);
        }
        for (FileAnnotation& annotation : picture.annotations)
            annotation.zOrder = 0;
    }
    return labels;
}

/// The first class of a picture, and nothing else; pictures without one are gone.
LabelSet keptByFolders(LabelSet labels)
{
    std::vector<LabelledPicture> kept;
    std::map<std::string, bool> used;
    for (LabelledPicture& picture : labels.pictures) {
        const auto tag =
            std::find_if(picture.annotations.begin(), picture.annotations.end(), [](const auto& annotation) {
                return shapeKind(annotation.shape) == ShapeKind::ClassTag;
            });
        if (tag == picture.annotations.end())
            continue;
        forgetSequence(picture);
        FileAnnotation plain;
        plain.className = tag->className;
        used[plain.className] = true;
        picture.annotations = {plain};
        picture.path = picture.split + "/" + plain.className + "/" + std::string(fileNameOf(picture.path));
        kept.push_back(picture);
    }
    labels.pictures = std::move(kept);
    labels.classes.clear();
    for (const auto& [name, isUsed] : used) {
        FileClass fileClass;
        fileClass.name = name;
        labels.classes.push_back(std::move(fileClass));
    }
    return labels;
}

} // namespace

const std::vector<FormatExpectation>& formatExpectations()
{
    static const std::vector<FormatExpectation> kExpectations = {
        {"coco", keptByCoco, 0},
        {"pascal-voc", keptByVoc, 1e-9},
        {"image-folder", keptByFolders, 0},
    };
    return kExpectations;
}

} // namespace trainyard::test
