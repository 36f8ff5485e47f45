// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/voc.h"

#include "core/base/path_text.h"
#include "core/labels/format_text.h"
#include "core/labels/format_xml.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <pugixml.hpp>
#include <sstream>

namespace trainyard {

namespace {

constexpr std::size_t kMaxBytes = 16U << 20;
constexpr std::size_t kMaxNameBytes = 255;

auto failAt(ErrorCode code, std::string_view path, int line, const std::string& what)
{
    return fail(code, displayText(path) + ", " + linePlace(line) + ": " + what, linePlace(line));
}

/// Latin-1 as UTF-8, for old files that are neither.
std::string utf8FromLatin1(std::string_view bytes)
{
    std::string text;
    text.reserve(bytes.size() + bytes.size() / 8);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            text.push_back(c);
        } else {
            text.push_back(static_cast<char>(0xC0 | (byte >> 6)));
            text.push_back(static_cast<char>(0x80 | (byte & 0x3F)));
        }
    }
    return text;
}

int sizeField(const pugi::xml_node& size, const char* name)
{
    const auto value = numberFrom(size.child_value(name));
    const bool isSize =
        value && *value >= 0 && *value <= std::numeric_limits<int>::max() && *value == std::floor(*value);
    return isSize ? static_cast<int>(*value) : 0;
}

std::string rawXml(const pugi::xml_node& node)
{
    std::ostringstream text;
    node.print(text, "", pugi::format_raw);
    return text.str();
}

/// An attribute as CVAT and we write it; the type stands there where it is no text.
void readAttribute(const pugi::xml_node& node, Attributes& attributes)
{
    const std::string name(trimmedText(node.child_value("name")));
    const pugi::xml_node child = node.child("value");
    const std::string_view text = child.child_value();
    const std::string_view type = child.attribute("type").value();
    if (name.empty())
        return;
    if (type == "flag")
        attributes[name] = trimmedText(text) == "true";
    else if (const auto value = numberFrom(text); type == "number" && value)
        attributes[name] = *value;
    else
        attributes[name] = std::string(text);
}

/// What an object says beside its name and box.
void readMarks(const pugi::xml_node& node, VocObject& object)
{
    for (const pugi::xml_node& child : node.children()) {
        const std::string_view name = child.name();
        const bool isSet = trimmedText(child.child_value()) == "1";
        if (name == "name" || name == "bndbox" || child.type() != pugi::node_element)
            continue;
        if (name == "truncated") {
            object.flags.isTruncated = isSet;
        } else if (name == "occluded") {
            object.flags.isOccluded = isSet;
        } else if (name == "difficult") {
            if (isSet)
                object.attributes["difficult"] = true;
        } else if (name == "pose") {
            const std::string pose(trimmedText(child.child_value()));
            if (!pose.empty() && pose != "Unspecified")
                object.attributes["pose"] = pose;
        } else if (name == "attributes") {
            for (const pugi::xml_node& attribute : child.children("attribute"))
                readAttribute(attribute, object.attributes);
        } else {
            object.unknown += rawXml(child);
        }
    }
}

/// Fills the object, or says what is wrong with it.
std::optional<std::string> readObject(const pugi::xml_node& node, VocObject& object)
{
    const std::string_view name = trimmedText(node.child_value("name"));
    if (name.empty())
        return "the object has no <name>";
    if (name.size() > kMaxNameBytes)
        return "<name> is longer than " + std::to_string(kMaxNameBytes) + " bytes";
    object.className = name;
    const pugi::xml_node box = node.child("bndbox");
    if (!box)
        return "the object has no <bndbox>";
    const std::pair<const char*, double*> fields[] = {
        {"xmin", &object.xmin}, {"ymin", &object.ymin}, {"xmax", &object.xmax}, {"ymax", &object.ymax}};
    for (const auto& [field, target] : fields) {
        const pugi::xml_node child = box.child(field);
        if (!child)
            return std::string("<bndbox> has no <") + field + ">";
        const auto value = numberFrom(child.child_value());
        if (!value)
            return std::string("<") + field + "> is '" +
                   displayText(trimmedText(child.child_value()).substr(0, 40)) +
                   "', expected a finite number";
        *target = *value;
    }
    readMarks(node, object);
    return std::nullopt;
}

std::string objectPlace(int line, int number)
{
    return linePlace(line) + ", object " + std::to_string(number);
}

VocFile readAnnotation(const pugi::xml_node& annotation, std::string_view path, const XmlFile& xml)
{
    VocFile file;
    file.path = path;
    file.picture = trimmedText(annotation.child_value("filename"));
    const pugi::xml_node size = annotation.child("size");
    file.width = sizeField(size, "width");
    file.height = sizeField(size, "height");
    file.folder = trimmedText(annotation.child_value("folder"));
    for (const pugi::xml_node& child : annotation.children()) {
        constexpr std::string_view kKnown[] = {"folder", "filename", "size", "segmented", "object"};
        if (child.type() == pugi::node_element &&
            std::find(std::begin(kKnown), std::end(kKnown), child.name()) == std::end(kKnown))
            file.unknown += rawXml(child);
    }
    int count = 0;
    for (const pugi::xml_node& node : annotation.children("object")) {
        VocObject object;
        object.number = ++count;
        object.line = xml.lineOf(node);
        if (auto reason = readObject(node, object))
            file.rejections.push_back({file.path, objectPlace(object.line, object.number), std::move(*reason),
                                       "correct or delete this object in the label file"});
        else
            file.objects.push_back(std::move(object));
    }
    return file;
}

/// Unknown elements as the canonical form keeps them.
std::string extraOf(const std::string& unknown)
{
    return unknown.empty() ? std::string()
                           : Json{{"xml", unknown}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// What is wrong with an object's box once the base is known.
std::optional<std::string> boxFault(const VocObject& object, int base, int width, int height)
{
    if (object.xmax <= object.xmin)
        return "xmax " + numberText(object.xmax) + " is not greater than xmin " + numberText(object.xmin);
    if (object.ymax <= object.ymin)
        return "ymax " + numberText(object.ymax) + " is not greater than ymin " + numberText(object.ymin);
    const bool isOutside = object.xmin < base || object.ymin < base || (width > 0 && object.xmax > width) ||
                           (height > 0 && object.ymax > height);
    if (isOutside)
        return "the box " + numberText(object.xmin) + "," + numberText(object.ymin) + " to " +
               numberText(object.xmax) + "," + numberText(object.ymax) + " leaves the picture of " +
               std::to_string(width) + "x" + std::to_string(height);
    return std::nullopt;
}

} // namespace

Result<VocFile> parseVoc(std::string_view bytes, std::string_view path)
{
    if (bytes.size() > kMaxBytes)
        return fail(ErrorCode::Refused, displayText(path) + ": a label file of " +
                                            std::to_string(bytes.size()) +
                                            " bytes is over the limit of 16 MiB");
    if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF"))
        return failAt(ErrorCode::Unsupported, path, 1, "UTF-16 text; save the file as UTF-8");
    std::string converted;
    if (!isUtf8(bytes)) {
        converted = utf8FromLatin1(bytes);
        bytes = converted;
    }
    TRAINYARD_TRY(const XmlFile xml, XmlFile::parse(bytes, path));
    const pugi::xml_node root = xml.root();
    if (std::string_view(root.name()) != "annotation")
        return failAt(ErrorCode::CorruptFile, path, xml.lineOf(root),
                      "the first element is <" + displayText(root.name()) + ">, expected <annotation>");
    return readAnnotation(root, path, xml);
}

VocLabels vocLabels(const VocFile& file, int base, int width, int height)
{
    VocLabels result;
    LabelledPicture& picture = result.picture;
    picture.path = file.picture;
    picture.labelFile = file.path;
    picture.width = file.width > 0 ? file.width : width;
    picture.height = file.height > 0 ? file.height : height;
    picture.extra = extraOf(file.unknown);
    for (const VocObject& object : file.objects) {
        if (auto fault = boxFault(object, base, picture.width, picture.height)) {
            result.rejections.push_back({file.path, objectPlace(object.line, object.number),
                                         std::move(*fault),
                                         "correct or delete this object in the label file"});
            continue;
        }
        FileAnnotation label;
        label.className = object.className;
        label.shape = Box{object.xmin - base, object.ymin - base, object.xmax - object.xmin + base,
                          object.ymax - object.ymin + base};
        label.flags = object.flags;
        label.attributes = object.attributes;
        label.extra = extraOf(object.unknown);
        label.place = objectPlace(object.line, object.number);
        label.number = object.number;
        picture.annotations.push_back(std::move(label));
    }
    return result;
}

} // namespace trainyard
