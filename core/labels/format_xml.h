// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace pugi {
class xml_document;
class xml_node;
} // namespace pugi

namespace trainyard {

/// A label file of XML, parsed with bounds: no document types and with them no entities, no nesting deeper
/// than 64. Knows the line of each element.
class XmlFile
{
public:
    /// CorruptFile, Refused or Unsupported with file and line in the message and the line in the context.
    static Result<XmlFile> parse(std::string_view bytes, std::string_view path);

    XmlFile(XmlFile&&) noexcept;
    XmlFile& operator=(XmlFile&&) noexcept;
    ~XmlFile();

    [[nodiscard]] pugi::xml_node root() const;
    [[nodiscard]] int lineOf(const pugi::xml_node& node) const;

private:
    XmlFile();
    std::unique_ptr<pugi::xml_document> m_document;
    std::vector<std::ptrdiff_t> m_lineEnds;
};

/// Without the characters that XML 1.0 cannot hold.
std::string xmlText(std::string_view text);

} // namespace trainyard
