// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/imaging/own_png.h"
#include "core/labels/format_json.h"
#include "core/labels/format_list.h"
#include "core/labels/format_text.h"
#include "core/labels/label_set_builder.h"
#include "core/labels/labelme.h"
#include "core/labels/mask_ops.h"

#include <algorithm>

namespace trainyard {

namespace {

Result<void> writeMask(const Mask& mask, Json& shape)
{
    const std::vector<std::uint8_t> bytes = maskBytes(mask);
    TRAINYARD_TRY(const std::string png, encodeGray8Png(mask.width, mask.height, bytes));
    shape["points"] = ringJson(
        {{static_cast<double>(mask.x), static_cast<double>(mask.y)},
         {static_cast<double>(mask.x + mask.width - 1), static_cast<double>(mask.y + mask.height - 1)}});
    shape["shape_type"] = "mask";
    shape["mask"] = base64Encode(png);
    return {};
}

/// The shapes of one annotation: one, or one for each part of an outline.
Result<void> writeShapes(const FileAnnotation& annotation, Json base, std::int64_t freeGroup, Json& shapes,
                         LossBook& losses)
{
    const auto put = [&](const char* type, const Ring& points) {
        Json shape = base;
        shape["points"] = ringJson(points);
        shape["shape_type"] = type;
        shapes.push_back(std::move(shape));
    };
    if (const auto* box = std::get_if<Box>(&annotation.shape)) {
        put("rectangle", {{box->x, box->y}, {box->x + box->width, box->y + box->height}});
    } else if (const auto* rotated = std::get_if<RotatedBox>(&annotation.shape)) {
        put("oriented_rectangle", cornersOf(*rotated));
    } else if (const auto* polygon = std::get_if<Polygon>(&annotation.shape)) {
        if (polygon->parts.size() > 1 && annotation.group == 0)
            base["group_id"] = freeGroup;
        for (const PolygonPart& part : polygon->parts) {
            put("polygon", part.outline);
            losses.add("holes of outlines were filled", std::ssize(part.holes));
        }
    } else if (const auto* line = std::get_if<Polyline>(&annotation.shape)) {
        put(line->vertices.size() == 2 ? "line" : "linestrip", line->vertices);
    } else if (const auto* point = std::get_if<Vertex>(&annotation.shape)) {
        put("point", {*point});
    } else if (const auto* keypoints = std::get_if<Keypoints>(&annotation.shape)) {
        Ring points;
        for (const Keypoint& each : keypoints->points) {
            if (each.state != KeypointState::Absent)
                points.push_back(each.at);
            else
                losses.add("absent keypoints were left out");
            if (each.state == KeypointState::Hidden)
                losses.add("hidden keypoints became visible");
        }
        put("points", points);
    } else if (const auto* mask = std::get_if<Mask>(&annotation.shape)) {
        TRAINYARD_CHECK(writeMask(*mask, base));
        shapes.push_back(std::move(base));
    }
    return {};
}

Json baseOf(const FileAnnotation& annotation)
{
    Json base = {{"label", annotation.className},
                 {"points", Json::array()},
                 {"group_id", annotation.group > 0 ? Json(annotation.group) : Json()},
                 {"description", ""},
                 {"shape_type", ""},
                 {"flags", Json::object()},
                 {"mask", nullptr}};
    for (const auto& [name, value] : annotation.attributes) {
        if (const auto* flag = std::get_if<bool>(&value))
            base["flags"][name] = *flag;
        else if (const auto* text = std::get_if<std::string>(&value); text && name == "description")
            base["description"] = *text;
        else if (text)
            base["attributes"][name] = *text;
        else
            base["attributes"][name] = std::get<double>(value);
    }
    if (annotation.score)
        base["score"] = *annotation.score;
    addJsonExtra(base, annotation.extra);
    return base;
}

Result<Json> pictureJson(const LabelledPicture& picture, std::string_view place, LossBook& losses)
{
    CarriedFields carried;
    carried.score = carried.group = carried.attributes = true;
    Json flags = Json::object();
    Json shapes = Json::array();
    std::int64_t freeGroup = 0;
    for (const FileAnnotation& each : picture.annotations)
        freeGroup = std::max(freeGroup, each.group);
    for (const FileAnnotation& each : picture.annotations) {
        if (each.className.empty()) {
            losses.leaveOut("annotations without a class were left out");
            continue;
        }
        CarriedFields own = carried;
        if (each.shape.index() == 0) {
            flags[each.className] = true;
            own = {};
        } else {
            TRAINYARD_CHECK(writeShapes(each, baseOf(each), ++freeGroup, shapes, losses));
        }
        countLosses(each, own, losses);
    }
    Json json = {{"version", "5.5.0"},          {"flags", std::move(flags)},
                 {"shapes", std::move(shapes)}, {"imagePath", std::string(fileNameOf(place))},
                 {"imageData", nullptr},        {"imageHeight", picture.height},
                 {"imageWidth", picture.width}};
    addJsonExtra(json, picture.extra);
    return json;
}

} // namespace

Result<LossReport> writeLabelMe(const LabelSet& labels, LabelTarget& target)
{
    LossBook losses;
    NameBook names;
    std::int64_t done = 0;
    for (const LabelledPicture& picture : labels.pictures) {
        TRAINYARD_CHECK(checkCancelled(target.cancellation()));
        target.report({"writing labels", ++done, std::ssize(labels.pictures)});
        const std::string place = names.take(picture.split, picture.path);
        TRAINYARD_CHECK(target.placePicture(picture, place));
        if (!picture.isLabelled)
            continue;
        TRAINYARD_TRY(const Json json, pictureJson(picture, place, losses));
        TRAINYARD_CHECK(target.write(std::string(withoutExtension(place)) + ".json", jsonText(json)));
    }
    return losses.report();
}

FormatSpec labelMeFormat()
{
    return {"labelme",
            "LabelMe",
            "One JSON file beside each picture, with every kind of shape (labelme)",
            recogniseLabelMe,
            labelMeQuestions,
            readLabelMe,
            writeLabelMe};
}

} // namespace trainyard
