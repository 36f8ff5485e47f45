// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <memory>
#include <span>

namespace trainyard::widgets {

class CanvasPort;
class Tool;

/// One tool of the strip beside the canvas. The strip, the actions and the tests are made from the table.
struct ToolSpec
{
    const char* key;  ///< stable: "box"; the action is "label.tool.box"
    const char* name; ///< for people, translated by toolName()
    const char* icon; ///< name in resources/icons
    std::unique_ptr<Tool> (*make)(CanvasPort& canvas);
};

std::span<const ToolSpec> toolTable();
const ToolSpec* findTool(const QString& key);
QString toolName(const ToolSpec& tool);

} // namespace trainyard::widgets
