// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/labels/voc.h"

#include <algorithm>
#include <charconv>

namespace trainyard {

namespace {

std::string numberText(double value)
{
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    return {text, end};
}

/// XML 1.0 has no control characters but tab and line ends, and a name that begins or ends with white space
/// would come back trimmed.
bool isWritable(std::string_view text)
{
    const auto isControl = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    return isUtf8(text) && std::none_of(text.begin(), text.end(), isControl) && !text.starts_with(' ') &&
           !text.ends_with(' ');
}

std::string escaped(std::string_view text)
{
    std::string result;
    for (const char c : text) {
        switch (c) {
        case '&':
            result += "&amp;";
            break;
        case '<':
            result += "&lt;";
            break;
        case '>':
            result += "&gt;";
            break;
        default:
            result.push_back(c);
        }
    }
    return result;
}

std::string element(std::string_view indent, std::string_view name, std::string_view text)
{
    std::string line(indent);
    line += "<" + std::string(name) + ">" + escaped(text) + "</" + std::string(name) + ">\n";
    return line;
}

} // namespace

Result<std::string> writeVoc(const FileLabels& labels)
{
    if (!isWritable(labels.picture))
        return fail(ErrorCode::InvalidArgument,
                    "'" + displayText(labels.picture) +
                        "' cannot be written as a name in XML; rename the picture");
    std::string xml = "<annotation>\n" + element("  ", "filename", labels.picture);
    xml += "  <size>\n" + element("    ", "width", std::to_string(labels.width)) +
           element("    ", "height", std::to_string(labels.height)) + element("    ", "depth", "3") +
           "  </size>\n" + element("  ", "segmented", "0");
    for (const FileLabel& label : labels.labels) {
        if (!isWritable(label.className) || label.className.empty())
            return fail(ErrorCode::InvalidArgument,
                        "'" + displayText(label.className) +
                            "' cannot be written as a name in XML; rename the class");
        if (!label.box)
            return fail(ErrorCode::InvalidArgument, "Pascal VOC holds boxes only; '" +
                                                        displayText(label.className) +
                                                        "' is a label of the whole picture");
        const Box& box = *label.box;
        xml += "  <object>\n" + element("    ", "name", label.className) +
               element("    ", "pose", "Unspecified") + element("    ", "truncated", "0") +
               element("    ", "difficult", "0") + "    <bndbox>\n" +
               element("      ", "xmin", numberText(box.x + 1)) +
               element("      ", "ymin", numberText(box.y + 1)) +
               element("      ", "xmax", numberText(box.x + box.width)) +
               element("      ", "ymax", numberText(box.y + box.height)) + "    </bndbox>\n  </object>\n";
    }
    return xml + "</annotation>\n";
}

} // namespace trainyard
