// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/format_xml.h"

#include "core/base/path_text.h"
#include "core/labels/format_text.h"

#include <algorithm>
#include <pugixml.hpp>

namespace trainyard {

namespace {

constexpr int kMaxDepth = 64;

/// The first node that is deeper than allowed or a document type, walked without recursion.
pugi::xml_node forbiddenNode(const pugi::xml_document& document)
{
    int depth = 1;
    pugi::xml_node node = document.first_child();
    while (node) {
        if (node.type() == pugi::node_doctype || depth > kMaxDepth)
            return node;
        if (node.first_child()) {
            node = node.first_child();
            ++depth;
            continue;
        }
        while (node && !node.next_sibling()) {
            node = node.parent();
            --depth;
        }
        node = node.next_sibling();
    }
    return {};
}

} // namespace

XmlFile::XmlFile() : m_document(std::make_unique<pugi::xml_document>()) {}
XmlFile::XmlFile(XmlFile&&) noexcept = default;
XmlFile& XmlFile::operator=(XmlFile&&) noexcept = default;
XmlFile::~XmlFile() = default;

pugi::xml_node XmlFile::root() const
{
    return m_document->document_element();
}

int XmlFile::lineOf(const pugi::xml_node& node) const
{
    const auto end = std::lower_bound(m_lineEnds.begin(), m_lineEnds.end(), node.offset_debug());
    return static_cast<int>(end - m_lineEnds.begin()) + 1;
}

Result<XmlFile> XmlFile::parse(std::string_view bytes, std::string_view path)
{
    XmlFile file;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        if (bytes[i] == '\n')
            file.m_lineEnds.push_back(static_cast<std::ptrdiff_t>(i));
    const auto failAt = [&](ErrorCode code, std::ptrdiff_t offset, const std::string& what) {
        const auto end = std::lower_bound(file.m_lineEnds.begin(), file.m_lineEnds.end(), offset);
        const std::string line = linePlace(static_cast<int>(end - file.m_lineEnds.begin()) + 1);
        return fail(code, displayText(path) + ", " + line + ": " + what, line);
    };
    if (!isUtf8(bytes))
        return failAt(ErrorCode::Unsupported, 0, "the text is not UTF-8; save the file as UTF-8");
    if (const std::size_t zero = bytes.find('\0'); zero != std::string_view::npos)
        return failAt(ErrorCode::CorruptFile, static_cast<std::ptrdiff_t>(zero),
                      "a zero byte, expected XML text");
    const pugi::xml_parse_result parsed = file.m_document->load_buffer(
        bytes.data(), bytes.size(), pugi::parse_default | pugi::parse_doctype, pugi::encoding_utf8);
    if (!parsed)
        return failAt(ErrorCode::CorruptFile, parsed.offset,
                      std::string("not well-formed XML (") + parsed.description() + ")");
    if (const pugi::xml_node node = forbiddenNode(*file.m_document))
        return failAt(ErrorCode::Refused, node.offset_debug(),
                      node.type() == pugi::node_doctype
                          ? "document types and entities are refused; remove the <!DOCTYPE>"
                          : "elements are nested deeper than " + std::to_string(kMaxDepth));
    return file;
}

std::string xmlText(std::string_view text)
{
    std::string kept;
    for (const char c : text)
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n' || c == '\r')
            kept += c;
    return kept;
}

} // namespace trainyard
