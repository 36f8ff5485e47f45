// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/tools/polygon_tool.h"

#include <QCoreApplication>

namespace trainyard::widgets {

void PolygonTool::finish(std::vector<Vertex> path)
{
    canvas().propose({{fresh(Polygon{{{std::move(path), {}}}})}, {}, {}}, "add-polygon", "add");
}

QString PolygonTool::startHint() const
{
    return QCoreApplication::translate("tools", "Click around the object, one vertex at a time.");
}

} // namespace trainyard::widgets
