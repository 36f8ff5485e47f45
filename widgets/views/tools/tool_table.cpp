// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/tools/tool_table.h"

#include "widgets/views/tools/box_tool.h"
#include "widgets/views/tools/brush_tool.h"
#include "widgets/views/tools/cut_tool.h"
#include "widgets/views/tools/keypoints_tool.h"
#include "widgets/views/tools/magnetic_tool.h"
#include "widgets/views/tools/point_tool.h"
#include "widgets/views/tools/polygon_tool.h"
#include "widgets/views/tools/polyline_tool.h"
#include "widgets/views/tools/rotated_box_tool.h"
#include "widgets/views/tools/select_tool.h"
#include "widgets/views/tools/smart_box_tool.h"
#include "widgets/views/tools/subtract_tool.h"
#include "widgets/views/tools/superpixel_tool.h"
#include "widgets/views/tools/wand_tool.h"

#include <QCoreApplication>

namespace trainyard::widgets {

namespace {

template <typename Kind>
std::unique_ptr<Tool> make(CanvasPort& canvas)
{
    return std::make_unique<Kind>(canvas);
}

constexpr ToolSpec kTools[] = {
    {"select", QT_TRANSLATE_NOOP("tools", "Select and reshape"), "tool-select", make<SelectTool>},
    {"box", QT_TRANSLATE_NOOP("tools", "Box"), "tool-box", make<BoxTool>},
    {"rotated-box", QT_TRANSLATE_NOOP("tools", "Rotated box"), "tool-rotated-box", make<RotatedBoxTool>},
    {"polygon", QT_TRANSLATE_NOOP("tools", "Polygon"), "tool-polygon", make<PolygonTool>},
    {"polyline", QT_TRANSLATE_NOOP("tools", "Line"), "tool-polyline", make<PolylineTool>},
    {"point", QT_TRANSLATE_NOOP("tools", "Point"), "tool-point", make<PointTool>},
    {"keypoints", QT_TRANSLATE_NOOP("tools", "Keypoints"), "tool-keypoints", make<KeypointsTool>},
    {"brush", QT_TRANSLATE_NOOP("tools", "Brush"), "tool-brush", make<PaintTool>},
    {"eraser", QT_TRANSLATE_NOOP("tools", "Eraser"), "tool-eraser", make<EraserTool>},
    {"smart-box", QT_TRANSLATE_NOOP("tools", "Mask from a box"), "tool-smart-box", make<SmartBoxTool>},
    {"magnetic", QT_TRANSLATE_NOOP("tools", "Magnetic outline"), "tool-magnetic", make<MagneticTool>},
    {"wand", QT_TRANSLATE_NOOP("tools", "Magic wand"), "tool-wand", make<WandTool>},
    {"superpixels", QT_TRANSLATE_NOOP("tools", "Superpixel brush"), "tool-superpixels", make<SuperpixelTool>},
    {"cut", QT_TRANSLATE_NOOP("tools", "Cut along a line"), "tool-cut", make<CutTool>},
    {"subtract", QT_TRANSLATE_NOOP("tools", "Take an area away"), "tool-subtract", make<SubtractTool>},
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
