// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/coco_write.h"

#include "core/labels/format_parts.h"
#include "core/labels/geometry.h"
#include "core/labels/mask_codec.h"
#include "core/labels/mask_ops.h"

#include <algorithm>
#include <map>
#include <set>

namespace trainyard {

namespace {

/// The object that a format's unknown keys were kept as.
Json extraObject(const std::string& extra)
{
    if (extra.empty())
        return Json::object();
    auto json = parseJson(extra, "extra");
    return json && json->is_object() ? std::move(*json) : Json::object();
}

/// Numbers for things, the kept ones first.
class Numbers
{
public:
    void keep(std::int64_t number) { m_taken.insert(number); }
    [[nodiscard]] bool isFree(std::int64_t number) const { return !m_taken.contains(number); }
    std::int64_t take(std::optional<std::int64_t> wanted)
    {
        if (wanted && m_taken.insert(*wanted).second)
            return *wanted;
        while (!m_taken.insert(m_next).second)
            ++m_next;
        return m_next;
    }

private:
    std::set<std::int64_t> m_taken;
    std::int64_t m_next = 1;
};

Json categoryJson(const FileClass& fileClass, std::int64_t id)
{
    Json json = {{"id", id}, {"name", fileClass.name}};
    if (!fileClass.parent.empty())
        json["supercategory"] = fileClass.parent;
    if (fileClass.colour)
        json["color"] = {*fileClass.colour >> 16 & 0xFF, *fileClass.colour >> 8 & 0xFF,
                         *fileClass.colour & 0xFF};
    if (!fileClass.skeleton.names.empty()) {
        json["keypoints"] = fileClass.skeleton.names;
        json["skeleton"] = Json::array();
        for (const auto& [from, to] : fileClass.skeleton.bones)
            json["skeleton"].push_back({from + 1, to + 1});
    }
    if (!fileClass.attributes.empty())
        if (auto specs = parseJson(attributeSpecsToText(fileClass.attributes), "attributes"))
            json["attributes"] = std::move(*specs);
    const Json extra = extraObject(fileClass.extra);
    for (const auto& [key, value] : extra.items())
        if (!json.contains(key))
            json[key] = value;
    return json;
}

Json ringJson(const Ring& ring)
{
    Json numbers = Json::array();
    for (const Vertex& vertex : ring) {
        numbers.push_back(vertex.x);
        numbers.push_back(vertex.y);
    }
    return numbers;
}

bool hasHoles(const Polygon& polygon)
{
    return std::any_of(polygon.parts.begin(), polygon.parts.end(),
                       [](const PolygonPart& part) { return !part.holes.empty(); });
}

class CocoWriter
{
public:
    CocoWriter(const LabelSet& labels, LabelTarget& target) : m_labels(labels), m_target(target) {}

    Result<LossReport> write();

private:
    void numberClasses();
    Result<void> addPicture(const LabelledPicture& picture);
    void addAnnotations(const LabelledPicture& picture, std::int64_t image);
    bool putShape(Json& json, const Shape& shape, const LabelledPicture& picture);
    void putMask(Json& json, const Mask& mask, const LabelledPicture& picture);
    static void putKeypoints(Json& json, const Keypoints& keypoints);
    void putMarks(Json& json, const FileAnnotation& annotation, bool isPair);
    Result<void> writeSplit(const std::string& split);

    struct Part
    {
        std::string images;
        std::string annotations;
    };

    const LabelSet& m_labels;
    LabelTarget& m_target;
    LossBook m_losses;
    NameBook m_names;
    Numbers m_classNumbers, m_imageNumbers;
    std::map<std::string, std::int64_t> m_classIds;
    Json m_categories = Json::array();
    std::map<std::string, Part> m_parts; ///< by split, as text: a tree of a million annotations is too large
    std::int64_t m_nextAnnotation = 1;
};

void CocoWriter::numberClasses()
{
    LabelSet named;
    named.classes = m_labels.classes;
    std::set<std::string> known;
    for (const FileClass& fileClass : named.classes)
        known.insert(fileClass.name);
    for (const LabelledPicture& picture : m_labels.pictures)
        for (const FileAnnotation& annotation : picture.annotations)
            if (!annotation.className.empty() && known.insert(annotation.className).second) {
                FileClass fileClass;
                fileClass.name = annotation.className;
                named.classes.push_back(std::move(fileClass));
            }
    for (const FileClass& fileClass : named.classes)
        if (fileClass.number && m_classNumbers.isFree(*fileClass.number))
            m_classIds.emplace(fileClass.name, m_classNumbers.take(fileClass.number));
    for (const FileClass& fileClass : named.classes) {
        if (!m_classIds.contains(fileClass.name))
            m_classIds.emplace(fileClass.name, m_classNumbers.take(std::nullopt));
        m_categories.push_back(categoryJson(fileClass, m_classIds.at(fileClass.name)));
    }
}

void CocoWriter::putMask(Json& json, const Mask& mask, const LabelledPicture& picture)
{
    const auto counts = toCocoCounts(mask, picture.width, picture.height);
    Json rle = {{"size", {picture.height, picture.width}}};
    rle["counts"] = toCocoString(counts);
    json["segmentation"] = std::move(rle);
    json["area"] = maskArea(mask);
}

/// False where COCO has no word for it.
bool CocoWriter::putShape(Json& json, const Shape& shape, const LabelledPicture& picture)
{
    const auto box = boundingBox(shape);
    if (!box)
        return false;
    json["bbox"] = {box->x, box->y, box->width, box->height};
    switch (shapeKind(shape)) {
    case ShapeKind::Box:
        json["area"] = box->width * box->height;
        json["segmentation"] = Json::array();
        return true;
    case ShapeKind::RotatedBox:
        m_losses.add("rotated boxes became polygons of four corners");
        json["area"] = area(shape);
        json["segmentation"] = Json::array({ringJson(cornersOf(std::get<RotatedBox>(shape)))});
        return true;
    case ShapeKind::Polygon: {
        const auto& polygon = std::get<Polygon>(shape);
        if (hasHoles(polygon)) {
            const Mask mask = rasterised(shape, picture.width, picture.height);
            if (mask.counts.empty())
                return false;
            m_losses.add("polygons with holes became masks of whole pixels");
            putMask(json, mask, picture);
            return true;
        }
        json["area"] = area(shape);
        json["segmentation"] = Json::array();
        for (const PolygonPart& part : polygon.parts)
            json["segmentation"].push_back(ringJson(part.outline));
        return true;
    }
    case ShapeKind::Mask:
        putMask(json, std::get<Mask>(shape), picture);
        return true;
    case ShapeKind::Keypoints:
        json["area"] = box->width * box->height;
        putKeypoints(json, std::get<Keypoints>(shape));
        return true;
    default:
        return false;
    }
}

void CocoWriter::putKeypoints(Json& json, const Keypoints& keypoints)
{
    Json numbers = Json::array();
    int count = 0;
    for (const Keypoint& point : keypoints.points) {
        numbers.push_back(point.at.x);
        numbers.push_back(point.at.y);
        numbers.push_back(static_cast<int>(point.state));
        count += point.state == KeypointState::Absent ? 0 : 1;
    }
    json["keypoints"] = std::move(numbers);
    json["num_keypoints"] = count;
}

void CocoWriter::putMarks(Json& json, const FileAnnotation& annotation, bool isPair)
{
    json["iscrowd"] = annotation.flags.isCrowd ? 1 : 0;
    Json attributes = attributesToJson(annotation.attributes);
    if (annotation.flags.isOccluded)
        attributes["occluded"] = true;
    if (annotation.flags.isTruncated)
        attributes["truncated"] = true;
    if (!attributes.empty())
        json["attributes"] = std::move(attributes);
    if (annotation.score)
        json["score"] = *annotation.score;
    if (annotation.group != 0 && !isPair)
        json["group"] = annotation.group;
    if (annotation.zOrder != 0)
        json["z_order"] = annotation.zOrder;
    if (!annotation.sourceName.empty())
        m_losses.add("labels lost the name of their source");
    const Json extra = extraObject(annotation.extra);
    for (const auto& [key, value] : extra.items())
        if (!json.contains(key))
            json[key] = value;
}

/// The other half of a record with an outline and keypoints: the only other one of its group.
const FileAnnotation* partner(const LabelledPicture& picture, const FileAnnotation& annotation)
{
    if (annotation.group == 0)
        return nullptr;
    const FileAnnotation* found = nullptr;
    for (const FileAnnotation& other : picture.annotations) {
        if (&other == &annotation || other.group != annotation.group)
            continue;
        if (found != nullptr)
            return nullptr;
        found = &other;
    }
    return found;
}

bool isPair(const FileAnnotation& outline, const FileAnnotation& points)
{
    const ShapeKind kind = shapeKind(outline.shape);
    const bool isOutline = kind == ShapeKind::Box || kind == ShapeKind::Polygon || kind == ShapeKind::Mask;
    return isOutline && shapeKind(points.shape) == ShapeKind::Keypoints &&
           outline.className == points.className && outline.flags == points.flags &&
           outline.attributes == points.attributes && outline.score == points.score &&
           outline.zOrder == points.zOrder && points.extra.empty();
}

void CocoWriter::addAnnotations(const LabelledPicture& picture, std::int64_t image)
{
    std::string& text = m_parts[picture.split].annotations;
    for (const FileAnnotation& annotation : picture.annotations) {
        const FileAnnotation* other = partner(picture, annotation);
        if (other != nullptr && isPair(*other, annotation))
            continue; // written with the outline
        if (annotation.className.empty()) {
            m_losses.leaveOut("labels without a class were left out");
            continue;
        }
        Json json = {{"id", m_nextAnnotation}, {"image_id", image}};
        json["category_id"] = m_classIds.at(annotation.className);
        if (!putShape(json, annotation.shape, picture)) {
            m_losses.leaveOut("labels of whole pictures, points and lines were left out");
            continue;
        }
        const bool hasPoints = other != nullptr && isPair(annotation, *other);
        if (hasPoints)
            putKeypoints(json, std::get<Keypoints>(other->shape));
        putMarks(json, annotation, hasPoints);
        ++m_nextAnnotation;
        text += (text.empty() ? "" : ",\n") + json.dump(-1, ' ', false, Json::error_handler_t::replace);
    }
}

Result<void> CocoWriter::addPicture(const LabelledPicture& picture)
{
    const std::string file = m_names.take("images", picture.path);
    TRAINYARD_CHECK(m_target.placePicture(picture, file));
    if (file != picture.path)
        m_losses.note("pictures were put into the folder images");
    if (!picture.isLabelled) {
        m_losses.add("unlabelled pictures look like pictures without objects");
    }
    Json known = extraObject(picture.extra);
    std::optional<std::int64_t> wanted;
    if (known.contains("id") && known["id"].is_number_integer())
        wanted = known["id"].get<std::int64_t>();
    const std::int64_t id = m_imageNumbers.take(wanted);
    Json json = {{"id", id}, {"file_name", file}, {"width", picture.width}, {"height", picture.height}};
    if (!picture.sequence.empty() || picture.frameNumber != 0)
        m_losses.add("pictures lost their place in a sequence");
    for (const auto& [key, value] : known.items())
        if (!json.contains(key))
            json[key] = value;
    std::string& text = m_parts[picture.split].images;
    text += (text.empty() ? "" : ",\n") + json.dump(-1, ' ', false, Json::error_handler_t::replace);
    addAnnotations(picture, id);
    return {};
}

Result<void> CocoWriter::writeSplit(const std::string& split)
{
    const Part& part = m_parts[split];
    Json head = extraObject(m_labels.extra);
    std::string text = "{";
    for (const auto& [key, value] : head.items())
        if (key != "images" && key != "annotations" && key != "categories")
            text += Json(key).dump(-1, ' ', false, Json::error_handler_t::replace) + ": " +
                    value.dump(-1, ' ', false, Json::error_handler_t::replace) + ",\n";
    text += "\"categories\": " + m_categories.dump(-1, ' ', false, Json::error_handler_t::replace);
    text += ",\n\"images\": [\n" + part.images + "\n],\n\"annotations\": [\n" + part.annotations + "\n]}\n";
    const std::string name = split.empty() ? "instances" : "instances_" + split;
    return m_target.write("annotations/" + name + ".json", text);
}

Result<LossReport> CocoWriter::write()
{
    numberClasses();
    m_parts.clear();
    std::int64_t done = 0;
    for (const LabelledPicture& picture : m_labels.pictures) {
        TRAINYARD_CHECK(checkCancelled(m_target.cancellation()));
        m_target.report({"writing labels", ++done, std::ssize(m_labels.pictures)});
        TRAINYARD_CHECK(addPicture(picture));
    }
    if (m_parts.empty())
        m_parts[""];
    std::vector<std::string> splits;
    for (const auto& [split, part] : m_parts)
        splits.push_back(split);
    for (const std::string& split : splits)
        TRAINYARD_CHECK(writeSplit(split));
    return m_losses.report();
}

} // namespace

Result<LossReport> writeCoco(const LabelSet& labels, LabelTarget& target)
{
    return CocoWriter(labels, target).write();
}

} // namespace trainyard
