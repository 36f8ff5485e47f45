// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/brush_codec.h"
#include "core/labels/corner_box.h"
#include "core/labels/format_json.h"
#include "core/labels/format_list.h"
#include "core/labels/format_text.h"
#include "core/labels/format_xml.h"
#include "core/labels/label_set_builder.h"
#include "core/labels/label_studio.h"

#include <array>
#include <pugixml.hpp>
#include <set>
#include <sstream>

namespace trainyard {

namespace {

struct Control
{
    const char* tag;  ///< in the labelling interface
    const char* name; ///< from_name
    const char* type; ///< of the result and of its list of names
};
constexpr Control kChoices{"Choices", "choice", "choices"};
constexpr Control kRectangles{"RectangleLabels", "rectangles", "rectanglelabels"};
constexpr Control kPolygons{"PolygonLabels", "polygons", "polygonlabels"};
constexpr Control kPoints{"KeyPointLabels", "points", "keypointlabels"};
constexpr Control kBrushes{"BrushLabels", "brushes", "brushlabels"};
constexpr double kDotSize = 0.5; ///< percent

class StudioWriter
{
public:
    explicit StudioWriter(LossBook& losses) : m_losses(losses) {}

    Json task(const LabelledPicture& picture, const std::string& place)
    {
        m_picture = &picture;
        m_region = 0;
        Json persons = Json::array();
        std::map<std::string, Json> models;
        for (const FileAnnotation& each : picture.annotations) {
            if (each.className.empty()) {
                m_losses.leaveOut("annotations without a class were left out");
                continue;
            }
            Json& results = each.isModel ? models[each.sourceName] : persons;
            if (results.is_null())
                results = Json::array();
            addResults(each, results);
            CarriedFields carried;
            carried.score = true;
            carried.attributes = each.shape.index() != 0;
            carried.source = each.isModel;
            countLosses(each, carried, m_losses);
        }
        Json annotations = Json::array();
        if (picture.isLabelled)
            annotations.push_back(
                {{"result", std::move(persons)}, {"was_cancelled", false}, {"ground_truth", false}});
        Json predictions = Json::array();
        for (auto& [name, results] : models)
            predictions.push_back({{"model_version", name}, {"result", std::move(results)}});
        Json json = {{"id", ++m_tasks},
                     {"data", {{"image", "/data/local-files/?d=" + percentCoded(place)}}},
                     {"annotations", std::move(annotations)},
                     {"predictions", std::move(predictions)}};
        addJsonExtra(json, picture.extra);
        return json;
    }

    /// The labelling interface that shows these results.
    [[nodiscard]] std::string interface() const
    {
        pugi::xml_document document;
        pugi::xml_node view = document.append_child("View");
        pugi::xml_node image = view.append_child("Image");
        image.append_attribute("name").set_value("image");
        image.append_attribute("value").set_value("$image");
        for (const auto& [control, names] : m_used) {
            pugi::xml_node node = view.append_child(control->tag);
            node.append_attribute("name").set_value(control->name);
            node.append_attribute("toName").set_value("image");
            if (control == &kChoices)
                node.append_attribute("choice").set_value("multiple");
            for (const std::string& name : names)
                node.append_child(control == &kChoices ? "Choice" : "Label")
                    .append_attribute("value")
                    .set_value(xmlText(name).c_str());
        }
        std::ostringstream out;
        document.save(out, "  ");
        return out.str();
    }

private:
    static std::string percentCoded(const std::string& path)
    {
        constexpr std::string_view kDigits = "0123456789ABCDEF";
        std::string coded;
        for (const char c : path) {
            const auto byte = static_cast<unsigned char>(c);
            if (byte <= 0x20 || c == '%' || c == '?' || c == '#' || c == '\\' || byte >= 0x7F) {
                coded += '%';
                coded += kDigits[byte >> 4];
                coded += kDigits[byte & 15];
            } else {
                coded += c;
            }
        }
        return coded;
    }

    [[nodiscard]] double percentX(double x) const { return x * 100 / m_picture->width; }
    [[nodiscard]] double percentY(double y) const { return y * 100 / m_picture->height; }
    [[nodiscard]] Json points(const Ring& ring) const
    {
        Json list = Json::array();
        for (const Vertex& vertex : ring)
            list.push_back(Json::array({percentX(vertex.x), percentY(vertex.y)}));
        return list;
    }

    /// One result, and one for each attribute under the same id.
    void put(const FileAnnotation& annotation, const Control& control, Json value, Json& results)
    {
        const std::string id = "region" + std::to_string(++m_region);
        m_used[&control].insert(annotation.className);
        value[control.type] = Json::array({annotation.className});
        const auto begin = [&](const std::string& from, const char* type) {
            return Json{{"id", id},
                        {"type", type},
                        {"from_name", from},
                        {"to_name", "image"},
                        {"original_width", m_picture->width},
                        {"original_height", m_picture->height},
                        {"image_rotation", 0}};
        };
        Json result = begin(control.name, control.type);
        result["value"] = std::move(value);
        if (annotation.score)
            result["score"] = *annotation.score;
        addJsonExtra(result, annotation.extra);
        results.push_back(std::move(result));
        if (&control == &kChoices)
            return;
        for (const auto& [name, attribute] : annotation.attributes) {
            const auto* flag = std::get_if<bool>(&attribute);
            const auto* amount = std::get_if<double>(&attribute);
            Json answer = begin(name, flag ? "choices" : amount ? "number" : "textarea");
            if (flag)
                answer["value"]["choices"] = Json::array({*flag ? "true" : "false"});
            else if (amount)
                answer["value"]["number"] = *amount;
            else
                answer["value"]["text"] = Json::array({std::get<std::string>(attribute)});
            results.push_back(std::move(answer));
        }
    }

    void putBox(const FileAnnotation& annotation, const Vertex& corner, double width, double height,
                double angle, Json& results)
    {
        put(annotation, kRectangles,
            {{"x", percentX(corner.x)},
             {"y", percentY(corner.y)},
             {"width", percentX(width)},
             {"height", percentY(height)},
             {"rotation", angle}},
            results);
    }

    void putPoint(const FileAnnotation& annotation, const Vertex& point, Json& results)
    {
        put(annotation, kPoints, {{"x", percentX(point.x)}, {"y", percentY(point.y)}, {"width", kDotSize}},
            results);
    }

    void addResults(const FileAnnotation& annotation, Json& results)
    {
        const Shape& shape = annotation.shape;
        if (shape.index() == 0) {
            put(annotation, kChoices, Json::object(), results);
        } else if (const auto* box = std::get_if<Box>(&shape)) {
            putBox(annotation, {box->x, box->y}, box->width, box->height, 0, results);
        } else if (const auto* turned = std::get_if<RotatedBox>(&shape)) {
            putBox(annotation, firstCornerOf(*turned), turned->width, turned->height, turned->angle, results);
        } else if (const auto* polygon = std::get_if<Polygon>(&shape)) {
            for (const PolygonPart& part : polygon->parts) {
                put(annotation, kPolygons, {{"points", points(part.outline)}, {"closed", true}}, results);
                m_losses.add("holes of outlines were filled", std::ssize(part.holes));
            }
            if (polygon->parts.size() > 1)
                m_losses.add("outlines of several parts became one shape for each part");
        } else if (const auto* line = std::get_if<Polyline>(&shape)) {
            put(annotation, kPolygons, {{"points", points(line->vertices)}, {"closed", false}}, results);
        } else if (const auto* point = std::get_if<Vertex>(&shape)) {
            putPoint(annotation, *point, results);
        } else if (const auto* keypoints = std::get_if<Keypoints>(&shape)) {
            m_losses.add("keypoints became single points");
            for (const Keypoint& each : keypoints->points)
                if (each.state != KeypointState::Absent)
                    putPoint(annotation, each.at, results);
        } else if (const auto* mask = std::get_if<Mask>(&shape)) {
            put(annotation, kBrushes,
                {{"format", "rle"}, {"rle", encodeBrush(*mask, m_picture->width, m_picture->height)}},
                results);
        }
    }

    LossBook& m_losses;
    const LabelledPicture* m_picture = nullptr;
    std::map<const Control*, std::set<std::string>> m_used;
    std::int64_t m_tasks = 0;
    std::int64_t m_region = 0;
};

} // namespace

Result<LossReport> writeLabelStudio(const LabelSet& labels, LabelTarget& target)
{
    LossBook losses;
    StudioWriter writer(losses);
    NameBook names;
    Json tasks = Json::array();
    std::int64_t done = 0;
    for (const LabelledPicture& picture : labels.pictures) {
        TRAINYARD_CHECK(checkCancelled(target.cancellation()));
        target.report({"writing tasks", ++done, std::ssize(labels.pictures)});
        const std::string place =
            names.take(picture.split.empty() ? "images" : "images/" + picture.split, picture.path);
        TRAINYARD_CHECK(target.placePicture(picture, place));
        tasks.push_back(writer.task(picture, place));
    }
    TRAINYARD_CHECK(target.write("tasks.json", jsonText(tasks)));
    TRAINYARD_CHECK(target.write("label_config.xml", writer.interface()));
    return losses.report();
}

FormatSpec labelStudioFormat()
{
    return {"label-studio",       "Label Studio",       "One JSON file with a list of tasks (Label Studio)",
            recogniseLabelStudio, labelStudioQuestions, readLabelStudio,
            writeLabelStudio};
}

} // namespace trainyard
