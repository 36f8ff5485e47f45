// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/views/tools/path_tool.h"

namespace trainyard::widgets {

/// Draws a polygon, one vertex per click.
class PolygonTool : public PathTool
{
public:
    using PathTool::PathTool;

protected:
    [[nodiscard]] bool isClosed() const override { return true; }
    [[nodiscard]] QString startHint() const override;
    void finish(std::vector<Vertex> path) override;
};

} // namespace trainyard::widgets
