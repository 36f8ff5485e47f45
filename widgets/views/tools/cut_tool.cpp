// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/tools/cut_tool.h"

#include "core/project/shape_actions.h"

#include <QCoreApplication>

namespace trainyard::widgets {

void CutTool::finish(std::vector<Vertex> path)
{
    auto changes = cutAlong(chosenOrAll(), Polyline{std::move(path)});
    if (!changes)
        canvas().tell(QCoreApplication::translate(
            "tools", "The line cuts no shape: it must cross one from side to side."));
    else
        canvas().propose(std::move(*changes), "cut", "cut", false);
}

QString CutTool::startHint() const
{
    return QCoreApplication::translate("tools", "Draw a line across the shapes to cut, one click at a time.");
}

} // namespace trainyard::widgets
