// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/markup.h"
#include "core/base/path_text.h"
#include "core/labels/format_text.h"
#include "core/labels/voc.h"

#include <algorithm>

namespace trainyard {

namespace {

/// XML 1.0 has no control characters but tab and line ends, and a name that begins or ends with white space
/// would come back trimmed.
bool isWritable(std::string_view text)
{
    const auto isControl = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    return isUtf8(text) && std::none_of(text.begin(), text.end(), isControl) && !text.starts_with(' ') &&
           !text.ends_with(' ');
}

std::string element(std::string_view indent, std::string_view name, std::string_view text)
{
    std::string line(indent);
    line += "<" + std::string(name) + ">" + markupText(text) + "</" + std::string(name) + ">\n";
    return line;
}

std::string unknownElements(std::string_view indent, const std::string& extra)
{
    if (extra.empty())
        return {};
    const auto json = parseJson(extra, "extra");
    const std::string xml = json ? jsonValue(*json, "xml", std::string()) : std::string();
    return xml.empty() ? std::string() : std::string(indent) + xml + "\n";
}

const std::string* textOf(const Attributes& attributes, const char* name)
{
    const auto found = attributes.find(name);
    return found == attributes.end() ? nullptr : std::get_if<std::string>(&found->second);
}

/// A pose that the element can carry; others stay an attribute like any other.
std::string poseOf(const FileAnnotation& label)
{
    const std::string* pose = textOf(label.attributes, "pose");
    return pose == nullptr || pose->empty() || !isWritable(*pose) ? "Unspecified" : *pose;
}

bool isDifficult(const FileAnnotation& label)
{
    const auto found = label.attributes.find("difficult");
    return found != label.attributes.end() && found->second == AttributeValue(true);
}

/// The other attributes as CVAT writes them, with the type where it is no text.
Result<std::string> attributeElements(const Attributes& attributes)
{
    std::string xml;
    for (const auto& [name, value] : attributes) {
        const bool isPose = name == "pose" && textOf(attributes, "pose") != nullptr &&
                            isWritable(*textOf(attributes, "pose")) && !textOf(attributes, "pose")->empty();
        if (isPose || (name == "difficult" && value == AttributeValue(true)))
            continue;
        std::string type;
        std::string text;
        if (const auto* flag = std::get_if<bool>(&value)) {
            type = " type=\"flag\"";
            text = *flag ? "true" : "false";
        } else if (const auto* number = std::get_if<double>(&value)) {
            type = " type=\"number\"";
            text = numberText(*number);
        } else {
            text = std::get<std::string>(value);
        }
        if (!isWritable(name) || name.empty() || (!text.empty() && !isWritable(text)))
            return fail(ErrorCode::InvalidArgument, "the attribute '" + displayText(name) +
                                                        "' cannot be written in XML; change its text");
        xml += "      <attribute>" + ("<name>" + markupText(name) + "</name><value" + type + ">") +
               markupText(text) + "</value></attribute>\n";
    }
    return xml.empty() ? xml : "    <attributes>\n" + xml + "    </attributes>\n";
}

} // namespace

std::string vocAttributeText(std::string_view text)
{
    if (isWritable(text))
        return std::string(text);
    return std::string(trimmedText(plainText(text)));
}

Result<std::string> writeVoc(const LabelledPicture& picture)
{
    const auto writable = [](std::string_view what, std::string_view text) -> Result<void> {
        if (isWritable(text) && !(text.empty() && what == "class"))
            return {};
        return fail(ErrorCode::InvalidArgument, "'" + displayText(text) +
                                                    "' cannot be written as a name in XML; rename the " +
                                                    std::string(what));
    };
    const std::size_t slash = picture.path.rfind('/');
    const std::string folder = slash == std::string::npos ? std::string() : picture.path.substr(0, slash);
    const std::string name = slash == std::string::npos ? picture.path : picture.path.substr(slash + 1);
    TRAINYARD_CHECK(writable("picture", picture.path));
    std::string xml = "<annotation>\n";
    if (!folder.empty())
        xml += element("  ", "folder", folder);
    xml += element("  ", "filename", name) + "  <size>\n" +
           element("    ", "width", std::to_string(picture.width)) +
           element("    ", "height", std::to_string(picture.height)) + element("    ", "depth", "3") +
           "  </size>\n" + element("  ", "segmented", "0") + unknownElements("  ", picture.extra);
    for (const FileAnnotation& label : picture.annotations) {
        TRAINYARD_CHECK(writable("class", label.className));
        const auto* box = std::get_if<Box>(&label.shape);
        if (box == nullptr)
            return fail(ErrorCode::InvalidArgument, "Pascal VOC holds boxes only; '" +
                                                        displayText(label.className) + "' is a " +
                                                        std::string(shapeKindName(shapeKind(label.shape))));
        TRAINYARD_TRY(const std::string attributes, attributeElements(label.attributes));
        xml += "  <object>\n" + element("    ", "name", label.className) +
               element("    ", "pose", poseOf(label)) +
               element("    ", "truncated", label.flags.isTruncated ? "1" : "0") +
               element("    ", "occluded", label.flags.isOccluded ? "1" : "0") +
               element("    ", "difficult", isDifficult(label) ? "1" : "0") + "    <bndbox>\n" +
               element("      ", "xmin", numberText(box->x + 1)) +
               element("      ", "ymin", numberText(box->y + 1)) +
               element("      ", "xmax", numberText(box->x + box->width)) +
               element("      ", "ymax", numberText(box->y + box->height)) + "    </bndbox>\n" + attributes +
               unknownElements("    ", label.extra) + "  </object>\n";
    }
    return xml + "</annotation>\n";
}

} // namespace trainyard
