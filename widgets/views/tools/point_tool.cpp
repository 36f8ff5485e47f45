// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/tools/point_tool.h"

#include "widgets/views/tools/tool_drawing.h"

#include <QCoreApplication>

namespace trainyard::widgets {

void PointTool::press(const CanvasPointer& pointer)
{
    if (pointer.button == Qt::LeftButton)
        canvas().propose({{fresh(toVertex(pointer.snapped))}, {}, {}}, "add-point", "add");
}

QString PointTool::hint() const
{
    return QCoreApplication::translate("tools", "Click where the point is.");
}

} // namespace trainyard::widgets
