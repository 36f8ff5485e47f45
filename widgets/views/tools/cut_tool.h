// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/views/tools/path_tool.h"

namespace trainyard::widgets {

/// Cuts shapes in pieces along a line: the selected ones, or where none is selected all that it crosses.
class CutTool : public PathTool
{
public:
    using PathTool::PathTool;

protected:
    [[nodiscard]] bool isClosed() const override { return false; }
    [[nodiscard]] QColor draftColour() const override { return Qt::white; }
    [[nodiscard]] QString startHint() const override;
    void finish(std::vector<Vertex> path) override;
};

} // namespace trainyard::widgets
