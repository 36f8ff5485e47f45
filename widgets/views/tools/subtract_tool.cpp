// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/tools/subtract_tool.h"

#include "core/project/shape_actions.h"

#include <QCoreApplication>

namespace trainyard::widgets {

void SubtractTool::finish(std::vector<Vertex> path)
{
    const QSize size = canvas().pictureSize();
    auto changes = withoutArea(chosenOrAll(), Polygon{{{std::move(path), {}}}}, size.width(), size.height());
    if (!changes || (changes->changed.empty() && changes->deleted.empty()))
        canvas().tell(QCoreApplication::translate("tools", "There is no shape with an area here."));
    else
        canvas().propose(std::move(*changes), "subtract", "subtract from", false);
}

QString SubtractTool::startHint() const
{
    return QCoreApplication::translate("tools", "Click around what is to be taken away from the shapes.");
}

} // namespace trainyard::widgets
