// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/imaging/own_png.h"
#include "core/imaging/selection/bitmap.h"
#include "core/labels/corner_box.h"
#include "core/labels/format_json.h"
#include "core/labels/format_list.h"
#include "core/labels/format_text.h"
#include "core/labels/label_set_builder.h"
#include "core/labels/mask_ops.h"
#include "core/labels/mask_png.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace trainyard {

namespace {

/// LabelMe (labelme 3 to 6): one JSON file for each picture. Pictures are shown upright.

constexpr std::uint64_t kMaxFileBytes = 512U << 20; // imageData holds the picture itself
constexpr const char* kGroupKey = "labelme-groups";
constexpr int kCircleCorners = 64;

bool isLabelMe(const Json& json)
{
    return json.is_object() && json.contains("shapes") &&
           (json.contains("imagePath") || json.contains("imageData"));
}

int recognise(LabelSource& source)
{
    int looked = 0;
    for (const std::string& file : source.files()) {
        if (extensionOf(file) != ".json")
            continue;
        if (++looked > 5)
            break;
        const auto bytes = source.read(file, kMaxFileBytes);
        if (bytes && bytes->find("\"shapes\"") != std::string::npos &&
            bytes->find("\"imagePath\"") != std::string::npos)
            return 95;
    }
    return 0;
}

std::vector<FormatQuestion> questions(LabelSource&)
{
    return {{kGroupKey,
             "Outlines of one class with the same group_id: parts of one object, or objects that belong "
             "together?",
             {"parts", "group"},
             "parts",
             false}};
}

tl::unexpected<Error> fault(const std::string& what)
{
    return fail(ErrorCode::InvalidArgument, what);
}

Result<Shape> maskShape(const Json& shape, const Ring& points)
{
    if (points.size() != 2)
        return fault("a mask needs two points");
    const std::string png = base64Decode(jsonTextOf(shape, "mask"));
    if (png.empty())
        return fault("'mask' is not a picture in base64");
    TRAINYARD_TRY(const MaskPicture picture, decodeMaskPng(png));
    Bitmap bitmap;
    bitmap.x = static_cast<int>(std::lround(std::clamp(points[0].x, -1e6, 1e6)));
    bitmap.y = static_cast<int>(std::lround(std::clamp(points[0].y, -1e6, 1e6)));
    bitmap.width = picture.width;
    bitmap.height = picture.height;
    bitmap.bytes = picture.values;
    return maskFromBitmap(bitmap);
}

Shape circleShape(const Ring& points)
{
    const double radius = std::hypot(points[1].x - points[0].x, points[1].y - points[0].y);
    Ring ring;
    for (int i = 0; i < kCircleCorners; ++i) {
        const double angle = 2 * std::numbers::pi * i / kCircleCorners;
        ring.push_back({points[0].x + radius * std::cos(angle), points[0].y + radius * std::sin(angle)});
    }
    return Polygon{{PolygonPart{ring, {}}}};
}

Result<Shape> readShape(const Json& shape, LossBook& losses)
{
    const auto points = jsonRing(jsonMember(shape, "points"));
    if (!points)
        return fault("'points' is not a list of [x, y]");
    std::string type = jsonTextOf(shape, "shape_type");
    if (type.empty())
        type = "polygon"; // before labelme 3.6
    const bool needsTwo = type == "rectangle" || type == "circle" || type == "line";
    if (needsTwo && points->size() != 2)
        return fault("a " + type + " has two points, not " + std::to_string(points->size()));
    if (type == "polygon")
        return Polygon{{PolygonPart{*points, {}}}};
    if (type == "rectangle") {
        const Vertex& a = points->front();
        const Vertex& b = points->back();
        return Box{std::min(a.x, b.x), std::min(a.y, b.y), std::abs(a.x - b.x), std::abs(a.y - b.y)};
    }
    if (type == "oriented_rectangle" || type == "rotation")
        return points->size() == 4 ? Result<Shape>(shapeFromCorners(*points))
                                   : fault("an " + type + " has four points");
    if (type == "circle") {
        losses.add("circles became outlines of 64 corners");
        return circleShape(*points);
    }
    if (type == "line" || type == "linestrip")
        return Polyline{*points};
    if (type == "point")
        return points->size() == 1 ? Result<Shape>(points->front()) : fault("a point has one place");
    if (type == "points") {
        Keypoints keypoints;
        for (const Vertex& vertex : *points)
            keypoints.points.push_back({vertex, KeypointState::Visible});
        return keypoints;
    }
    if (type == "mask")
        return maskShape(shape, *points);
    return fault("unknown shape_type '" + displayText(type) + "'");
}

Result<FileAnnotation> readAnnotation(const Json& json, LossBook& losses)
{
    FileAnnotation annotation;
    const Json& label = jsonMember(json, "label");
    if (!label.is_string() || label.get_ref<const std::string&>().empty())
        return fault("the shape has no 'label'");
    annotation.className = label.get<std::string>();
    TRAINYARD_TRY(annotation.shape, readShape(json, losses));
    if (const Json& flags = jsonMember(json, "flags"); flags.is_object())
        for (const auto& [name, value] : flags.items())
            if (value.is_boolean())
                annotation.attributes[name] = value.get<bool>();
    if (const Json& attributes = jsonMember(json, "attributes"); attributes.is_object())
        for (const auto& [name, value] : attributes.items()) {
            if (value.is_string())
                annotation.attributes[name] = value.get<std::string>();
            else if (const auto number = jsonNumber(value))
                annotation.attributes[name] = *number;
        }
    if (const std::string text = jsonTextOf(json, "description"); !text.empty())
        annotation.attributes["description"] = text;
    annotation.score = jsonNumber(jsonMember(json, "score"));
    if (const auto group = jsonWhole(jsonMember(json, "group_id")))
        annotation.group = *group >= 0 ? *group : 0;
    annotation.extra = jsonExtra(json, {"label", "points", "shape_type", "flags", "attributes", "description",
                                        "score", "group_id", "mask"});
    return annotation;
}

/// 0 means no group here, and is one for LabelMe.
void moveGroupZero(const Json& shapes, std::vector<FileAnnotation>& annotations)
{
    std::int64_t highest = 0;
    for (const FileAnnotation& each : annotations)
        highest = std::max(highest, each.group);
    for (std::size_t i = 0; i < annotations.size(); ++i)
        if (jsonWhole(jsonMember(shapes[static_cast<std::size_t>(annotations[i].number - 1)], "group_id")) ==
            0)
            annotations[i].group = highest + 1;
}

/// Outlines of one class and group become the parts of one; the group stays where it has other members.
void joinParts(LabelledPicture& picture, LabelSet& set)
{
    std::vector<FileAnnotation> joined;
    std::map<std::pair<std::string, std::int64_t>, std::size_t> firsts;
    for (FileAnnotation& each : picture.annotations) {
        auto* polygon = std::get_if<Polygon>(&each.shape);
        if (polygon && each.group > 0) {
            const auto [first, isNew] = firsts.emplace(std::pair(each.className, each.group), joined.size());
            if (!isNew) {
                auto& parts = std::get<Polygon>(joined[first->second].shape).parts;
                parts.insert(parts.end(), polygon->parts.begin(), polygon->parts.end());
                --set.read;
                continue;
            }
        }
        joined.push_back(std::move(each));
    }
    picture.annotations = std::move(joined);
    for (const auto& [key, index] : firsts) {
        const auto members = std::count_if(picture.annotations.begin(), picture.annotations.end(),
                                           [&](const auto& each) { return each.group == key.second; });
        if (members == 1 && std::get<Polygon>(picture.annotations[index].shape).parts.size() > 1)
            picture.annotations[index].group = 0;
    }
}

void readFile(const Json& json, const std::string& file, const SourcePictures& finder, bool joins,
              LabelSource& source, LabelSetBuilder& builder)
{
    std::string path = finder.find(jsonTextOf(json, "imagePath"), file);
    if (!finder.has(path)) // renamed pictures keep the name of their label file
        if (const std::string own = finder.findByStem(stemOf(file), file); !own.empty())
            path = own;
    const Json& shapes = jsonMember(json, "shapes");
    if (path.empty() || !shapes.is_array()) {
        builder.rejectFile(file, {ErrorCode::CorruptFile,
                                  displayText(file) + (path.empty() ? ": 'imagePath' names no picture"
                                                                    : ": 'shapes' is not a list"),
                                  {}});
        return;
    }
    LabelledPicture& picture = builder.picture(path);
    picture.frame = CoordinateFrame::Upright;
    picture.width = jsonSize(json, "imageWidth");
    picture.height = jsonSize(json, "imageHeight");
    if (const auto size = source.pictureSize(path); size && (picture.width == 0 || picture.height == 0)) {
        picture.width = size->width;
        picture.height = size->height;
    }
    picture.split = splitOfPath(path);
    picture.labelFile = file;
    picture.extra = jsonExtra(
        json, {"version", "flags", "shapes", "imagePath", "imageData", "imageHeight", "imageWidth"});
    std::vector<FileAnnotation> annotations;
    std::int64_t number = 0;
    for (const Json& shape : shapes) {
        ++number;
        const std::string place = "shape " + std::to_string(number);
        auto annotation = readAnnotation(shape, builder.losses);
        if (!annotation) {
            builder.reject(file, place, annotation.error().message);
            continue;
        }
        annotation->place = place;
        annotation->number = number;
        annotations.push_back(std::move(*annotation));
    }
    moveGroupZero(shapes, annotations);
    if (const Json& flags = jsonMember(json, "flags"); flags.is_object())
        for (const auto& [name, value] : flags.items())
            if (value.is_boolean() && value.get<bool>()) {
                FileAnnotation tag;
                tag.className = name;
                tag.place = "flag '" + displayText(name) + "'";
                annotations.push_back(std::move(tag));
            }
    for (FileAnnotation& each : annotations)
        builder.accept(picture, std::move(each), file);
    if (joins)
        joinParts(picture, builder.set);
}

Result<LabelSet> read(LabelSource& source, const FormatAnswers& answers)
{
    const auto answer = answers.find(kGroupKey);
    const bool joins = answer == answers.end() || answer->second == "parts";
    const SourcePictures finder(source);
    LabelSetBuilder builder;
    std::int64_t done = 0;
    for (const std::string& file : source.files()) {
        TRAINYARD_CHECK(checkCancelled(source.cancellation()));
        source.report({"reading labels", ++done, std::ssize(source.files())});
        if (extensionOf(file) != ".json")
            continue;
        const auto bytes = source.read(file, kMaxFileBytes);
        const auto json = bytes ? parseJson(*bytes, displayText(file)) : Result<Json>(fail(bytes.error()));
        if (!json)
            builder.rejectFile(file, json.error());
        else if (!isLabelMe(*json))
            builder.losses.add("JSON files without 'shapes' and 'imagePath' were not looked at");
        else
            readFile(*json, file, finder, joins, source, builder);
    }
    return builder.finish();
}

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
            losses.add("annotations without a class were left out");
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

Result<LossReport> write(const LabelSet& labels, LabelTarget& target)
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

} // namespace

FormatSpec labelMeFormat()
{
    return {"labelme", "LabelMe", "One JSON file beside each picture, with every kind of shape (labelme)",
            recognise, questions, read,
            write};
}

} // namespace trainyard
