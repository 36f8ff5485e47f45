// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/cvat.h"
#include "core/labels/format_list.h"
#include "core/labels/format_text.h"
#include "core/labels/format_xml.h"
#include "core/labels/label_set_builder.h"
#include "core/labels/mask_codec.h"

#include <algorithm>
#include <array>
#include <pugixml.hpp>
#include <sstream>

namespace trainyard {

namespace {

using Specs = std::map<std::string, std::map<std::string, AttributeSpec>>;

std::string placesText(const Ring& ring)
{
    std::string text;
    for (const Vertex& vertex : ring)
        text += (text.empty() ? "" : ";") + numberText(vertex.x) + "," + numberText(vertex.y);
    return text;
}

void set(pugi::xml_node& node, const char* name, const std::string& value)
{
    node.append_attribute(name).set_value(xmlText(value).c_str());
}

void setChild(pugi::xml_node node, const char* name, const std::string& value)
{
    node.append_child(name).text().set(xmlText(value).c_str());
}

/// The attributes that each class asks for: as it says, and what its annotations have beside that.
Specs attributeSpecs(const LabelSet& labels)
{
    Specs specs;
    for (const FileClass& each : labels.classes)
        for (const AttributeSpec& spec : each.attributes)
            specs[each.name].emplace(spec.name, spec);
    for (const LabelledPicture& picture : labels.pictures)
        for (const FileAnnotation& each : picture.annotations)
            for (const auto& [name, value] : each.attributes) {
                AttributeSpec spec;
                spec.name = name;
                spec.kind = std::holds_alternative<bool>(value)     ? AttributeKind::Flag
                            : std::holds_alternative<double>(value) ? AttributeKind::Number
                                                                    : AttributeKind::Text;
                specs[each.className].emplace(name, std::move(spec));
            }
    return specs;
}

std::string keypointName(const Skeleton& skeleton, std::size_t index)
{
    return index < skeleton.names.size() ? skeleton.names[index] : std::to_string(index + 1);
}

const char* inputType(AttributeKind kind)
{
    constexpr std::array<const char*, 4> kTypes = {"text", "number", "select", "checkbox"};
    return kTypes.at(static_cast<std::size_t>(kind));
}

class CvatWriter
{
public:
    CvatWriter(const LabelSet& labels, LossBook& losses) : m_losses(losses), m_specs(attributeSpecs(labels))
    {
        LabelSet named;
        named.classes = labels.classes;
        named.pictures = labels.pictures;
        addMissingClasses(named);
        for (const FileClass& each : named.classes)
            m_skeletons[each.name] = each.skeleton;
        std::map<std::string, std::size_t> keypoints;
        for (const LabelledPicture& picture : labels.pictures)
            for (const FileAnnotation& each : picture.annotations)
                if (const auto* points = std::get_if<Keypoints>(&each.shape))
                    keypoints[each.className] = std::max(keypoints[each.className], points->points.size());
        m_root = m_document.append_child("annotations");
        setChild(m_root, "version", "1.1");
        pugi::xml_node task = m_root.append_child("meta").append_child("task");
        setChild(task, "name", "annotations");
        setChild(task, "size", std::to_string(labels.pictures.size()));
        setChild(task, "mode", "annotation");
        pugi::xml_node list = task.append_child("labels");
        for (const FileClass& each : named.classes) {
            writeClass(each, keypoints.contains(each.name), list);
            for (std::size_t i = 0; i < keypoints[each.name]; ++i) {
                pugi::xml_node label = list.append_child("label");
                setChild(label, "name", keypointName(each.skeleton, i));
                setChild(label, "type", "points");
                setChild(label, "parent", each.name);
            }
        }
    }

    void add(const LabelledPicture& picture, std::string_view place)
    {
        pugi::xml_node image = m_root.append_child("image");
        set(image, "id", std::to_string(m_images++));
        set(image, "name", std::string(place));
        if (!picture.split.empty())
            set(image, "subset", picture.split);
        set(image, "width", std::to_string(picture.width));
        set(image, "height", std::to_string(picture.height));
        if (!picture.sequence.empty())
            m_losses.add("pictures lose the name of their sequence and the number of their frame");
        std::int64_t freeGroup = 0;
        for (const FileAnnotation& each : picture.annotations)
            freeGroup = std::max(freeGroup, each.group);
        for (const FileAnnotation& each : picture.annotations)
            if (each.className.empty())
                m_losses.leaveOut("annotations without a class were left out");
            else
                addShape(each, image, ++freeGroup);
    }

    [[nodiscard]] std::string text() const
    {
        std::ostringstream out;
        m_document.save(out, "  ");
        return out.str();
    }

private:
    void writeClass(const FileClass& each, bool hasKeypoints, pugi::xml_node& list)
    {
        pugi::xml_node label = list.append_child("label");
        setChild(label, "name", each.name);
        if (each.colour) {
            constexpr std::string_view kDigits = "0123456789abcdef";
            std::string colour = "#";
            for (int shift = 20; shift >= 0; shift -= 4)
                colour += kDigits[*each.colour >> shift & 15];
            setChild(label, "color", colour);
        }
        setChild(label, "type", hasKeypoints ? "skeleton" : "any");
        pugi::xml_node attributes = label.append_child("attributes");
        for (const auto& [name, spec] : m_specs[each.name]) {
            pugi::xml_node node = attributes.append_child("attribute");
            setChild(node, "name", name);
            setChild(node, "mutable", "False");
            setChild(node, "input_type", inputType(spec.kind));
            setChild(node, "default_value", "");
            std::string values;
            for (const std::string& choice : spec.choices)
                values += (values.empty() ? "" : "\n") + choice;
            setChild(node, "values", values);
        }
    }

    void addShape(const FileAnnotation& annotation, pugi::xml_node& image, std::int64_t freeGroup)
    {
        const Shape& shape = annotation.shape;
        if (const auto* polygon = std::get_if<Polygon>(&shape)) {
            const bool isSplit = polygon->parts.size() > 1;
            if (isSplit)
                m_losses.add("outlines of several parts became one shape for each part, in one group");
            for (const PolygonPart& part : polygon->parts) {
                m_losses.add("holes of outlines were filled", std::ssize(part.holes));
                pugi::xml_node node = begin("polygon", annotation, image, isSplit ? freeGroup : 0);
                set(node, "points", placesText(part.outline));
                finish(node, annotation);
            }
            return;
        }
        constexpr std::array<const char*, kShapeKinds> kNames = {"tag",      "box",    "box",      "polygon",
                                                                 "polyline", "points", "skeleton", "mask"};
        pugi::xml_node node = begin(kNames.at(shape.index()), annotation, image, 0);
        if (const auto* box = std::get_if<Box>(&shape)) {
            setBox(node, *box);
        } else if (const auto* turned = std::get_if<RotatedBox>(&shape)) {
            setBox(node, {turned->centreX - turned->width / 2, turned->centreY - turned->height / 2,
                          turned->width, turned->height});
            set(node, "rotation", numberText(turned->angle));
        } else if (const auto* line = std::get_if<Polyline>(&shape)) {
            set(node, "points", placesText(line->vertices));
        } else if (const auto* point = std::get_if<Vertex>(&shape)) {
            set(node, "points", placesText({*point}));
        } else if (const auto* keypoints = std::get_if<Keypoints>(&shape)) {
            addKeypoints(node, *keypoints, annotation.className);
        } else if (const auto* mask = std::get_if<Mask>(&shape)) {
            std::string runs;
            for (const std::uint32_t run : toRowCounts(*mask))
                runs += (runs.empty() ? "" : ", ") + std::to_string(run);
            set(node, "rle", runs);
            set(node, "left", std::to_string(mask->x));
            set(node, "top", std::to_string(mask->y));
            set(node, "width", std::to_string(mask->width));
            set(node, "height", std::to_string(mask->height));
        }
        finish(node, annotation);
    }

    static void setBox(pugi::xml_node& node, const Box& box)
    {
        set(node, "xtl", numberText(box.x));
        set(node, "ytl", numberText(box.y));
        set(node, "xbr", numberText(box.x + box.width));
        set(node, "ybr", numberText(box.y + box.height));
    }

    void addKeypoints(pugi::xml_node& node, const Keypoints& keypoints, const std::string& className)
    {
        for (std::size_t i = 0; i < keypoints.points.size(); ++i) {
            const Keypoint& each = keypoints.points[i];
            pugi::xml_node point = node.append_child("points");
            set(point, "label", keypointName(m_skeletons[className], i));
            set(point, "source", "manual");
            set(point, "outside", each.state == KeypointState::Absent ? "1" : "0");
            set(point, "occluded", each.state == KeypointState::Hidden ? "1" : "0");
            set(point, "points", placesText({each.at}));
        }
    }

    static pugi::xml_node begin(const char* name, const FileAnnotation& annotation, pugi::xml_node& image,
                                std::int64_t group)
    {
        pugi::xml_node node = image.append_child(name);
        set(node, "label", annotation.className);
        set(node, "source",
            annotation.isModel              ? "auto"
            : annotation.sourceName.empty() ? "manual"
                                            : annotation.sourceName);
        set(node, "occluded", annotation.flags.isOccluded ? "1" : "0");
        set(node, "z_order", std::to_string(annotation.zOrder));
        if (annotation.group > 0 || group > 0)
            set(node, "group_id", std::to_string(annotation.group > 0 ? annotation.group : group));
        return node;
    }

    void finish(pugi::xml_node& node, const FileAnnotation& annotation)
    {
        for (const auto& [name, value] : annotation.attributes) {
            const AttributeSpec& spec = m_specs[annotation.className][name];
            if (!fitsAttribute(spec, value) && spec.kind != AttributeKind::Choice)
                m_losses.add("attributes whose values are not of one kind became texts");
            const auto* flag = std::get_if<bool>(&value);
            const auto* amount = std::get_if<double>(&value);
            pugi::xml_node child = node.append_child("attribute");
            set(child, "name", name);
            child.text().set(flag     ? (*flag ? "true" : "false")
                             : amount ? numberText(*amount).c_str()
                                      : xmlText(std::get<std::string>(value)).c_str());
        }
        CarriedFields carried;
        carried.group = carried.zOrder = carried.occluded = carried.attributes = true;
        carried.source = annotation.sourceName.empty() || !annotation.isModel;
        countLosses(annotation, carried, m_losses);
    }

    LossBook& m_losses;
    Specs m_specs;
    std::map<std::string, Skeleton> m_skeletons;
    pugi::xml_document m_document;
    pugi::xml_node m_root;
    int m_images = 0;
};

} // namespace

Result<LossReport> writeCvat(const LabelSet& labels, LabelTarget& target)
{
    LossBook losses;
    CvatWriter writer(labels, losses);
    NameBook names;
    std::int64_t done = 0;
    for (const LabelledPicture& picture : labels.pictures) {
        TRAINYARD_CHECK(checkCancelled(target.cancellation()));
        target.report({"writing labels", ++done, std::ssize(labels.pictures)});
        const std::string name = names.take(picture.split, picture.path);
        TRAINYARD_CHECK(target.placePicture(picture, "images/" + name));
        if (picture.isLabelled)
            writer.add(picture, name);
    }
    TRAINYARD_CHECK(target.write("annotations.xml", writer.text()));
    return losses.report();
}

FormatSpec cvatFormat()
{
    return {"cvat",        "CVAT",  "One XML file for a task, in CVAT's form 1.1, with images or tracks",
            recogniseCvat, nullptr, readCvat,
            writeCvat};
}

} // namespace trainyard
