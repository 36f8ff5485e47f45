// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/tools/polyline_tool.h"

#include <QCoreApplication>

namespace trainyard::widgets {

void PolylineTool::finish(std::vector<Vertex> path)
{
    canvas().propose({{fresh(Polyline{std::move(path)})}, {}, {}}, "add-polyline", "add");
}

QString PolylineTool::startHint() const
{
    return QCoreApplication::translate("tools", "Click along the line, one vertex at a time.");
}

} // namespace trainyard::widgets
