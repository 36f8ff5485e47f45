// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/tools/tool_table.h"

#include "widgets/views/tools/box_tool.h"

#include <QCoreApplication>

namespace trainyard::widgets {

namespace {

template <typename Kind>
std::unique_ptr<Tool> make(CanvasPort& canvas)
{
    return std::make_unique<Kind>(canvas);
}

constexpr ToolSpec kTools[] = {
    {"box", QT_TRANSLATE_NOOP("tools", "Box"), "tool-box", "R", make<BoxTool>},
};

} // namespace

std::span<const ToolSpec> toolTable()
{
    return kTools;
}

const ToolSpec* findTool(const QString& key)
{
    for (const ToolSpec& tool : kTools)
        if (key == QLatin1String(tool.key))
            return &tool;
    return nullptr;
}

QString toolName(const ToolSpec& tool)
{
    return QCoreApplication::translate("tools", tool.name);
}

} // namespace trainyard::widgets
